import { afterEach, describe, expect, test } from '@jest/globals';
import { people, type Role, type SimulatedHub, startHub } from '../../simulator/index.ts';
import { planFileOf } from '../../src/membership/plan-file.ts';
import { parseRoster } from '../../src/roster/roster.ts';
import { GROUP } from '../support/run-bundle.ts';
import { runInProcess } from '../support/run-in-process.ts';

const hubs: SimulatedHub[] = [];

afterEach(async () => {
  await Promise.all(hubs.splice(0).map((hub) => hub.close()));
});

async function start() {
  const hub = await startHub({
    orgs: [{ name: 'acme', members: people(6), groups: [{ name: GROUP, users: { 'person-1': 'read' } }] }],
  });
  hubs.push(hub);
  return hub;
}

function roster(...users: string[]) {
  return parseRoster({ users: users.join('\n'), role: 'write', hasDefaultGroup: true }).entries;
}

/** The plan that a dry run makes, as the file holds it. */
async function planOf(hub: SimulatedHub, users: string[]) {
  const { changes = [] } = await runInProcess(hub, {
    entries: roster(...users),
    onExisting: 'update',
    dryRun: true,
  });
  return planFileOf('acme', changes);
}

const writes = ({ requests }: { requests: readonly { method: string }[] }) =>
  requests.filter(({ method }) => method !== 'GET').length;

test('a protected user who joins between the plan and the write loses no part of a role', async () => {
  const hub = await start();
  hub.onRequest(({ method }) => {
    if (method === 'POST') hub.addMember(GROUP, 'person-2', 'admin');
  });
  const removal = { protectedUsers: new Set(['person-2']) };
  const entries = roster('person-2', 'person-3');
  const { outcomes } = await runInProcess(hub, { entries, onExisting: 'update', removal });
  expect(outcomes.map(({ user, code }) => [user, code])).toEqual([
    ['person-2', 'role-differs'],
    ['person-3', 'added'],
  ]);
  expect(hub.members(GROUP)['person-2']).toBe('admin');
});

test.each([
  ['to a lower role', 'admin'],
  ['to a higher role', 'read'],
] as const)(
  'no role is changed %s beyond `max-changes`, of a person who joins after it was checked',
  async (_, role) => {
    const hub = await start();
    hub.onRequest(({ method }) => {
      if (method === 'POST') hub.addMember(GROUP, 'person-2', role);
    });
    const entries = roster('person-2', 'person-3');
    const { outcomes } = await runInProcess(hub, { entries, onExisting: 'update', maxChanges: 2 });
    expect(outcomes.map(({ code }) => code)).toEqual(['role-differs', 'added']);
    expect(hub.members(GROUP)).toEqual({ 'person-1': 'read', 'person-2': role, 'person-3': 'write' });
  },
);

