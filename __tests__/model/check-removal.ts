import { statusOf } from '../../src/membership/outcome.ts';
import { mostRemovals } from '../../src/membership/removal/policy.ts';
import { foldCase } from '../../src/text/words.ts';
import { isRenamed, isUnsettled } from './moves.ts';
import { GROUPS, OWN_ACCOUNT } from './people.ts';
import type { Trial } from './run.ts';
import type { Schedule } from './schedule.ts';
import { groupNamed, isListed, isLower, mayMean, raced, roleOf, rowsFor, rowsNaming, same } from './truth.ts';

/** A person was taken out of a group, or lost a part of the role, although a rule of interface.md, "Removal", forbids it. */
export function wrongRemovals(schedule: Schedule, trial: Trial): string[] {
  return GROUPS.flatMap((group) => {
    const before = Object.entries(trial.before[group] ?? {}).filter(
      ([user]) => !raced(schedule, group, user),
    );
    const gone = before
      .filter(([user]) => roleOf(trial.after, group, user) === undefined)
      .map(([user]) => user);
    const lowered = before
      .filter(([user, was]) => isLower(roleOf(trial.after, group, user) ?? 'admin', was))
      .map(([user]) => user);
    const unlisted = gone.filter((user) => rowsNaming(schedule, group, user).length === 0);
    return [
      ...gone.flatMap((user) => whyNotRemoved(schedule, trial, group, user)),
      ...(schedule.removal === undefined
        ? []
        : [...gone, ...lowered].flatMap((user) => whyGuarded(schedule, group, user))),
      ...tooFewAdmins(schedule, trial, group, [...gone, ...lowered]),
      ...tooMany(schedule, trial, group, unlisted.length),
    ];
  });
}

function whyNotRemoved(schedule: Schedule, trial: Trial, group: string, user: string): string[] {
  const no = (why: string) => [`${user} is not in ${group} any more, although ${why}`];
  if (schedule.removal === undefined) return no('this is add-members');
  if (schedule.dryRun) return no('this is a dry run');
  const rows = rowsNaming(schedule, group, user);
  const isNamed = rows.some(({ state, address }) => state === 'present' && address.kind === 'username');
  if (isNamed) return no('a row says that they should be');
  if (rows.some(({ state }) => state !== 'present')) return [];
  if (rows.length > 0) return no('a row names them');
  return whyNotUnlisted(schedule, trial, group, user).flatMap(no);
}

/** Why an unlisted member has to stay. */
function whyNotUnlisted(schedule: Schedule, trial: Trial, group: string, user: string): string[] {
  const { org, removal } = schedule;
  const rows = rowsFor(schedule, group);
  const unresolved = rows.find(
    (row) =>
      mayMean(schedule, row).length === 0 && (row.state === 'present' || row.address.kind !== 'username'),
  );
  const isSearchedOut = unresolved?.state !== 'present';
  const open = trial.outcomes.find(
    (outcome) =>
      outcome.groupName === group &&
      outcome.location !== undefined &&
      (statusOf(outcome) === 'missing' || (statusOf(outcome) === 'failed' && outcome.role !== null)),
  );
  return [
    ...(removal?.onUnlisted === 'remove' ? [] : ['on-unlisted is keep']),
    ...(rows.some(({ location }) => 'file' in location) ? [] : ['no row of a file is for this group']),
    ...(groupNamed(schedule, group).autoJoin?.enabled === true ? ['the group is auto-join'] : []),
    ...(unresolved === undefined || isSearchedOut ? [] : [`"${unresolved.input}" could be them`]),
    ...(open === undefined ? [] : [`${open.input} is ${open.code}`]),
    ...(org.listing === 'allowed' && isListed(schedule, user) ? [] : ['they are in no listing']),
    ...(countAgrees(schedule, trial, group) ? [] : ['the listing counts other members than the group shows']),
  ];
}

/** Whether `numUsers` is what the group shows: also by chance, if both are wrong alike, or a person joins between the looks. */
function countAgrees(schedule: Schedule, { before }: Trial, group: string): boolean {
  const { org, races } = schedule;
  if (org.numUsers === 'absent') return false;
  if (isUnsettled(schedule) || races.some((race) => race.group === group)) return true;
  const hidden = org.unlistedGroupUsers?.filter((user) => roleOf(before, group, user) !== undefined) ?? [];
  const offBy = typeof org.numUsers === 'object' ? org.numUsers.offBy : 0;
  return offBy + hidden.length === 0;
}

function whyGuarded(schedule: Schedule, group: string, user: string): string[] {
  const no = (why: string) => [`${user} lost something in ${group}, although ${why}`];
  if (same(user, OWN_ACCOUNT)) return no('it is the own account');
  // `protected-users` are names, and the person may have had another one when the run saw them.
  const isProtected = schedule.removal?.protectedUsers.has(foldCase(user)) && !isRenamed(schedule, user);
  return isProtected ? no('they are protected') : [];
}

function tooFewAdmins(
  schedule: Schedule,
  { before, after }: Trial,
  group: string,
  losers: string[],
): string[] {
  const least = schedule.removal?.minAdmins ?? 0;
  const isOurs = losers.some((user) => roleOf(before, group, user) === 'admin');
  const isQuiet = !isUnsettled(schedule) && !schedule.races.some((race) => race.group === group);
  const left = Object.values(after[group] ?? {}).filter((role) => role === 'admin').length;
  return isOurs && isQuiet && left < least
    ? [`${left} admins are left in ${group}; the least is ${least}`]
    : [];
}

function tooMany(schedule: Schedule, { before }: Trial, group: string, count: number): string[] {
  if (schedule.removal === undefined || isUnsettled(schedule)) return [];
  if (schedule.races.some((race) => race.group === group)) return [];
  const most = mostRemovals(schedule.removal.maxRemovals, Object.keys(before[group] ?? {}).length);
  return count > most ? [`${count} unlisted members were removed from ${group}; the most is ${most}`] : [];
}
