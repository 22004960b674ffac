import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { definition } from '../../../scripts/runner.ts';
import { people, type SimulatedHub, TEST_TOKEN } from '../../../simulator/index.ts';
import { DEFAULTS } from '../../../src/runner/input-values.ts';
import { GROUP } from '../../support/run-bundle.ts';
import { csv, failure, type Run, run, startAcme } from './support.ts';

const ADA = { user: 'Ada-L', fullname: 'Ada Lovelace', email: 'ada@acme.com' };

function startWithEverything(): Promise<SimulatedHub> {
  const groups = [{ name: GROUP, users: { bob: 'read', carol: 'write' } }, 'Other "group" (2)'] as const;
  return startAcme({ members: [ADA, 'bob', 'carol', 'dave'], groups }, { strangers: ['mallory'] });
}

const EVERYTHING = csv(
  'user,email,role,group',
  'ADA-L,,write,',
  ',bob@acme.com,admin,',
  'carol,carol@acme.com,write,',
  'mallory,,,',
  ',nobody@acme.com,,',
  'dave,,,"Other ""group"" (2)"',
);

test('the report says what became of everybody, in the order of the input', async () => {
  const hub = await startWithEverything();
  const inputs = { csv: 'people.csv', users: 'dave', 'on-existing': 'update' };
  const result = await run(hub, inputs, { files: EVERYTHING });
  const [first, second] = [hub.group(GROUP), hub.group('Other "group" (2)')];
  const inFirst = { group: first.id, groupName: first.name };
  expect(result.exitCode).toBe(1);
  expect(result.report).toEqual({
    version: 1,
    org: 'acme',
    dryRun: false,
    groups: [
      { id: first.id, name: first.name },
      { id: second.id, name: second.name },
    ],
    counts: { added: 3, updated: 1, removed: 0, skipped: 1, kept: 0, missing: 2, failed: 0, planned: 0 },
    requests: { total: result.sent.length, retries: 0, rateLimitWaitSeconds: 0 },
    run: {
      repository: 'acme/people',
      sha: '',
      event: 'push',
      actor: '',
      id: '',
      attempt: 1,
      startedAt: expect.stringMatching(/Z$/),
      finishedAt: expect.stringMatching(/Z$/),
      // The Hub was asked to add `mallory`, whom no listing names.
      failedWrites: [
        {
          at: expect.stringMatching(/Z$/),
          method: 'POST',
          path: `/api/organizations/acme/resource-groups/${first.id}/users`,
          status: 403,
          requestId: expect.any(String),
        },
      ],
    },
    results: [
      {
        source: 'users',
        input: 'dave',
        user: 'dave',
        ...inFirst,
        role: 'read',
        previousRole: null,
        status: 'added',
        code: 'added',
      },
      {
        source: 'people.csv:2',
        input: 'ADA-L',
        user: 'Ada-L',
        ...inFirst,
        role: 'write',
        previousRole: null,
        status: 'added',
        code: 'added',
      },
      {
        source: 'people.csv:3',
        input: 'bob@acme.com',
        user: 'bob',
        ...inFirst,
        role: 'admin',
        previousRole: 'read',
        status: 'updated',
        code: 'role-updated',
      },
      {
        source: 'people.csv:4',
        input: 'carol',
        user: 'carol',
        ...inFirst,
        role: 'write',
        previousRole: 'write',
        status: 'skipped',
        code: 'already-member',
      },
      {
        source: 'people.csv:5',
        input: 'mallory',
        user: null,
        ...inFirst,
        role: 'read',
        previousRole: null,
        status: 'missing',
        code: 'not-in-organization',
      },
      {
        source: 'people.csv:6',
        input: 'nobody@acme.com',
        user: null,
        ...inFirst,
        role: 'read',
        previousRole: null,
        status: 'missing',
        code: 'email-not-found',
      },
      {
        source: 'people.csv:7',
        input: 'dave',
        user: 'dave',
        group: second.id,
        groupName: second.name,
        role: 'read',
        previousRole: null,
        status: 'added',
        code: 'added',
      },
    ].map((one) => ({ ...one, message: expect.stringMatching(/\S.*\.$/) })),
  });
  expect(Object.keys(result.outputs).toSorted()).toEqual(
    Object.keys(definition('add-members').outputs).toSorted(),
  );
  const missing = JSON.parse(result.outputs['missing-users'] ?? '') as { user: unknown }[];
  expect(missing.map(({ user }) => user)).toEqual([null, null]);
  expect(result.reportCsv).toContain('people.csv:5,mallory,,');
  expect(result.outputs).toMatchObject({
    added: '3',
    updated: '1',
    skipped: '1',
    missing: '2',
    failed: '0',
    planned: '0',
    changed: 'true',
    report: expect.stringMatching(/\.json$/),
    'report-csv': expect.stringMatching(/\.csv$/),
  });
});

