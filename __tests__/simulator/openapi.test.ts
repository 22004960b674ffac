import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { DEMO } from '../../simulator/demo-organization.ts';
import { call, start } from './client.ts';

const FILE = new URL('../../../shared/hub-openapi.json', import.meta.url);
// The description belongs to the task, not to the repository: a fresh clone does without it.
const testWithFile = existsSync(FILE) ? test : test.skip;

testWithFile('every answer has the shape that the OpenAPI gives it', async () => {
  const document = JSON.parse(readFileSync(FILE, 'utf8'));
  const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(document, 'hub');
  const hub = await start({
    ...DEMO,
    tokens: [
      {
        token: 'hf_fine',
        user: 'ada',
        type: 'fineGrained',
        scoped: [{ entity: { type: 'org', name: 'acme' }, permissions: ['org.read'] }],
        restrictions: ['sso'],
      },
    ],
  });
  const org = '/api/organizations/{name}';
  const groups = `${org}/resource-groups`;
  const group = `${groups}/{resourceGroupId}`;
  const cohort = { name: 'acme', resourceGroupId: hub.group('Cohort 2024').id, username: 'ada' };
  const repo = { type: 'model', name: 'new', organization: 'acme', resourceGroupId: cohort.resourceGroupId };
  const autoJoin = { enabled: true, role: 'read', scope: 'all' };
  const users = [{ user: 'ada', role: 'write' }];

  await conforms('GET', groups, 200);
  await conforms('GET', group, 200);
  await conforms('POST', `${group}/users`, 200, { users });
  await conforms('PATCH', `${group}/users/{username}`, 200, { role: 'read' });
  await conforms('DELETE', `${group}/users/{username}`, 200);
  await conforms('POST', `${group}/settings`, 200, { autoJoin });
  await conforms('POST', groups, 200, { name: 'New', description: '', users, autoJoin });
  await conforms('PATCH', group, 200, { description: 'changed' });
  await conforms('GET', `${org}/members`, 200);
  await conforms('GET', '/api/whoami-v2', 200);
  await conforms('GET', '/api/whoami-v2', 200, undefined, 'hf_fine');
  await conforms('POST', '/api/repos/create', 200, repo);
  await conforms('POST', '/api/repos/create', 409, repo);
  await conforms('GET', groups, 200);
  await conforms('DELETE', group, 200);

  async function conforms(method: string, template: string, status: number, body?: unknown, token?: string) {
    const path = template.replace(/\{(\w+)\}/g, (_, name: keyof typeof cohort) => cohort[name]);
    const reply = await call(hub, method, path, body, token);
    const pointer = ['paths', template, method.toLowerCase(), 'responses', String(status), 'content'];
    const steps = [...pointer, 'application/json', 'schema'].map((step) =>
      encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')),
    );
    const validate = ajv.compile({ $ref: `hub#/${steps.join('/')}` });
    validate(reply.json);
    expect({ method, template, status: reply.status, errors: validate.errors }).toEqual({
      method,
      template,
      status,
      errors: null,
    });
  }
});