describe('a role that other people change between the plan and the write', () => {
  /** person-2 becomes an admin while the first write is on its way. */
  async function promoting(users: Record<string, Role>) {
    const hub = await startHub({
      orgs: [{ name: 'acme', members: people(6), groups: [{ name: GROUP, users }] }],
    });
    hubs.push(hub);
    let isDone = false;
    hub.onRequest(({ method }) => {
      if (method === 'GET' || isDone) return;
      isDone = true;
      hub.addMember(GROUP, 'person-2', 'admin');
    });
    return hub;
  }

  test('is kept if the person is protected: the change that was planned took nothing away', async () => {
    const hub = await promoting({ 'person-2': 'read' });
    const removal = { protectedUsers: new Set(['person-2']) };
    const entries = roster('person-2', 'person-3');
    const { outcomes } = await runInProcess(hub, { entries, onExisting: 'update', removal });
    expect(outcomes.map(({ user, code, previousRole }) => [user, code, previousRole])).toEqual([
      ['person-2', 'role-differs', 'admin'],
      ['person-3', 'added', null],
    ]);
    expect(hub.members(GROUP)).toEqual({ 'person-2': 'admin', 'person-3': 'write' });
  });

  test('is kept if the answer of the first attempt was lost and nothing was done', async () => {
    const hub = await promoting({ 'person-2': 'read' });
    hub.inject({ kind: 'reset', match: { method: 'PATCH' } });
    const removal = { protectedUsers: new Set(['person-2']) };
    const { outcomes } = await runInProcess(hub, {
      entries: roster('person-2'),
      onExisting: 'update',
      removal,
    });
    expect(outcomes.map(({ code }) => code)).toEqual(['role-differs']);
    expect(hub.members(GROUP)).toEqual({ 'person-2': 'admin' });
  });

  test('is no reason to say that this run made the change', async () => {
    const hub = await promoting({ 'person-2': 'read' });
    const entries = parseRoster({
      users: 'person-2\nperson-3',
      role: 'admin',
      hasDefaultGroup: true,
    }).entries;
    const { outcomes } = await runInProcess(hub, { entries, onExisting: 'update', maxChanges: 5 });
    expect(outcomes.map(({ code }) => code)).toEqual(['already-member', 'added']);
  });

  test('is kept, with the membership, if the approved plan removes them with the role that they had', async () => {
    const hub = await promoting({ 'person-2': 'read', 'person-6': 'admin' });
    const entries = parseRoster({
      ...{ users: 'person-3', removeUsers: 'person-2', role: 'write', hasDefaultGroup: true },
    }).entries;
    const asked = { entries, removal: {} };
    const { changes = [] } = await runInProcess(hub, { ...asked, dryRun: true });
    const approved = planFileOf('acme', changes);
    const { outcomes } = await runInProcess(hub, { ...asked, approved });
    expect(outcomes.map(({ user, code }) => [user, code])).toEqual([
      ['person-3', 'added'],
      ['person-2', 'not-attempted'],
    ]);
    expect(outcomes[1]?.message).toContain('the role is no longer the one that the approved plan names');
    expect(hub.members(GROUP)).toEqual({ 'person-2': 'admin', 'person-3': 'write', 'person-6': 'admin' });
  });
});

describe('an approved plan', () => {
  test('is carried out by a second run, and the group is then what the plan says', async () => {
    const hub = await start();
    const users = ['person-1', 'person-2', 'person-3'];
    const approved = await planOf(hub, users);
    expect(approved.changes).toHaveLength(3);
    const ran = await runInProcess(hub, { entries: roster(...users), onExisting: 'update', approved });
    expect(ran.problems).toEqual([]);
    expect(hub.members(GROUP)).toEqual({ 'person-1': 'write', 'person-2': 'write', 'person-3': 'write' });
    const again = await runInProcess(hub, { entries: roster(...users), onExisting: 'update', approved });
    expect([again.problems, writes(again)]).toEqual([[], 0]);
  });

  test('lets nothing be written if one membership more would be changed, in a dry run, too', async () => {
    const hub = await start();
    const approved = await planOf(hub, ['person-2']);
    for (const dryRun of [false, true]) {
      const entries = roster('person-2', 'person-3');
      const ran = await runInProcess(hub, { entries, onExisting: 'update', approved, dryRun });
      expect(writes(ran)).toBe(0);
      expect(ran.problems.map(({ message, remedy }) => `${message} ${remedy}`).join()).toContain('person-3');
      expect(hub.members(GROUP)).toEqual({ 'person-1': 'read' });
    }
  });

  test('does not let a role be changed of a person who joins between the plan and the write', async () => {
    const hub = await start();
    const approved = await planOf(hub, ['person-2', 'person-3']);
    hub.onRequest(({ method }) => {
      if (method === 'POST') hub.addMember(GROUP, 'person-2', 'read');
    });
    const entries = roster('person-2', 'person-3');
    const { outcomes } = await runInProcess(hub, { entries, onExisting: 'update', approved });
    expect(outcomes.map(({ user, code }) => [user, code])).toEqual([
      ['person-2', 'role-differs'],
      ['person-3', 'added'],
    ]);
    expect(hub.members(GROUP)).toEqual({ 'person-1': 'read', 'person-2': 'read', 'person-3': 'write' });
  });
});
