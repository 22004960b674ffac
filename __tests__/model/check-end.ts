import { statusOf } from '../../src/membership/outcome.ts';
import type { RosterEntry } from '../../src/roster/entry.ts';
import { areFindable } from './group-references.ts';
import type { Trial } from './run.ts';
import type { Schedule } from './schedule.ts';
import {
  accountNamed,
  groupNamed,
  groupsOfEntry,
  isListed,
  isSearched,
  mayMean,
  memberNamed,
  raced,
  roleOf,
  rowsNaming,
  same,
} from './truth.ts';

/** More people than this at whom the Hub fails or refuses, and a run can take the group for the cause. */
const FEW = 4;

/** Whether one run without trouble is enough. If not, other people are tried in the next one, and so on. */
export function isOneRunEnough({ failFor, refuseFor, org }: Schedule): boolean {
  const suspended = org.members.filter((member) => member.suspended === true).map(({ user }) => user);
  return new Set([...failFor, ...refuseFor, ...suspended]).size <= FEW;
}

/** After a run without trouble of the Hub: everyone who can be in is in, everyone who can be out is out. */
export function unfinished(schedule: Schedule, trial: Trial): string[] {
  const passing = ['rate-limited', 'cancelled', ...(schedule.failFor.length === 0 ? ['unavailable'] : [])];
  const open = trial.outcomes.filter(
    ({ code, groupName }) => passing.includes(code) && groupNamed(schedule, groupName).putBack === 'never',
  );
  const wrong = open.map(({ input, code }) => `${input} is ${code} after a run without trouble`);
  if (
    schedule.dryRun ||
    !areFindable(schedule) ||
    trial.problems.some(({ message }) => /over a limit/.test(message))
  )
    return wrong;
  for (const entry of schedule.entries) {
    const [user] = mayMean(schedule, entry);
    if (user === undefined || !isProvable(schedule, entry, user)) continue;
    for (const group of groupsOfEntry(schedule, entry))
      wrong.push(...unfinishedIn(schedule, trial, entry, user, group));
  }
  return wrong;
}

function unfinishedIn(
  schedule: Schedule,
  trial: Trial,
  entry: RosterEntry,
  user: string,
  group: string,
): string[] {
  const { failFor, refuseFor, removal } = schedule;
  const { scim, putBack } = groupNamed(schedule, group);
  const isDifficult = [...failFor, ...refuseFor].some((one) => same(one, user));
  const member = memberNamed(schedule, user);
  if (isDifficult || member?.suspended === true || scim === true || putBack !== 'never') return [];
  if (raced(schedule, group, user)) return [];
  const rows = rowsNaming(schedule, group, user);
  const everywhere = schedule.entries.filter((row) => mayMean(schedule, row).some((one) => same(one, user)));
  if (!everywhere.every((row) => isSpelledRight(schedule, row, user))) return [];
  const wanted = new Set(rows.map((row) => (row.state === 'present' ? row.role : null)));
  if (wanted.size > 1) return [];
  const is = roleOf(trial.after, group, user);
  const outcome = trial.outcomes.find((one) => one.groupName === group && same(one.user, user));
  const told = outcome === undefined ? 'told nothing' : JSON.stringify(outcome);
  if (entry.state === 'present') {
    return is !== undefined ? [] : [`${user} should be in ${group}: ${told}`];
  }
  if (removal === undefined || is === undefined) return [];
  return outcome !== undefined && statusOf(outcome) === 'kept'
    ? []
    : [`${user} should be out of ${group}: ${told}`];
}

/** Whether a Hub without trouble says for certain whom the row means. */
function isProvable(schedule: Schedule, { address }: RosterEntry, user: string): boolean {
  const { org } = schedule;
  if (org.listing === 'allowed' && !isListed(schedule, user) && address.kind !== 'username') return false;
  if (address.kind === 'username') return true;
  // A member whom the listing hides can have the username.
  const claimant = address.kind === 'both' ? accountNamed(schedule, address.username) : undefined;
  if (claimant !== undefined && !isListed(schedule, claimant)) return false;
  return isSearched(schedule, address.email);
}

/** Whether the Hub takes the row's spelling of the username, or its listing corrects it. */
function isSpelledRight(schedule: Schedule, { address }: RosterEntry, user: string): boolean {
  const { org } = schedule;
  if (org.memberCase === 'insensitive' || (org.listing === 'allowed' && isListed(schedule, user)))
    return true;
  return address.kind !== 'email' && address.username === user;
}
