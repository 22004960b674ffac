import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { HubOptions, OrgSpec, Role, SimulatedHub } from '../../../simulator/index.ts';
import { type Asked, expectTruth, GROUP, persons, run, startCohort, tally, trace } from '../over-the-wire.ts';
import { pruning } from './plans.ts';

/** A Hub whose group has `person-1` to `person-<count>` as members, in this role. */
function startFull(
  count: number,
  { role = 'read', group = {}, ...org }: Partial<OrgSpec> & { role?: Role; group?: object } = {},
  options: HubOptions = {},
): Promise<SimulatedHub> {
  const users = Object.fromEntries(persons(count).map((name) => [name, role]));
  return startCohort(count, { groups: [{ name: GROUP, users, ...group }], ...org }, options);
}

/** Runs sync-members with explicit removals. */
function remove(hub: SimulatedHub, names: readonly string[], asked: Partial<Asked> = {}) {
  return run(hub, { removeUsers: names, onExisting: 'update', removal: {}, ...asked });
}

describe('the order in a group', () => {
  test('is: add, change roles, read again, remove one by one', async () => {
    const hub = await startCohort(6, {
      groups: [{ name: GROUP, users: { 'person-1': 'read', 'person-2': 'read', 'person-3': 'write' } }],
    });
    const ran = await remove(hub, ['person-1', 'person-2'], { users: ['person-3', 'person-4'] });
    const { id } = hub.group(GROUP);
    expect(trace(ran.requests)).toEqual([
      'GET resource-groups',
      'GET /api/whoami-v2',
      `POST resource-groups/${id}/users`,
      `PATCH resource-groups/${id}/users/person-3`,
      `GET resource-groups/${id}`,
      `DELETE resource-groups/${id}/users/person-1`,
      `DELETE resource-groups/${id}/users/person-2`,
    ]);
    expect(ran.codes).toEqual({
      'person-1': 'removed',
      'person-2': 'removed',
      'person-3': 'role-updated',
      'person-4': 'added',
    });
    expect(hub.members(GROUP)).toEqual({ 'person-3': 'read', 'person-4': 'read' });
  });

  test('asks nothing about the token if nothing is taken away', async () => {
    const hub = await startFull(3);
    const ran = await remove(hub, [], { users: persons(3), role: 'write' });
    expect(trace(ran.requests)).not.toContain('GET /api/whoami-v2');
    expect(tally(ran.codes)).toEqual({ 'role-updated': 3 });
  });

  test('says for each state that the person was removed, and with which role', async () => {
    const hub = await startFull(3, { role: 'write' });
    const ran = await run(hub, {
      csv: ['user,state,expires', 'person-1,absent,', 'person-2,,2020-01-31', 'person-3,,'],
      role: 'write',
      removal: pruning(),
    });
    expect(ran.codes).toEqual({
      'person-1': 'removed',
      'person-2': 'removed-expired',
      'person-3': 'already-member',
    });
    expect(ran.messages['person-1']).toBe('Removed; the role was write.');
    expect(hub.members(GROUP)).toEqual({ 'person-3': 'write' });
  });

  test('is logged: additions, role changes and removals, each with what is left', async () => {
    const hub = await startFull(61, { role: 'write' });
    const ran = await remove(hub, persons(60), { users: ['person-61'], role: 'read' });
    expect(ran.lines.filter((line) => line.startsWith(`${GROUP}: `))).toEqual([
      `${GROUP}: 1 role changed`,
      `${GROUP}: 50 removed, 10 left`,
      `${GROUP}: 60 removed`,
    ]);
  });

  test('removes unlisted members, too, if the policy says so', async () => {
    const hub = await startFull(5);
    const ran = await run(hub, { csv: ['user', ...persons(3)], removal: pruning() });
    expect(ran.codes).toMatchObject({ 'person-4': 'removed-unlisted', 'person-5': 'removed-unlisted' });
    expect(Object.keys(hub.members(GROUP))).toEqual(persons(3));
    const again = await run(hub, { csv: ['user', ...persons(3)], removal: pruning() });
    expect(again.writes).toEqual([]);
  });
});