test('the report as CSV has the same rows, and two runs have reports of their own', async () => {
  const hub = await startWithEverything();
  const first = await run(hub, { csv: 'people.csv' }, { files: EVERYTHING });
  const lines = first.reportCsv.trim().split('\r\n');
  expect(lines[0]).toBe('source,input,user,group,groupName,role,status,code,message');
  expect(lines).toHaveLength(1 + first.results.length);
  first.results.forEach(({ source, input, status, code }, index) => {
    expect(lines[index + 1]).toContain(`${source},${input},`);
    expect(lines[index + 1]).toContain(`,${status},${code},`);
  });
  expect(lines[6]).toContain(',"Other ""group"" (2)",');
  const temp = first.outputs['report']?.replace(/\/temp\/.*/, '/temp');
  expect(first.workspace.replace(/workspace$/, 'temp')).toBe(temp);
});

describe('whatever happened after the inputs were read, outputs, reports and summary are there:', () => {
  const NAMES = Object.keys(definition('add-members').outputs);

  function expectTold(result: Run, exitCode: number): void {
    expect(result.exitCode).toBe(exitCode);
    expect(Object.keys(result.outputs).toSorted()).toEqual(NAMES.toSorted());
    expect(result.report?.version).toBe(1);
    expect(result.reportCsv).toMatch(/^(\uFEFF)?source,input,/);
    expect(result.summary.trim()).not.toBe('');
    expect(result.annotations.at(-1)?.kind).toBe(exitCode === 1 ? 'error' : undefined);
  }

  test.each([
    ['no one to add', { users: 'bob' }, 0],
    ['a dry run', { users: 'dave', 'dry-run': 'true' }, 0],
    ['a person missing', { users: 'mallory bob' }, 1],
    ['no such group', { users: 'dave', 'resource-group': 'Nowhere' }, 1],
    ['no such organization', { users: 'dave', org: 'acne' }, 1],
    ['no such token', { users: 'dave', 'hf-token': 'hf_gone' }, 1],
    ['no such file', { csv: 'nowhere.csv' }, 1],
    [
      'no one at that address',
      { users: 'dave', 'hub-url': 'http://127.0.0.1:9', 'max-wait-minutes': '0' },
      1,
    ],
  ])('%s', async (_, inputs, exitCode) => {
    const hub = await startWithEverything();
    const result = await run(hub, inputs as Record<string, string>);
    expectTold(result, exitCode);
    const people = Object.values(result.report?.counts ?? {}).reduce((sum, count) => sum + count, 0);
    expect(people).toBe(result.results.length);
  });

  test('a malformed row', async () => {
    const hub = await startWithEverything();
    const result = await run(hub, { csv: 'people.csv' }, { files: csv('user', 'a b', 'dave') });
    expectTold(result, 1);
    expect(result.outputs).toMatchObject({ added: '0', failed: '0' });
  });

  test('a plan without groups', async () => {
    const hub = await startAcme({ members: ['dave'], plan: 'free' });
    const result = await run(hub, { users: 'dave' });
    expectTold(result, 1);
    expect(failure(result)).toContain('402');
    expect(result.codes).toEqual({ dave: 'not-attempted' });
    expect(result.sent).toHaveLength(1);
  });
});

describe('defaults', () => {
  test('are the same in action.yml and in the sources', () => {
    const inputs = Object.entries(definition('add-members').inputs);
    for (const [name, { default: inYaml }] of inputs) {
      // Their defaults are expressions of the workflow.
      if (name === 'hub-url' || name === 'github-token') continue;
      const inSource: unknown = name in DEFAULTS ? DEFAULTS[name as keyof typeof DEFAULTS] : undefined;
      expect({ name, default: inYaml }).toEqual({ name, default: inSource });
    }
    const actions = ['add-members', 'sync-members', 'access-check'] as const;
    const all = actions.flatMap((action) => Object.keys(definition(action).inputs));
    expect(all).toEqual(expect.arrayContaining(Object.keys(DEFAULTS)));
  });

  test('hold for inputs that are empty, as they are in a scheduled run', async () => {
    const hub = await startAcme({
      members: people(60),
      groups: [{ name: GROUP, users: { 'person-1': 'write' } }],
    });
    const empty = Object.fromEntries(Object.keys(definition('add-members').inputs).map((name) => [name, '']));
    const users = people(60).map(({ user }) => user);
    const given = { 'hf-token': TEST_TOKEN, org: 'acme', 'resource-group': GROUP, 'hub-url': hub.url };
    const result = await run(hub, { ...empty, ...given, users: users.join(' ') });
    expect(result.exitCode).toBe(0);
    expect(result.outputs).toMatchObject({ added: '59', skipped: '1' });
    expect(hub.members(GROUP)).toMatchObject({ 'person-1': 'write', 'person-2': 'read' });
    expect(result.writes).toHaveLength(2);
  });

  test('may be written in capitals, with space around them, and as fractions', async () => {
    const hub = await startAcme({ members: people(3) });
    const inputs = {
      users: 'person-1',
      role: ' Write ',
      'dry-run': 'FALSE',
      'on-existing': 'Keep',
      'timeout-seconds': '1.001',
      'max-wait-minutes': '0.25',
      'chunk-size': '7',
      'hub-url': `${hub.url}/`,
    };
    expect((await run(hub, inputs)).exitCode).toBe(0);
    expect(hub.members(GROUP)).toEqual({ 'person-1': 'write' });
  });
});

