import { foldCase } from '../../text/fold-case.ts';
import { many } from '../../text/words.ts';
import type { Outcome } from '../outcome.ts';

/** The same for outcomes of one group. A group that could not be found has no id. */
export function groupKey({ group, groupName }: Pick<Outcome, 'group' | 'groupName'>): string {
  return group === '' ? ` ${groupName}` : group;
}

/** How many people `outcomes` are about. */
export function personCount(outcomes: readonly Outcome[]): number {
  const [first] = outcomes;
  // In one group each person has one outcome.
  if (first === undefined || outcomes.every((one) => groupKey(one) === groupKey(first)))
    return outcomes.length;
  return new Set(outcomes.map(({ user, input }) => foldCase(user ?? input))).size;
}

/** `3 people`, and if one person is meant in several groups, how many memberships that makes. */
export function people(outcomes: readonly Outcome[]): string {
  const persons = personCount(outcomes);
  const said = many(persons, 'person', 'people');
  if (persons === outcomes.length) return said;
  return `${said} (${many(outcomes.length, 'membership', 'memberships')})`;
}