describe('a lost answer to a removal', () => {
  const faults = {
    'a broken connection': { kind: 'reset' },
    'a gateway that timed out (504)': { kind: 'status', status: 504 },
    'no content (204)': { kind: 'status', status: 204, body: '' },
    'an empty 200': { kind: 'empty' },
    'half of the answer': { kind: 'truncate' },
  } as const;

  test.each(Object.entries(faults))(
    '%s, after it was carried out: the person is removed',
    async (_name, fault) => {
      const hub = await startFull(3);
      hub.inject({ ...fault, when: 'after', match: { method: 'DELETE' }, times: 100 });
      const ran = await remove(hub, persons(3));
      expect(tally(ran.codes)).toEqual({ removed: 3 });
      expect(ran.writes).toHaveLength(3);
      expect(hub.members(GROUP)).toEqual({});
    },
  );

  test.each(Object.entries(faults))(
    '%s, before it was carried out: it is sent again',
    async (_name, fault) => {
      const hub = await startFull(3);
      hub.inject({ ...fault, match: { method: 'DELETE' }, times: 2 });
      const ran = await remove(hub, persons(3));
      expect(tally(ran.codes)).toEqual({ removed: 3 });
      expect(ran.writes).toHaveLength(5);
      expect(hub.members(GROUP)).toEqual({});
    },
  );

  test('every time, before it was carried out: the people stay and are told so, after a bounded number of requests', async () => {
    const hub = await startFull(40, {}, { failFor: persons(40) });
    const ran = await remove(hub, persons(40));
    expect(tally(ran.codes)).toEqual({ unavailable: 40 });
    expect(ran.requests.length).toBeLessThanOrEqual(40);
    expect(Object.keys(hub.members(GROUP))).toHaveLength(40);
  });

  test('with 500 members to remove, every answer lost after the removal: all are removed', async () => {
    const hub = await startFull(500, {}, { loseFor: persons(500) });
    const ran = await remove(hub, persons(500));
    expect(tally(ran.codes)).toEqual({ removed: 500 });
    expect(hub.members(GROUP)).toEqual({});
  });
});

