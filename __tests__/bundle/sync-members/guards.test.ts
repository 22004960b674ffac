import { describe, expect, test } from '@jest/globals';
import type { GroupSpec, OrgSpec, Role } from '../../../simulator/index.ts';
import { start } from '../../simulator/client.ts';
import { acme, all, GROUP, names, PRUNE, sync, whoamis } from './support.ts';

/** A Hub whose group has `person-1` to `person-10`. */
function startTen(org: Partial<OrgSpec> = {}, group: Partial<GroupSpec> = {}) {
  const groups = [{ name: GROUP, users: all(names(10)), ...group }];
  return start({ orgs: [acme({ members: names(12), groups, ...org })], strangers: ['mallory'] });
}

/** A roster that names half of them. */
const HALF = ['user', ...names(5)];

describe('an unresolved row keeps every unlisted member of its groups', () => {
  test.each([
    ['an address that no member has', 'x@acme.com', 'missing/email-not-found'],
    ['an address that cannot be looked up', 'x@other.org', 'missing/email-not-searchable'],
    ['a username that is in no listing', 'no-such-name', 'missing/not-in-organization'],
    ['a person who is no member', 'mallory', 'missing/not-in-organization'],
  ])('%s', async (_what, input, told) => {
    for (const allowMissing of ['false', 'true']) {
      const hub = await startTen({ members: [...names(12), { user: 'hidden', verified: false }] });
      const inputs = { ...PRUNE, 'allow-missing': allowMissing };
      const run = await sync(hub, inputs, [...HALF, input]);
      expect(run.exitCode).toBe(allowMissing === 'true' ? 0 : 1);
      expect(run.told[input]).toBe(told);
      expect(run.told).toMatchObject({
        'person-6': 'kept/unresolved-rows',
        'person-10': 'kept/unresolved-rows',
      });
      expect(run.writes.filter(({ method }) => method === 'DELETE')).toEqual([]);
      expect(Object.keys(hub.members(GROUP))).toEqual(names(10));
    }
  });

  test('a username and an address that are two people', async () => {
    const hub = await startTen();
    const run = await sync(hub, PRUNE, [
      'user,email',
      ...names(5).map((name) => `${name},`),
      'person-6,person-7@acme.com',
    ]);
    expect(run.told).toMatchObject({
      'person-7': 'kept/unresolved-rows',
      'person-8': 'kept/unresolved-rows',
    });
    expect(run.results.find(({ code }) => code === 'identity-conflict')).toMatchObject({
      status: 'failed',
      user: null,
    });
    expect(Object.keys(hub.members(GROUP))).toEqual(names(10));
  });

  test('two rows that turn out to be one person, one present and one absent', async () => {
    const hub = await startTen();
    const run = await sync(hub, PRUNE, [
      'user,state',
      ...names(5).map((name) => `${name},`),
      'person-1@acme.com,absent',
    ]);
    expect(run.told).toMatchObject({
      'person-1': 'failed/conflicting-roles',
      'person-6': 'kept/unresolved-rows',
    });
    expect(Object.keys(hub.members(GROUP))).toEqual(names(10));
  });

  test('and no member of other groups, and explicit removals go on', async () => {
    const hub = await startTen({
      groups: [
        { name: 'A', users: all(names(4)) },
        { name: 'B', users: all(names(4)) },
      ],
    });
    const rows = ['user,group,state', 'person-1,A,', 'x@acme.com,A,', 'person-2,A,absent', 'person-1,B,'];
    const run = await sync(hub, { ...PRUNE, 'resource-group': '' }, rows);
    expect(run.told).toMatchObject({
      'person-2 in A': 'removed/removed',
      'person-3 in A': 'kept/unresolved-rows',
      'person-3 in B': 'removed/unlisted',
    });
    expect(Object.keys(hub.members('A'))).toEqual(['person-1', 'person-3', 'person-4']);
    expect(Object.keys(hub.members('B'))).toEqual(['person-1']);
  });
});

