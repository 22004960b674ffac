import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { runBundle } from '../../../scripts/runner.ts';
import { TEST_TOKEN } from '../../../simulator/index.ts';
import { start } from '../../simulator/client.ts';
import { acme, all, GROUP, names, PRUNE, sync, whoamis } from './support.ts';

describe('a group is made what the roster says', () => {
  const members = ['ada', 'bob', 'carol', 'dave', 'eve', { user: 'admin', role: 'admin' as const }];

  test('by additions, role changes and removals, and a second run writes nothing', async () => {
    const users = { ada: 'read', bob: 'admin', dave: 'read', eve: 'write', admin: 'admin' } as const;
    const hub = await start({ orgs: [acme({ members, groups: [{ name: GROUP, users }] })] });
    const rows = [
      'user,role,state,expires',
      'ada,write,,',
      'bob,read,,',
      'carol,read,,',
      'dave,,absent,',
      'eve,,,2020-01-31',
      'admin,admin,,',
    ];
    const first = await sync(hub, {}, rows);
    expect(first.told).toEqual({
      ada: 'updated/role-updated',
      bob: 'updated/role-updated',
      carol: 'added/added',
      dave: 'removed/removed',
      eve: 'removed/expired',
      admin: 'skipped/already-member',
    });
    const wanted = { ada: 'write', bob: 'read', carol: 'read', admin: 'admin' };
    expect(hub.members(GROUP)).toEqual(wanted);
    expect(first.outputs).toMatchObject({
      added: '1',
      updated: '2',
      removed: '2',
      changed: 'true',
      failed: '0',
    });
    const second = await sync(hub, {}, rows);
    expect(second.writes).toEqual([]);
    expect(second.outputs).toMatchObject({ added: '0', updated: '0', removed: '0', changed: 'false' });
    expect(second.told).toMatchObject({ dave: 'skipped/not-a-member', eve: 'skipped/not-a-member' });
    expect(hub.members(GROUP)).toEqual(wanted);
  });

  test('in a dry run not at all, and every change is told', async () => {
    const users = { ada: 'read', dave: 'read' } as const;
    const hub = await start({ orgs: [acme({ members, groups: [{ name: GROUP, users }] })] });
    const run = await sync(hub, { ...PRUNE, 'dry-run': 'true' }, ['user,role', 'ada,write', 'carol,']);
    expect(run.told).toEqual({
      ada: 'would-update/dry-run',
      carol: 'would-add/dry-run',
      dave: 'would-remove/dry-run',
    });
    expect(run.writes).toEqual([]);
    expect(hub.members(GROUP)).toEqual(users);
    expect(run.outputs).toMatchObject({ planned: '3', removed: '0', changed: 'false' });
  });

  test('unlisted members are kept and told by default', async () => {
    const users = { ada: 'read', dave: 'write' } as const;
    const hub = await start({ orgs: [acme({ members, groups: [{ name: GROUP, users }] })] });
    const run = await sync(hub, {}, ['user', 'ada']);
    expect([run.exitCode, run.told]).toEqual([0, { ada: 'skipped/already-member', dave: 'kept/unlisted' }]);
    expect(run.outputs).toMatchObject({ kept: '1', removed: '0' });
    expect(run.summary).toContain('dave');
    expect(hub.members(GROUP)).toEqual(users);
  });
});

test("remove-users with '*' fails if a group is listed in a form that cannot be read", async () => {
  const groups = [
    { name: 'A', users: { ada: 'read', bob: 'write' } },
    { name: 'B', users: { ada: 'read' } },
  ] as const;
  const hub = await start({ orgs: [acme({ members: ['ada', 'bob'], groups })] });
  const { id } = hub.group('A');
  const users = [
    { name: 'ada', role: 'read' },
    { name: 'bob', role: 'write' },
  ];
  const body = [{ id, name: 'A', users }, { id: hub.group('B').id }];
  hub.inject({ kind: 'status', status: 200, body, match: { path: /resource-groups$/ } });
  const run = await sync(hub, { 'remove-users': 'ada', 'resource-group': '*' });
  expect([run.exitCode, run.told]).toEqual([1, { ada: 'removed/removed' }]);
  expect(run.failure).toContain('The Hub lists 1 resource group of acme in a form that cannot be read');
  expect(run.summary).toContain('in a form that cannot be read');
  expect([hub.members('A'), hub.members('B')]).toEqual([{ bob: 'write' }, { ada: 'read' }]);
});

test('a group that cannot be read is named in the message, and the others are done', async () => {
  const groups = [
    { name: 'A', users: { ada: 'read', bob: 'write' } },
    { name: 'B', users: { ada: 'read' } },
  ] as const;
  const hub = await start({ orgs: [acme({ members: ['ada', 'bob'], groups })] });
  const ids = [hub.group('A').id, hub.group('B').id];
  const listing = [{ id: ids[0], name: 'A', users: [{ name: 'ada', role: 'read' }] }];
  hub.inject(
    { kind: 'status', status: 200, body: listing, match: { path: /resource-groups$/ } },
    { kind: 'status', status: 403, match: { path: ids[1] as string }, times: 100 },
  );
  const run = await sync(hub, { 'remove-users': 'ada', 'resource-group': ids.join() });
  expect([run.exitCode, Object.values(run.told)]).toEqual([1, ['removed/removed', 'failed/not-attempted']]);
  expect(run.failure).toContain(`The resource group ${ids[1]} cannot be read. The Hub answered 403`);
  expect([hub.members('A'), hub.members('B')]).toEqual([{ bob: 'write' }, { ada: 'read' }]);
});

