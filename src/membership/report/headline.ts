import { oneLine } from '../../text/one-line.ts';
import { many, number, upperFirst } from '../../text/words.ts';
import { isFailure, needsAttention, type Outcome, type OutcomeCode, statusOf } from '../outcome.ts';
import { badRows, type RunResult, runWide } from '../run-result.ts';
import { groupKey, people, personCount } from './cells.ts';

/** Codes of people whom the run did not reach. */
export const UNREACHED: readonly OutcomeCode[] = ['not-attempted', 'cancelled'];

/** Codes that tell of trouble with the Hub as a whole. */
export const HUB_TROUBLE: readonly OutcomeCode[] = ['rate-limited', 'unavailable'];

export function isUnreached({ code }: Pick<Outcome, 'code'>): boolean {
  return UNREACHED.includes(code);
}

/** Whether `code` has the cause that a problem of a group or of the whole run tells already, once for all. */
export function isCauseOfRun(code: OutcomeCode, { problems }: RunResult): boolean {
  return HUB_TROUBLE.includes(code) && problems.some(({ location }) => location === undefined);
}

/** How the name of a group is written; the summary makes markup of it. */
type NameOf = (group: { readonly id: string; readonly name: string }) => string;

/**
 * What happened, in one line that a manager understands: `398 people added to Cohort 2024; 2 need your attention`.
 * No period at its end. Besides the names of groups, nothing in it comes from outside.
 */
export function headline(
  result: RunResult,
  nameOf: NameOf = ({ id, name }) => oneLine(name).trim() || id,
): string {
  const clauses = [mainClause(result, nameOf), ...openEnds(result)].join('; ');
  return upperFirst(`${prefix(result)}${clauses}`);
}

/** Most causes that one message tells. */
const CAUSES = 3;

/** Why the step fails, with the causes and the next steps if a group or the whole run was stopped. Fit for `setFailed`. */
export function failureMessage(result: RunResult): string {
  const causes = result.problems
    .filter(({ location }) => location === undefined)
    .map(({ message, remedy }) => oneLine(`${message} ${remedy}`).trim());
  const next = causes.length > 0 && causes.length <= CAUSES ? causes : ['The job summary says what to do.'];
  return `${headline(result)}. ${next.join(' ')}`;
}

function prefix(result: RunResult): string {
  const unchanged = result.outcomes.length > 0 ? ', nothing was changed' : '';
  if (result.cancelled) return result.dryRun ? `Canceled dry run${unchanged}: ` : 'Canceled: ';
  if (result.dryRun) return `Dry run${unchanged}: `;
  return runWide(result).length > 0 ? 'Stopped: ' : '';
}

const CODES = {
  added: ['added', 'would-add'],
  updated: ['role-updated', 'would-update'],
  removed: ['removed', 'removed-expired', 'removed-unlisted', 'would-remove'],
  present: ['already-member', 'role-differs'],
  unreached: [...UNREACHED, ...HUB_TROUBLE],
} as const satisfies Readonly<Record<string, readonly OutcomeCode[]>>;

function mainClause(result: RunResult, nameOf: NameOf): string {
  const { outcomes, dryRun } = result;
  if (outcomes.length === 0) return emptyClause(result);
  const [added, updated] = [of(outcomes, CODES.added), of(outcomes, CODES.updated)];
  const [removed, present] = [of(outcomes, CODES.removed), of(outcomes, CODES.present)];
  const changed = [
    ...([
      [added, 'to'],
      [updated, 'in'],
      [removed, 'from'],
    ] as const),
  ].find(([some]) => some.length > 0);
  if (present.length === outcomes.length) return allPresent(present, placeOf(present, nameOf));
  if (changed === undefined) return unchangedClause(result, present, nameOf);

  const would = dryRun ? 'would be ' : '';
  const place = ` ${changed[1]} ${placeOf(changed[0], nameOf)}`;
  const parts: string[] = [];
  if (added.length > 0) parts.push(`${people(added)} ${would}added${place}${asAdmin(added)}`);
  if (updated.length > 0) {
    const roles = `${many(updated.length, 'role', 'roles')} ${would}changed`;
    parts.push(`${roles}${parts.length === 0 ? place : ''}${toAdmin(updated)}`);
  }
  if (removed.length > 0) {
    const who =
      parts.length === 0 || removed.length !== personCount(removed)
        ? people(removed)
        : number(removed.length);
    parts.push(`${who} ${would}removed${parts.length === 0 ? place : ''}`);
  }
  return parts.join(', ');
}