describe('what is not known keeps every unlisted member', () => {
  const cases: [string, Partial<OrgSpec>, Partial<GroupSpec>, string][] = [
    ['half a member listing', { listingEndsAfter: 6 }, {}, 'kept/not-listed'],
    [
      'a listing with a next page that cannot be read',
      { pageSizeCap: 10, linkForm: 'unreadable' },
      {},
      'kept/not-listed',
    ],
    [
      'a listing whose pages go round in a circle',
      { pageSizeCap: 10, linkLoop: true },
      {},
      'kept/not-listed',
    ],
    ['a listing that leaves a member out', { unlistedMembers: ['person-9'] }, {}, 'kept/not-listed'],
    ['a refused listing', { listing: 'refused' }, {}, 'kept/not-listed'],
    ['a numUsers that is too high', { numUsers: { offBy: 1 } }, {}, 'kept/not-listed'],
    ['a numUsers that is too low', { numUsers: { offBy: -1 } }, {}, 'kept/not-listed'],
    ['no numUsers', { numUsers: 'absent' }, {}, 'kept/not-listed'],
    ['members without groups', { memberGroupsVisible: false }, {}, 'kept/not-listed'],
    [
      'a group that shows only a part of its members',
      { unlistedGroupUsers: ['person-3'] },
      {},
      'kept/not-listed',
    ],
    ['an auto-join group', {}, { autoJoin: { enabled: true, role: 'read' } }, 'kept/auto-join'],
  ];

  test.each(cases)('%s', async (_what, org, group, told) => {
    const hub = await startTen(org, group);
    const run = await sync(hub, PRUNE, HALF);
    for (const name of names(10).slice(5)) expect([name, run.told[name]]).toEqual([name, told]);
    expect(run.writes.filter(({ method }) => method === 'DELETE')).toEqual([]);
    expect(Object.keys(hub.members(GROUP))).toEqual(names(10));
  });

  test('an account that is in no listing, until a row or protected-users names it', async () => {
    const users = { ...all(names(10)), 'ci-bot': 'read' as const };
    const hub = await startTen({ serviceAccounts: ['ci-bot'] }, { users });
    const run = await sync(hub, PRUNE, HALF);
    expect(run.told).toMatchObject({ 'ci-bot': 'kept/not-listed', 'person-6': 'kept/not-listed' });
    expect(run.writes).toEqual([]);
    const isProtected = await sync(hub, { ...PRUNE, 'protected-users': 'CI-bot', 'dry-run': 'true' }, HALF);
    expect(isProtected.told).toMatchObject({
      'ci-bot': 'kept/protected',
      'person-6': 'would-remove/dry-run',
    });
    const named = await sync(hub, PRUNE, [...HALF, 'ci-bot']);
    expect(named.told).toMatchObject({ 'ci-bot': 'skipped/already-member', 'person-6': 'removed/unlisted' });
    expect(Object.keys(hub.members(GROUP))).toEqual([...names(5), 'ci-bot']);
  });

  test('a row that is absent and whose address no member has blocks nothing', async () => {
    const hub = await startTen();
    const run = await sync(hub, PRUNE, [
      'user,state',
      ...names(5).map((name) => `${name},`),
      'x@acme.com,absent',
    ]);
    expect(run.told).toMatchObject({ 'x@acme.com': 'skipped/not-a-member', 'person-6': 'removed/unlisted' });
    expect(Object.keys(hub.members(GROUP))).toEqual(names(5));
  });

  test('an addition that fails keeps unlisted members: it can be one of them under a new name', async () => {
    const hub = await startTen();
    hub.configure({ refuseFor: ['person-11'] });
    const run = await sync(hub, PRUNE, [...HALF, 'person-11']);
    expect(run.told).toMatchObject({ 'person-11': 'failed/refused', 'person-6': 'kept/unresolved-rows' });
    expect(Object.keys(hub.members(GROUP))).toEqual(names(10));
  });
});

describe('limits', () => {
  const users = all(names(40));

  test.each(['false', 'true'])(
    '20 of 40 unlisted at the default limit: nothing is written, and it is told (dry-run: %s)',
    async (dryRun) => {
      const hub = await start({ orgs: [acme({ members: names(45), groups: [{ name: GROUP, users }] })] });
      const rows = ['user,role', ...names(20).map((name) => `${name},read`), 'person-41,read'];
      const run = await sync(hub, { 'on-unlisted': 'remove', 'dry-run': dryRun }, rows);
      expect(run.exitCode).toBe(1);
      const told = `20 of 40 members of "${GROUP}" would be removed (50 %; the limit is 20 %, 8). If that is meant, set \`max-removals: 20\`.`;
      expect(run.failure).toContain(told);
      expect(run.summary).toContain('20 of 40 members');
      expect(run.writes).toEqual([]);
      expect(hub.members(GROUP)).toEqual(users);
      const set = await sync(hub, { 'on-unlisted': 'remove', 'dry-run': dryRun, 'max-removals': '20' }, rows);
      expect(set.exitCode).toBe(0);
      expect(set.outputs).toMatchObject(
        dryRun === 'true' ? { planned: '21' } : { removed: '20', added: '1' },
      );
    },
  );

  test('over max-changes nothing is written, and it is told', async () => {
    const hub = await start({ orgs: [acme({ members: names(45), groups: [{ name: GROUP, users }] })] });
    const rows = [
      'user,role',
      ...names(39).map((name) => `${name},read`),
      'person-41,read',
      'person-42,read',
    ];
    const run = await sync(hub, { 'on-unlisted': 'remove', 'max-changes': '2' }, rows);
    expect(run.failure).toContain(
      '3 changes would be made; the limit is 2. If that is meant, set `max-changes: 3`.',
    );
    expect(run.writes).toEqual([]);
    expect((await sync(hub, { 'on-unlisted': 'remove', 'max-changes': '3' }, rows)).writes).toHaveLength(2);
  });

  test('one group over its limit stops all groups', async () => {
    const groups = [
      { name: 'A', users },
      { name: 'B', users: all(names(2)) },
    ];
    const hub = await start({ orgs: [acme({ members: names(45), groups })] });
    const rows = ['user,group', ...names(10).map((name) => `${name},A`), 'person-1,B', 'person-45,B'];
    const run = await sync(hub, { 'on-unlisted': 'remove', 'resource-group': '' }, rows);
    expect([run.exitCode, run.writes]).toEqual([1, []]);
    expect(run.told['person-45 in B']).toBe('failed/not-attempted');
  });
});

