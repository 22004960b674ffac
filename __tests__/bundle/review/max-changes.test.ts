import { expect, test } from '@jest/globals';
import { start } from '../../simulator/client.ts';
import { GROUP } from '../../support/run-bundle.ts';
import { run as add, failure } from '../add-members/support.ts';
import { acme, names, PRUNE, sync } from '../sync-members/support.ts';
import { planOf } from './support.ts';

const users = { 'person-1': 'read', 'person-2': 'admin', 'person-9': 'read' } as const;

function startHub() {
  return start({ orgs: [acme({ members: names(9), groups: [{ name: GROUP, users }, 'Research'] })] });
}

const ROWS = [
  'user,role,group',
  'person-1,write,',
  'person-2,admin,',
  'person-3,read,',
  'person-3,read,Research',
];

test.each(['true', 'false'])(
  'max-changes counts additions, roles and removals of all groups, and stops them all (dry-run: %s)',
  async (dryRun) => {
    const hub = await startHub();
    const inputs = { ...PRUNE, 'on-existing': 'update', 'dry-run': dryRun };
    const ran = await sync(hub, { ...inputs, 'max-changes': '3' }, ROWS);
    expect([ran.exitCode, ran.writes]).toEqual([1, []]);
    expect(ran.failure).toContain(
      'Nothing was changed: the plan is over a limit. Check the roster. 4 changes would be made; the limit is 3. If that is meant, set `max-changes: 4`.',
    );
    expect(planOf(ran).changes).toHaveLength(4);
    expect(hub.members(GROUP)).toEqual(users);
    // Exactly the setting that the message names lets it pass.
    const passed = await sync(hub, { ...inputs, 'max-changes': '4' }, ROWS);
    expect(passed.exitCode).toBe(0);
    expect(passed.writes).toHaveLength(dryRun === 'true' ? 0 : 4);
  },
);

test('if max-removals and max-changes are both exceeded, both are told with the values that let it pass', async () => {
  const hub = await startHub();
  const inputs = { ...PRUNE, 'on-existing': 'update' };
  const ran = await sync(hub, { ...inputs, 'max-removals': '0', 'max-changes': '1' }, ROWS);
  expect([ran.exitCode, ran.writes]).toEqual([1, []]);
  expect(ran.failure).toMatch(/set `max-removals: 1`\. 4 changes would .* set `max-changes: 4`\./);
  expect(hub.members(GROUP)).toEqual(users);
  const passed = await sync(hub, { ...inputs, 'max-removals': '1', 'max-changes': '4' }, ROWS);
  expect([passed.exitCode, passed.writes.length]).toEqual([0, 4]);
});

test.each(['true', 'false'])(
  'max-changes holds in add-members, and 0 allows no change (dry-run: %s)',
  async (dryRun) => {
    const hub = await startHub();
    const ran = await add(hub, { users: 'person-3 person-1', 'max-changes': '0', 'dry-run': dryRun });
    expect([ran.exitCode, ran.writes]).toEqual([1, []]);
    expect(failure(ran)).toContain(
      '1 change would be made; the limit is 0. If that is meant, set `max-changes: 1`.',
    );
    expect(hub.members(GROUP)).toEqual(users);
    const nothing = await add(hub, { users: 'person-1', 'max-changes': '0', 'dry-run': dryRun });
    expect(nothing.exitCode).toBe(0);
  },
);