describe('the environment', () => {
  test('gives the token and the Hub if the inputs do not', async () => {
    const hub = await startAcme({ members: people(3) });
    const env = { HF_TOKEN: TEST_TOKEN, HF_ENDPOINT: hub.url };
    const result = await run(hub, { users: 'person-1', 'hf-token': '', 'hub-url': '' }, { env });
    expect(result.exitCode).toBe(0);
    expect(result.stdout.startsWith(`::add-mask::${TEST_TOKEN}\n`)).toBe(true);
    expect(hub.members(GROUP)).toEqual({ 'person-1': 'read' });
  });

  test('counts for less than the inputs', async () => {
    const [hub, other] = [await startAcme({ members: people(3) }), await startAcme()];
    const env = { HF_TOKEN: 'hf_other', HF_ENDPOINT: other.url };
    expect((await run(hub, { users: 'person-1' }, { env })).exitCode).toBe(0);
    expect(other.requests).toEqual([]);
    expect(hub.requests.map(({ headers }) => headers['authorization'])).toEqual(
      hub.requests.map(() => `Bearer ${TEST_TOKEN}`),
    );
  });
});

describe('email addresses', () => {
  const publicEvent = { repository: { private: false, visibility: 'public' } };
  const privateEvent = { repository: { private: true, visibility: 'private' } };
  const people = 'ada@acme.com nobody@acme.com eve@x.test';

  test.each([
    ['true', privateEvent, true],
    ['false', publicEvent, false],
    ['auto', publicEvent, true],
    ['auto', privateEvent, false],
    ['auto', {}, true],
    ['', publicEvent, true],
  ])('with redact-emails: %s on %j are redacted: %s', async (setting, event, redacted) => {
    const hub = await startAcme({ members: [ADA] });
    const inputs = { users: people, 'redact-emails': setting, csv: 'people.csv' };
    const result = await run(hub, inputs, { event, files: csv('email', 'gone@acme.com') });
    expect(hub.members(GROUP)).toEqual({ 'Ada-L': 'read' });
    const told = [result.stdout, result.summary, JSON.stringify(result.report), result.reportCsv].join('\n');
    for (const name of ['ada', 'nobody', 'gone']) {
      expect(told.includes(`${name}@acme.com`)).toBe(!redacted);
      expect(told.includes(`${name.charAt(0)}***@acme.com`)).toBe(redacted);
    }
    expect(result.results.map(({ source }) => source)).toEqual(['users', 'users', 'users', 'people.csv:2']);
  });

  test('are redacted if the event is not known', async () => {
    const hub = await startAcme({ members: [ADA] });
    for (const GITHUB_EVENT_PATH of ['', join(import.meta.dirname, 'support.ts')]) {
      const { summary, exitCode } = await run(hub, { users: 'ada@acme.com' }, { env: { GITHUB_EVENT_PATH } });
      expect(exitCode).toBe(0);
      expect(summary).not.toContain('ada@acme.com');
    }
  });

  test('are redacted in what is said of malformed rows, too', async () => {
    const hub = await startAcme({ members: [ADA] });
    const files = csv('email,role', 'ada@acme.com,wirte', 'ada.@acme.com,', 'ada lovelace@acme.com,');
    const result = await run(hub, { csv: 'people.csv' }, { files, event: publicEvent });
    const told = [result.stdout, result.summary, JSON.stringify(result.report), result.reportCsv].join('\n');
    expect(told).not.toMatch(/(ada\.?|lovelace)@acme\.com/);
  });
});

test('the token is masked first, and is nowhere else, even if the Hub repeats it', async () => {
  const hub = await startAcme({ members: people(3) });
  const body = { error: `Bad request with Bearer ${TEST_TOKEN}` };
  hub.inject({ kind: 'status', status: 403, body, match: { method: 'POST' }, times: 9 });
  hub.configure({ warning: `deprecated; your ${TEST_TOKEN} is old` });
  const result = await run(hub, { users: 'person-1 person-2' });
  expect(result.exitCode).toBe(1);
  expect(result.stdout.startsWith(`::add-mask::${TEST_TOKEN}\n`)).toBe(true);
  const files = ['report', 'report-csv'].map((name) => readFileSync(result.outputs[name] ?? '', 'utf8'));
  const told = [result.stdout.replace(/^.*\n/, ''), result.stderr, result.summary, ...files];
  expect([...told, JSON.stringify(result.outputs)].join('\n')).not.toContain(TEST_TOKEN);
});
