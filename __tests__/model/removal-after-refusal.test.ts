import { expect, test } from '@jest/globals';
import { people, startHub } from '../../simulator/index.ts';
import { statusOf } from '../../src/membership/outcome.ts';
import type { RosterEntry } from '../../src/roster/entry.ts';
import { runInProcess } from '../support/run-in-process.ts';

function row(user: string, state: RosterEntry['state'], line: number): RosterEntry {
  const address = { kind: 'username', username: user } as const;
  return {
    location: { file: 'm.csv', line },
    input: user,
    address,
    key: user,
    role: 'read',
    group: undefined,
    state,
  };
}

/** A group that `leaving` are in, and of which a roster says that they should not be, but that `joining` should. */
async function exchange(leaving: readonly string[], joining: readonly string[], trouble: object) {
  const users = Object.fromEntries([...leaving, 'keeper'].map((user) => [user, 'read' as const]));
  const hub = await startHub({
    orgs: [{ name: 'acme', members: ['keeper', ...people(40)], groups: [{ name: 'Cohort 2024', users }] }],
    ...trouble,
  });
  const entries = [
    ...leaving.map((user, index) => row(user, 'absent', index + 2)),
    ...joining.map((user, index) => row(user, 'present', index + 40)),
  ];
  const result = await runInProcess(hub, { entries, removal: {} });
  const left = Object.keys(hub.members('Cohort 2024'));
  await hub.close();
  return { ...result, left };
}

const names = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `person-${from + index}`);

test('people who should leave a group leave it even if each addition to it is refused', async () => {
  const joining = names(1, 8);
  const { left, outcomes, problems } = await exchange(names(21, 23), joining, { refuseFor: joining });

  expect(left).toEqual(['keeper']);
  expect(outcomes.filter((outcome) => statusOf(outcome) === 'removed')).toHaveLength(3);
  expect(problems.map(({ message }) => message)).not.toContainEqual(expect.stringContaining('unforeseen'));
});

test.each([
  { what: 'the Hub fails', trouble: (users: string[]) => ({ failFor: users }) },
  { what: 'the Hub refuses', trouble: (users: string[]) => ({ refuseFor: users }) },
])('people at the head of a roster at whom $what keep no one else in the group', async ({ trouble }) => {
  const difficult = names(1, 7);
  const { left } = await exchange(names(1, 20), [], trouble(difficult));

  expect(left.toSorted()).toEqual([...difficult, 'keeper'].toSorted());
});