describe('a refused removal', () => {
  test('of a person who left meanwhile: not a member', async () => {
    const hub = await startFull(3);
    hub.onRequest(({ method, path }) => {
      if (method === 'DELETE' && path.endsWith('person-2')) hub.removeMember(GROUP, 'person-2');
    });
    const ran = await remove(hub, persons(3));
    expect(ran.codes).toEqual({ 'person-1': 'removed', 'person-2': 'not-a-member', 'person-3': 'removed' });
    expect(ran.problems).toEqual([]);
  });

  test('of a person who left before the group was read again is not sent', async () => {
    const hub = await startFull(3);
    hub.onRequest(({ path }) => {
      if (path.endsWith('whoami-v2')) hub.removeMember(GROUP, 'person-2');
    });
    const ran = await remove(hub, persons(3));
    expect(ran.codes).toMatchObject({ 'person-2': 'not-a-member' });
    expect(ran.writes).toHaveLength(2);
  });

  test.each(['named', 'plain', 'empty', 'html'] as const)(
    'of single people (403, worded %s): the others are removed',
    async (wording) => {
      for (const bad of [['person-1'], ['person-1', 'person-2', 'person-3', 'person-4'], ['person-20']]) {
        const hub = await startFull(20, {}, { refuseFor: bad, wording });
        const ran = await remove(hub, persons(20));
        expect(tally(ran.codes)).toEqual({ removed: 20 - bad.length, refused: bad.length });
        expect(Object.keys(hub.members(GROUP))).toEqual(bad);
        await hub.close();
      }
    },
  );

  test('of everyone in a group that SCIM manages, by its words: kept after two, and told once', async () => {
    const hub = await startFull(20, { group: { scim: true } });
    const ran = await remove(hub, persons(20));
    expect(tally(ran.codes)).toEqual({ 'managed-elsewhere': 20 });
    expect(ran.writes).toHaveLength(2);
    expect(ran.problems).toHaveLength(1);
    expect(ran.problems[0]?.remedy).toContain('SCIM');
    expectTruth(hub, ran);
  });

  test.each(['plain', 'empty', 'html'] as const)(
    'of everyone in a group that SCIM manages, worded %s: stopped after six',
    async (wording) => {
      const hub = await startFull(20, { group: { scim: true } }, { wording });
      const ran = await remove(hub, persons(20));
      expect(tally(ran.codes)).toEqual({ refused: 6, 'not-attempted': 14 });
      expect(ran.writes).toHaveLength(6);
      expect(ran.problems).toHaveLength(1);
      expectTruth(hub, ran);
    },
  );

  test('of one person in a group that SCIM manages: kept, managed elsewhere', async () => {
    const hub = await startFull(2, { group: { scim: true } });
    const ran = await remove(hub, ['person-1']);
    expect(ran.codes).toEqual({ 'person-1': 'managed-elsewhere' });
    expectTruth(hub, ran);
  });

  test('of a service account does not happen in a group that SCIM manages', async () => {
    const users = { 'ci-bot': 'write' } as const;
    const hub = await startCohort(2, {
      serviceAccounts: ['ci-bot'],
      groups: [{ name: GROUP, users, scim: true }],
    });
    const ran = await remove(hub, ['ci-bot']);
    expect(ran.codes).toEqual({ 'ci-bot': 'removed' });
    expect(hub.members(GROUP)).toEqual({});
  });

  test('by a token that may not: the run ends with the cause, and no one is removed', async () => {
    const tokens = [{ token: 'hf_read', user: 'admin', type: 'read' } as const];
    const hub = await startFull(20, {}, { tokens });
    const ran = await remove(hub, persons(20), { token: 'hf_read' });
    expect(tally(ran.codes)).toEqual({ 'not-attempted': 20 });
    expect(ran.writes.length).toBeLessThanOrEqual(2);
    expect(ran.problems).toHaveLength(1);
    expect(Object.keys(hub.members(GROUP))).toHaveLength(20);
  });

  test('because the group was deleted: told as that', async () => {
    const hub = await startFull(20);
    hub.inject({ kind: 'status', status: 404, match: { path: /resource-groups\/\w{24}/ }, times: 1000 });
    const ran = await remove(hub, persons(20));
    expect(tally(ran.codes)).toEqual({ 'not-attempted': 20 });
    expect(ran.writes).toEqual([]);
    expect(ran.problems).toHaveLength(1);
  });
});

describe('people who are put back', () => {
  test('at once, by auto-join or a mapping of the identity provider: not confirmed', async () => {
    const hub = await startFull(3, { group: { putBack: 'at-once' } });
    const ran = await remove(hub, persons(2));
    expect(tally(ran.codes)).toEqual({ unconfirmed: 2 });
    expect(ran.messages['person-1']).toBe(
      'The Hub accepted the removal, but still shows this person in the group.',
    );
    expect(ran.writes).toHaveLength(2);
  });

  test('later: removed, as the answer of the Hub showed, and the next run removes them again', async () => {
    const hub = await startFull(3, { group: { putBack: 'later' } });
    const ran = await remove(hub, ['person-1']);
    expect(ran.codes).toEqual({ 'person-1': 'removed' });
    const again = await remove(hub, ['person-1']);
    expect(again.writes).toHaveLength(1);
  });

  test('a person whom the answer shows still, but the group does not, is removed', async () => {
    const hub = await startFull(2);
    const { id } = hub.group(GROUP);
    const users = persons(2).map((name) => ({ name, role: 'read', _id: '1' }));
    const body = { id, name: GROUP, users, resources: [], repos: [] };
    hub.inject({ kind: 'status', status: 200, when: 'after', match: { method: 'DELETE' }, body });
    const ran = await remove(hub, ['person-1']);
    expect(ran.codes).toEqual({ 'person-1': 'removed' });
  });
});