/** Privileges come first: one admin among 60 people must not be overlooked. */
function asAdmin(added: readonly Outcome[]): string {
  const admins = added.filter(({ role }) => role === 'admin').length;
  if (admins === 0) return '';
  if (admins === added.length) return admins === 1 ? ' as admin' : ' as admins';
  return `, ${number(admins)} of them as admin`;
}

function toAdmin(updated: readonly Outcome[]): string {
  const admins = updated.filter(({ role }) => role === 'admin').length;
  if (admins === 0) return '';
  return admins === updated.length ? ' to admin' : ` (${number(admins)} to admin)`;
}

function unchangedClause(
  { dryRun, outcomes }: RunResult,
  present: readonly Outcome[],
  nameOf: NameOf,
): string {
  const place = placeOf(outcomes, nameOf);
  const isRefused = outcomes.some(isKeptAgainstRow);
  if (!isRefused && !outcomes.some(needsAttention)) return `nothing to do in ${place}`;
  const isOfRemovals = isRefused || outcomes.some((one) => needsAttention(one) && one.role === null);
  const verb = dryRun ? 'would be' : 'was';
  const noOne = isOfRemovals ? `nothing ${verb} changed in ${place}` : `no one ${verb} added to ${place}`;
  const are = present.length === 1 ? 'is already a member' : 'are already members';
  return present.length === 0 ? noOne : `${noOne}, ${people(present)} ${are}`;
}

function emptyClause(result: RunResult): string {
  const rows = badRows(result).length;
  if (rows > 0) return `nothing was changed: ${many(rows, 'row', 'rows')} must be corrected first`;
  return result.problems.length > 0 || result.cancelled ? 'nothing was changed' : 'the roster is empty';
}

function allPresent(present: readonly Outcome[], place: string): string {
  const others = of(present, ['role-differs']).length;
  const all =
    present.length === 1 ? '1 person is already a member' : `all ${people(present)} are already members`;
  return `nothing to do: ${all} of ${place}${others > 0 ? `, ${number(others)} with another role` : ''}`;
}

/** What is left to do, and for how many. “People” is said once in a headline. */
function openEnds({ outcomes, allowMissing }: RunResult): string[] {
  const unreached = of(outcomes, CODES.unreached);
  const rest = outcomes.filter((one) => needsAttention(one) && !isOneOf(one, CODES.unreached));
  const ends: [readonly Outcome[], one: string, more: string][] = [
    [unreached, 'was not processed', 'were not processed'],
    [rest.filter((one) => isFailure(one, allowMissing)), 'needs your attention', 'need your attention'],
    [rest.filter((one) => !isFailure(one, allowMissing)), 'could not be found', 'could not be found'],
  ];
  let said = of(outcomes, CODES.added).length > 0;
  return ends
    .filter(([some]) => some.length > 0)
    .map(([some, one, more]) => {
      const subject = said ? people(some).replace(/ (person|people)$/, '') : people(some);
      said = true;
      return `${subject} ${personCount(some) === 1 ? one : more}`;
    })
    .concat(keptClause(outcomes.filter(isKeptAgainstRow)), unlistedClause(of(outcomes, ['kept-unlisted'])));
}

/** Whether a guard kept what a row asks to take away. Members whom no row names are not meant. */
export function isKeptAgainstRow(outcome: Outcome): boolean {
  return statusOf(outcome) === 'kept' && outcome.state !== 'unlisted';
}

function keptClause(kept: readonly Outcome[]): string[] {
  if (kept.length === 0) return [];
  const [one, more] = ['requested removal or role change is', 'requested removals or role changes are'];
  return [`${many(kept.length, one, more)} not allowed`];
}

function unlistedClause(unlisted: readonly Outcome[]): string[] {
  if (unlisted.length === 0) return [];
  return [many(unlisted.length, 'member is not in the roster', 'members are not in the roster')];
}

function of(outcomes: readonly Outcome[], codes: readonly OutcomeCode[]): Outcome[] {
  return outcomes.filter((outcome) => isOneOf(outcome, codes));
}

function isOneOf({ code }: Outcome, codes: readonly OutcomeCode[]): boolean {
  return codes.includes(code);
}

/** The groups of `outcomes`, by name if there are one or two. */
function placeOf(outcomes: readonly Outcome[], nameOf: NameOf): string {
  const groups = new Map<string, { id: string; name: string }>();
  for (const { group, groupName } of outcomes) {
    const key = groupKey({ group, groupName });
    if (!groups.has(key)) groups.set(key, { id: group, name: groupName });
  }
  if (groups.size > 2) return many(groups.size, 'group', 'groups');
  return [...groups.values()].map(nameOf).join(' and ');
}