describe('people who are never taken out', () => {
  test('protected users, in any spelling, also if a row says that they should leave', async () => {
    const hub = await startTen({}, { users: { ...all(names(10)), 'person-7': 'admin' } });
    const rows = [
      'user,state,role',
      ...names(5).map((name) => `${name},,`),
      'person-6,absent,',
      'person-7,,read',
    ];
    const run = await sync(
      hub,
      { ...PRUNE, 'min-admins': '0', 'protected-users': 'PERSON-6, Person-7\nperson-8' },
      rows,
    );
    expect(run.told).toMatchObject({
      'person-6': 'kept/protected',
      'person-7': 'kept/protected',
      'person-8': 'kept/protected',
      'person-9': 'removed/unlisted',
    });
    expect(hub.members(GROUP)).toMatchObject({ 'person-6': 'read', 'person-7': 'admin', 'person-8': 'read' });
  });

  test("the token's own account, for one request, which is made only if someone would lose something", async () => {
    const users: Record<string, Role> = { ...all(names(4)), admin: 'admin', 'person-5': 'admin' };
    const hub = await startTen({}, { users });
    const rows = ['user,role', ...names(4).map((name) => `${name},`), 'person-5,admin'];
    const gains = await sync(hub, {}, [...rows, 'person-6,write']);
    expect(whoamis(gains.sent)).toBe(0);
    hub.removeMember(GROUP, 'person-6');
    const run = await sync(hub, PRUNE, rows);
    expect(run.told).toMatchObject({ admin: 'kept/own-account' });
    expect(whoamis(run.sent)).toBe(1);
    const demoted = await sync(hub, {}, [...rows, 'admin,read']);
    expect(demoted.told).toMatchObject({ admin: 'kept/own-account' });
    expect(whoamis(demoted.sent)).toBe(1);
    expect(hub.members(GROUP)).toEqual(users);
  });

  test('anyone, if the Hub does not say whose token it is, and the step fails because they are still in the group', async () => {
    const hub = await startTen();
    hub.inject({ kind: 'status', status: 429, match: { path: 'whoami' }, times: 100 });
    const run = await sync(hub, { ...PRUNE, 'max-wait-minutes': '0' }, HALF);
    expect([run.exitCode, run.told['person-6']]).toEqual([1, 'failed/unavailable']);
    expect(run.writes).toEqual([]);
    expect(Object.keys(hub.members(GROUP))).toEqual(names(10));
  });

  test('the last admins, over removals and demotions together', async () => {
    const users = {
      'person-1': 'admin',
      'person-2': 'admin',
      'person-3': 'admin',
      'person-4': 'read',
    } as const;
    for (const [minAdmins, left] of [
      ['0', []],
      ['1', ['person-2']],
      ['2', ['person-1', 'person-2']],
      ['9', ['person-1', 'person-2', 'person-3']],
    ] as const) {
      const hub = await startTen({}, { users });
      const rows = ['user,role,state', 'person-1,,absent', 'person-3,read,', 'person-4,,'];
      const run = await sync(hub, { ...PRUNE, 'min-admins': minAdmins }, rows);
      const admins = Object.entries(hub.members(GROUP)).filter(([, role]) => role === 'admin');
      expect([minAdmins, admins.map(([name]) => name)]).toEqual([minAdmins, left]);
      for (const name of left) expect(run.told[name]).toBe('kept/last-admin');
    }
  });
});