describe('people who are renamed meanwhile', () => {
  test('before the group is read again are told, and stay', async () => {
    const hub = await startFull(2);
    hub.onRequest(({ path }) => {
      if (path.endsWith('whoami-v2')) hub.renameMember('acme', 'person-1', 'renamed');
    });
    const ran = await remove(hub, persons(2));
    expect(ran.codes).toEqual({ 'person-1': 'not-attempted', 'person-2': 'removed' });
    expect(ran.messages['person-1']).toContain('renamed to renamed during the run');
    expect(ran.writes).toHaveLength(1);
    expect(hub.members(GROUP)).toEqual({ renamed: 'read' });
  });

  test.each([
    { notInGroupStatus: 200, code: 'unconfirmed' },
    { notInGroupStatus: 403, code: 'refused' },
    { notInGroupStatus: 404, code: 'refused' },
  ])(
    'just before their removal are still in the group, and told so if the Hub answers $notInGroupStatus',
    async ({ notInGroupStatus, code }) => {
      const hub = await startFull(1, { notInGroupStatus });
      hub.onRequest(({ method }) => {
        if (method === 'DELETE') hub.renameMember('acme', 'person-1', 'renamed');
      });
      const ran = await remove(hub, ['person-1']);
      expect(ran.codes).toEqual({ 'person-1': code });
      expect(hub.members(GROUP)).toEqual({ renamed: 'read' });
    },
  );
});

test('another account that takes the username in the meantime is not removed', async () => {
  const hub = await startFull(2);
  hub.onRequest(({ path }) => {
    if (!path.endsWith('whoami-v2')) return;
    hub.renameMember('acme', 'person-1', 'renamed');
    hub.removeMember(GROUP, 'renamed');
    hub.addOrgMember('acme', 'person-1');
    hub.addMember(GROUP, 'person-1', 'read');
  });
  const ran = await remove(hub, persons(2));
  expect(ran.codes).toEqual({ 'person-1': 'not-a-member', 'person-2': 'removed' });
  expect(hub.members(GROUP)).toEqual({ 'person-1': 'read' });
});

test('a removal tells the role that the person had in the end', async () => {
  const hub = await startFull(3);
  hub.onRequest(({ path }) => {
    if (!path.endsWith('whoami-v2')) return;
    hub.removeMember(GROUP, 'person-1');
    hub.addMember(GROUP, 'person-1', 'write');
  });
  const ran = await remove(hub, ['person-1']);
  expect(ran.messages['person-1']).toBe('Removed; the role was write.');
  expect(ran.outcomes.map(({ previousRole }) => previousRole)).toEqual(['write']);
  expect(hub.members(GROUP)).toEqual({ 'person-2': 'read', 'person-3': 'read' });
});

test('no one is removed if the Hub names the account of the token with nothing', async () => {
  const hub = await startFull(3);
  const body = { type: 'user', name: '', auth: { accessToken: { role: 'write' } } };
  hub.inject({ kind: 'status', status: 200, body, match: { path: /whoami-v2$/ } });
  const ran = await remove(hub, ['person-1']);
  expect(ran.codes).toEqual({ 'person-1': 'unavailable' });
  expect(hub.members(GROUP)).toHaveProperty('person-1', 'read');
});

describe('people who join meanwhile', () => {
  test('are told and not removed', async () => {
    const hub = await startFull(3, { members: [...persons(3), 'newcomer'] });
    hub.onRequest(({ path }) => {
      if (path.endsWith('whoami-v2')) hub.addMember(GROUP, 'newcomer', 'write');
    });
    const ran = await run(hub, { csv: ['user', 'person-1'], removal: pruning() });
    expect(ran.codes).toEqual({
      'person-1': 'already-member',
      'person-2': 'removed-unlisted',
      'person-3': 'removed-unlisted',
      newcomer: 'kept-unlisted',
    });
    expect(ran.messages['newcomer']).toContain('Joined the group as write during the run');
    expect(hub.members(GROUP)).toEqual({ 'person-1': 'read', newcomer: 'write' });
  });

  test('and have a row that says they should not be there are told once', async () => {
    const hub = await startFull(3, { members: [...persons(3), 'newcomer'] });
    hub.onRequest(({ path }) => {
      if (path.endsWith('whoami-v2')) hub.addMember(GROUP, 'newcomer', 'write');
    });
    const csv = ['user,state', 'person-1,', 'newcomer,absent', 'person-2,absent', 'person-3,'];
    const ran = await run(hub, { csv, removal: {} });
    expect(ran.outcomes).toHaveLength(4);
    expect(ran.codes).toMatchObject({ newcomer: 'not-a-member', 'person-2': 'removed' });
  });
});