test("remove-users with '*' changes nothing if no group can be read", async () => {
  const hub = await start({
    orgs: [acme({ members: ['ada'], groups: [{ name: 'A', users: { ada: 'read' } }] })],
  });
  hub.inject({ kind: 'status', status: 200, body: 'null', match: { path: /resource-groups$/ } });
  const run = await sync(hub, { 'remove-users': 'ada', 'resource-group': '*' });
  expect([run.exitCode, run.writes]).toEqual([1, []]);
  expect(run.failure).toContain('in a form that cannot be read');
  expect(hub.members('A')).toEqual({ ada: 'read' });
});

test("remove-users with '*' takes a person out of everywhere, and no one else", async () => {
  const groups = [
    { name: 'A', users: { ada: 'read', bob: 'write' } },
    { name: 'B', users: { bob: 'admin' } },
    { name: 'C', users: { ada: 'write', bob: 'read' } },
  ] as const;
  const hub = await start({ orgs: [acme({ members: ['ada', 'bob', 'carol'], groups })] });
  const run = await sync(hub, { 'remove-users': '@ADA, carol@acme.com, x@acme.com', 'resource-group': '*' });
  expect(run.exitCode).toBe(0);
  expect(run.told).toMatchObject({
    'ada in A': 'removed/removed',
    'ada in B': 'skipped/not-a-member',
    'ada in C': 'removed/removed',
    'carol in A': 'skipped/not-a-member',
    'x@acme.com in A': 'skipped/not-a-member',
  });
  expect(['A', 'B', 'C'].map((name) => hub.members(name))).toEqual([
    { bob: 'write' },
    { bob: 'admin' },
    { bob: 'read' },
  ]);
  expect(whoamis(run.sent)).toBe(1);
  expect((await sync(hub, { 'remove-users': 'ada', 'resource-group': '*' })).writes).toEqual([]);
});

test('an address that cannot be looked up is missing in remove-users, not passed over', async () => {
  const hub = await start({
    orgs: [acme({ members: ['ada'], groups: [{ name: GROUP, users: { ada: 'read' } }] })],
  });
  const run = await sync(hub, { 'remove-users': 'ada@other.org' });
  expect([run.exitCode, run.told]).toEqual([1, { 'ada@other.org': 'missing/email-not-searchable' }]);
});

test('the roster that list-groups exports changes nothing under on-unlisted: remove', async () => {
  const members = [
    ...names(60),
    { user: 'Odd.Name', role: 'admin' as const },
    { user: 'hidden', verified: false },
  ];
  const groups = [
    { name: 'Cohort, "2024"', users: { ...all(names(40)), 'Odd.Name': 'admin' } },
    { name: '#1 =SUM(A1)', users: { ...all(names(60), 'write'), hidden: 'contributor', 'ci-bot': 'write' } },
    { name: 'Grüße', users: { 'person-7': 'admin' }, autoJoin: { enabled: true, role: 'read' } },
    { name: 'Empty' },
    { name: 'SCIM', users: all(names(3)), scim: true },
  ] as const;
  const hub = await start({ orgs: [acme({ members, groups, serviceAccounts: ['ci-bot'] })] });
  const before = groups.map(({ name }) => hub.members(name));
  const inputs = { 'hf-token': TEST_TOKEN, org: 'acme', 'hub-url': hub.url };
  const exported = await runBundle('list-groups', { inputs });
  const roster = readFileSync(exported.outputs['csv'] ?? '', 'utf8')
    .split('\n')
    .slice(0, -1);
  for (const dryRun of ['true', 'false']) {
    const run = await sync(hub, { ...PRUNE, 'resource-group': '', 'dry-run': dryRun }, roster);
    expect(run.failure).toBe('');
    expect(new Set(Object.values(run.told))).toEqual(new Set(['skipped/already-member']));
    expect(run.results).toHaveLength(41 + 62 + 1 + 3);
    expect(run.writes).toEqual([]);
    expect(whoamis(run.sent)).toBe(0);
  }
  expect(groups.map(({ name }) => hub.members(name))).toEqual(before);
});

test('500 members to remove in 20 groups cost the removals, four requests per group, and the listing', async () => {
  const groups = names(20, 'group').map((name, index) => ({
    name,
    users: all([...names(25, `g${index}`), 'person-1']),
  }));
  const members = [
    'person-1',
    ...groups.flatMap(({ users }) => Object.keys(users)).filter((user) => user !== 'person-1'),
  ];
  const hub = await start({ orgs: [acme({ members, groups })] });
  const rows = ['user,group', ...groups.map(({ name }) => `person-1,${name}`)];
  const first = await sync(hub, { ...PRUNE, 'resource-group': '' }, rows);
  expect(first.outputs).toMatchObject({ removed: '500', failed: '0', kept: '0' });
  expect(first.writes).toHaveLength(500);
  expect(first.sent.length).toBeLessThanOrEqual(500 + 4 * 20 + 1);
  for (const { name } of groups) expect(hub.members(name)).toEqual({ 'person-1': 'read' });
  const second = await sync(hub, { ...PRUNE, 'resource-group': '' }, rows);
  expect(second.writes).toEqual([]);
  expect(second.sent.length).toBeLessThanOrEqual(3);
});
