import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { people, type RecordedRequest } from '../../../simulator/index.ts';
import { GROUP } from '../../support/run-bundle.ts';
import { csv, run, startAcme } from './support.ts';

const FILE = new URL('../../../../shared/hub-openapi.json', import.meta.url);
// The description belongs to the task, not to the repository: a fresh clone does without it.
const isThere = existsSync(FILE);
const testWithFile = isThere ? test : test.skip;
const UNLESS = isThere ? '' : ' (skipped, since ../shared/hub-openapi.json is not there)';

interface Operation {
  readonly parameters?: readonly { name: string; in: string; schema: { type?: string } }[];
  readonly requestBody?: { content: { 'application/json': { schema: object } } };
}

/** Says what is wrong with a request by the description, in words; nothing where it conforms. */
function createChecker(document: { paths: Record<string, Record<string, Operation>> }) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const templates = Object.keys(document.paths).map((template) => ({
    template,
    pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`),
  }));

  function errorsOf(schema: object, value: unknown, where: string): string[] {
    const validate = ajv.compile(schema);
    return validate(value) ? [] : (validate.errors ?? []).map(({ message }) => `${where}: ${message}`);
  }

  return ({ method, url, query, body, headers }: RecordedRequest): string[] => {
    const path = url.replace(/\?.*/, '');
    const template = templates.find(({ pattern }) => pattern.test(path))?.template ?? '';
    const operation = document.paths[template]?.[method.toLowerCase()];
    if (operation === undefined) return [`${method} ${path} is not described`];
    const known = new Map(
      operation.parameters?.flatMap((one) => (one.in === 'query' ? [[one.name, one.schema]] : [])),
    );
    const problems = Object.entries(query).flatMap(([name, text]) => {
      const schema = known.get(name);
      if (schema === undefined) return [`${name} is no parameter of ${method} ${template}`];
      return errorsOf(schema, schema.type === 'integer' ? Number(text) : text, name);
    });
    const schema = operation.requestBody?.content['application/json'].schema;
    if (schema === undefined) return body === undefined ? problems : [...problems, 'a body is not described'];
    if (headers['content-type'] !== 'application/json') problems.push('the body is not called JSON');
    return [...problems, ...errorsOf(schema, body, `body of ${method} ${template}`)];
  };
}

testWithFile(`every request conforms to the OpenAPI description of the Hub${UNLESS}`, async () => {
  const problemsOf = createChecker(JSON.parse(readFileSync(FILE, 'utf8')));
  const odd = ["o'neil+a_b@acme.com", 'a.b-c@sub.acme.com', 'UPPER@ACME.COM', '_@acme.com'];
  const members = [
    ...people(300),
    ...odd.map((email, index) => ({ user: `Odd_${index}.x-y`, email })),
    { user: 'refused-1', suspended: true },
  ];
  const groups = [{ name: GROUP, users: { 'person-1': 'read' } }, 'Other'] as const;
  const org = { members, groups, serviceAccounts: ['ci-bot'], emailDomains: ['acme.com', 'sub.acme.com'] };
  const names = people(60).map(({ user }) => user);
  const emails = people(30).map(({ user }) => `${user}@acme.com`);

  const hubs = [
    await startAcme({ ...org, pageSizeCap: 100 }),
    await startAcme({ ...org, verifiedEmailsVisible: false }, { wording: 'plain' }),
    await startAcme({ ...org, listing: 'refused', memberCase: 'sensitive' }, { maxUsersPerRequest: 7 }),
  ];
  for (const hub of hubs) {
    const id = hub.group('Other').id;
    await run(hub, { users: 'person-2', 'resource-group': id });
    await run(hub, { users: 'PERSON-3', 'resource-group': 'Other' });
    await run(hub, { users: odd[0] ?? '', 'resource-group': id });
    await run(hub, {
      users: [...names, ...emails, ...odd, 'eve@x.test', 'mallory', 'refused-1', 'ci-bot'].join(' '),
    });
    await run(hub, { users: emails.join(' '), role: 'admin', 'on-existing': 'update' });
    await run(hub, { users: names.join(' '), 'dry-run': 'true', 'resource-group': '*' });
    const files = csv('user,role,group', 'refused-1,write,', `ODD_1.x-y,contributor,${id.toUpperCase()}`);
    await run(hub, { csv: 'people.csv' }, { files });
  }
  const restricted = [{ token: 'hf_read', user: 'admin', type: 'read' as const }];
  const reader = await startAcme(org, { tokens: restricted });
  await run(reader, { users: names.slice(0, 5).join(' '), 'hf-token': 'hf_read' });

  const requests = [...hubs, reader].flatMap((hub) => hub.requests);
  expect(new Set(requests.flatMap(problemsOf))).toEqual(new Set());
  // What it was meant to see: every call that the action makes.
  const calls = requests.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{24}/, 'ID')}`);
  const api = '/api/organizations/acme';
  expect(new Set(calls.map((call) => call.replace(/users\/.*/, 'users/NAME')))).toEqual(
    new Set([
      `GET ${api}/resource-groups`,
      `GET ${api}/resource-groups/ID`,
      `POST ${api}/resource-groups/ID/users`,
      `PATCH ${api}/resource-groups/ID/users/NAME`,
      `GET ${api}/members`,
      'GET /api/whoami-v2',
    ]),
  );
  expect(new Set(requests.flatMap(({ query }) => Object.keys(query)))).toEqual(
    new Set(['limit', 'cursor', 'email', 'search']),
  );
});