describe('the last admin', () => {
  const users = { 'person-1': 'admin', 'person-2': 'read' } as const;

  test.each([
    ['refused', { refuseFor: ['person-3'] }],
    ['failing', { failFor: ['person-3'] }],
  ])('stays if the person who was to become an admin was not added (%s)', async (_why, options) => {
    const hub = await startCohort(3, { groups: [{ name: GROUP, users }] }, options);
    const csv = ['user,role,state', 'person-3,admin,', 'person-1,,absent', 'person-2,read,'];
    const ran = await run(hub, { csv, onExisting: 'update', removal: {} });
    expect(ran.codes).toMatchObject({ 'person-1': 'last-admin', 'person-2': 'already-member' });
    expect(hub.members(GROUP)).toEqual(users);
    expect(ran.writes.every(({ method }) => method === 'POST')).toBe(true);
  });

  test('is not demoted if the person who was to become an admin was not changed', async () => {
    const hub = await startCohort(3, { groups: [{ name: GROUP, users }] }, { refuseFor: ['person-2'] });
    const csv = ['user,role', 'person-1,read', 'person-2,admin'];
    const ran = await run(hub, { csv, onExisting: 'update', removal: {} });
    expect(ran.codes).toEqual({ 'person-1': 'last-admin', 'person-2': 'refused' });
    expect(hub.members(GROUP)).toEqual(users);
  });

  test('stays if the other admins left meanwhile', async () => {
    const group = { name: GROUP, users: { 'person-1': 'admin', 'person-2': 'admin' } } as const;
    const hub = await startCohort(3, { groups: [group] });
    hub.onRequest(({ path }) => {
      if (path.endsWith('whoami-v2')) hub.removeMember(GROUP, 'person-2');
    });
    const ran = await remove(hub, ['person-1']);
    expect(ran.codes).toEqual({ 'person-1': 'last-admin' });
    expect(ran.writes).toEqual([]);
  });

  test('stays if the person became the last admin meanwhile', async () => {
    const group = { name: GROUP, users: { 'person-1': 'read', 'person-2': 'admin' } } as const;
    const hub = await startCohort(3, { groups: [group] });
    hub.onRequest(({ path }) => {
      if (!path.endsWith('whoami-v2')) return;
      hub.addMember(GROUP, 'person-1', 'admin');
      hub.removeMember(GROUP, 'person-2');
    });
    const ran = await remove(hub, ['person-1']);
    expect(ran.codes).toEqual({ 'person-1': 'last-admin' });
    expect(hub.members(GROUP)).toEqual({ 'person-1': 'admin' });
  });

  test('goes with min-admins: 0', async () => {
    const hub = await startCohort(3, { groups: [{ name: GROUP, users }] });
    const ran = await remove(hub, ['person-1'], { removal: { minAdmins: 0 } });
    expect(ran.codes).toEqual({ 'person-1': 'removed' });
  });
});

describe('if an addition or a role change failed', () => {
  const csv = ['user,state', 'person-1,', 'person-2,', 'person-3,absent'];
  const users = { 'person-1': 'write', 'person-3': 'read', 'person-4': 'read' } as const;

  test.each([
    ['an addition is refused', { refuseFor: ['person-2'] }],
    ['an addition fails', { failFor: ['person-2'] }],
    ['a role change is refused', { refuseFor: ['person-1'] }],
  ])('unlisted members stay and explicit removals go on: %s', async (_why, options) => {
    const hub = await startCohort(4, { groups: [{ name: GROUP, users }] }, options);
    const ran = await run(hub, { csv, onExisting: 'update', removal: pruning() });
    expect(ran.codes).toMatchObject({ 'person-3': 'removed', 'person-4': 'unresolved-rows' });
    expect(Object.keys(hub.members(GROUP))).toContain('person-4');
    expect(Object.keys(hub.members(GROUP))).not.toContain('person-3');
  });

  test('for as many people as make a group seem out of order, removals and role changes go on', async () => {
    const failing = persons(20, 6);
    const group = { name: GROUP, users: { 'person-1': 'write', 'person-2': 'read' } } as const;
    const hub = await startCohort(20, { groups: [group] }, { failFor: failing });
    const ran = await remove(hub, ['person-2'], { users: ['person-1', ...failing] });
    expect(ran.codes).toMatchObject({ 'person-1': 'role-updated', 'person-2': 'removed' });
    expect(tally(ran.codes)['unavailable']).toBe(failing.length);
    expect(hub.members(GROUP)).toEqual({ 'person-1': 'read' });
  });

  test('and it is not confirmed, unlisted members stay', async () => {
    const hub = await startCohort(4, { groups: [{ name: GROUP, users }], unlistedGroupUsers: ['person-2'] });
    const ran = await run(hub, { csv, onExisting: 'update', removal: pruning() });
    expect(ran.codes).toMatchObject({ 'person-2': 'unconfirmed', 'person-4': 'unresolved-rows' });
  });
});

describe('cancellation', () => {
  test('while the Hub is asked whose token it is: canceled, not kept', async () => {
    const hub = await startFull(3);
    let cancelled: () => void = () => undefined;
    hub.inject({ kind: 'hang', match: { path: /whoami-v2$/ } });
    hub.onRequest(({ path }) => {
      if (path.endsWith('whoami-v2')) cancelled();
    });
    const ran = await remove(hub, ['person-1', 'person-2'], {
      cancel: (cancel) => {
        cancelled = cancel;
      },
    });
    expect(ran.codes).toEqual({ 'person-1': 'cancelled', 'person-2': 'cancelled' });
    expect(Object.keys(hub.members(GROUP))).toEqual(persons(3));
  });

  test.each([1, 2, 5, 10])('at removal %i tells the truth of each person', async (nth) => {
    for (const latencyMs of [0, 20]) {
      const hub = await startFull(20, {}, { latencyMs });
      let deletions = 0;
      let cancelled: () => void = () => undefined;
      hub.onRequest(({ method }) => {
        if (method === 'DELETE') deletions += 1;
        if (deletions === nth) cancelled();
      });
      const ran = await remove(hub, persons(20), {
        cancel: (cancel) => {
          cancelled = cancel;
        },
      });
      expect(tally(ran.codes)['cancelled']).toBeGreaterThanOrEqual(20 - nth - 1);
      expect(ran.outcomes).toHaveLength(20);
      expectTruth(hub, ran);
      await hub.close();
    }
  });
});

test('whatever a Hub does to single people, no one else stays who should leave, and no one leaves who should stay', async () => {
  const cases = fc.record({
    count: fc.integer({ min: 1, max: 30 }),
    stay: fc.uniqueArray(fc.integer({ min: 1, max: 30 })),
    refused: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 5 }),
    failing: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 4 }),
    lost: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 5 }),
    explicit: fc.boolean(),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ count, stay, refused, failing, lost, explicit, seed }) => {
      const named = (numbers: readonly number[]) =>
        numbers.filter((one) => one <= count).map((one) => `person-${one}`);
      const staying = new Set([...named(stay), 'person-1']);
      const leaving = persons(count).filter((name) => !staying.has(name));
      const bad = new Set([...named(refused), ...named(failing)]);
      const options = { refuseFor: named(refused), failFor: named(failing), loseFor: named(lost) };
      const hub = await startFull(count, {}, options);
      const rows = explicit ? leaving.map((name) => `${name},absent`) : [];
      const csv = ['user,state', ...[...staying].map((name) => `${name},`), ...rows];
      const ran = await run(hub, { csv, removal: pruning(), seed });
      const left = Object.keys(hub.members(GROUP));
      expect(left.toSorted()).toEqual(
        persons(count)
          .filter((name) => staying.has(name) || bad.has(name))
          .toSorted(),
      );
      expect(ran.outcomes).toHaveLength(count);
      expectTruth(hub, ran);
      await hub.close();
    }),
    { numRuns: 60 },
  );
});
