import { oneLine } from '../../text/one-line.ts';
import { many, number, upperFirst } from '../../text/words.ts';
import { badRows, isFailure, needsAttention, runWide } from '../counts.ts';
import type { Code, Outcome, RunResult } from '../outcome.ts';

/** How the name of a group is written; the summary makes markup of it. */
type NameOf = (group: { readonly id: string; readonly name: string }) => string;

/**
 * What happened, in one line that a manager understands: `398 people added to Cohort 2024; 2 need your attention`.
 * Without a full stop. Besides the names of groups nothing in it comes from outside.
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

/** Why the step fails, with the causes and the next steps where a group or the whole run was stopped; fit for `setFailed`. */
export function failureMessage(result: RunResult): string {
  const causes = result.problems
    .filter(({ source }) => source === undefined)
    .map(({ message, remedy }) => oneLine(`${message} ${remedy}`).trim());
  const next = causes.length > 0 && causes.length <= CAUSES ? causes : ['The job summary says what to do.'];
  return `${headline(result)}. ${next.join(' ')}`;
}

function prefix(result: RunResult): string {
  const untouched = result.outcomes.length > 0 ? ', nothing was changed' : '';
  if (result.cancelled) return result.dryRun ? `Cancelled dry run${untouched}: ` : 'Cancelled: ';
  if (result.dryRun) return `Dry run${untouched}: `;
  return runWide(result).length > 0 ? 'Stopped: ' : '';
}

function mainClause(result: RunResult, nameOf: NameOf): string {
  const { outcomes, dryRun } = result;
  if (outcomes.length === 0) return emptyClause(result);
  const where = (some: readonly Outcome[]) => placeOf(some, nameOf);
  const added = withCode(outcomes, 'added', 'would-add');
  const updated = withCode(outcomes, 'role-updated', 'would-update');
  const present = withCode(outcomes, 'already-member', 'role-differs');
  const would = dryRun ? 'would be ' : '';

  const parts: string[] = [];
  if (added.length > 0) parts.push(`${people(added)} ${would}added to ${where(added)}`);
  if (updated.length > 0) {
    const place = added.length > 0 ? '' : ` in ${where(updated)}`;
    parts.push(`${many(updated.length, 'role', 'roles')} ${would}changed${place}`);
  }
  if (present.length === outcomes.length) return allPresent(present, where(present));
  if (parts.length > 0) return parts.join(', ');
  const nobody = `nobody ${dryRun ? 'would be' : 'was'} added to ${where(outcomes)}`;
  return present.length === 0 ? nobody : `${nobody}, ${people(present)} ${wasOrWere(present)} in already`;
}

function emptyClause(result: RunResult): string {
  const rows = badRows(result).length;
  if (rows > 0)
    return `nothing was changed: ${many(rows, 'row', 'rows')} of the input must be corrected first`;
  return result.problems.length > 0 || result.cancelled ? 'nothing was changed' : 'nobody was asked for';
}

function allPresent(present: readonly Outcome[], place: string): string {
  const others = withCode(present, 'role-differs').length;
  const all = present.length === 1 ? '1 person is' : `all ${people(present)} are`;
  return `nothing to do: ${all} in ${place} already${others > 0 ? `, ${number(others)} with another role` : ''}`;
}

/** What is left to do, for how many. “People” is said once in a headline. */
function openEnds({ outcomes, allowMissing }: RunResult): string[] {
  const isUntouched = ({ code }: Outcome) => code === 'not-attempted' || code === 'cancelled';
  const rest = outcomes.filter((outcome) => needsAttention(outcome) && !isUntouched(outcome));
  const ends: [readonly Outcome[], one: string, more: string][] = [
    [outcomes.filter(isUntouched), 'was not dealt with', 'were not dealt with'],
    [rest.filter((one) => isFailure(one, allowMissing)), 'needs your attention', 'need your attention'],
    [rest.filter((one) => !isFailure(one, allowMissing)), 'could not be found', 'could not be found'],
  ];
  let said = withCode(outcomes, 'added', 'would-add').length > 0;
  return ends
    .filter(([some]) => some.length > 0)
    .map(([some, one, more]) => {
      const subject = said ? people(some).replace(/ (person|people)$/, '') : people(some);
      said = true;
      return `${subject} ${some.length === 1 ? one : more}`;
    });
}

function withCode(outcomes: readonly Outcome[], ...codes: readonly Code[]): Outcome[] {
  return outcomes.filter(({ code }) => codes.includes(code));
}

function wasOrWere(some: readonly unknown[]): string {
  return some.length === 1 ? 'was' : 'were';
}

/** `3 people`, and where one person is meant in several groups, how many memberships that makes. */
function people(outcomes: readonly Outcome[]): string {
  const groups = new Set(outcomes.map(({ group }) => group));
  const persons = new Set(outcomes.map(({ user, input }) => (user ?? input).toLowerCase()));
  if (groups.size === 1 || persons.size === outcomes.length) return many(outcomes.length, 'person', 'people');
  return `${many(persons.size, 'person', 'people')} (${many(outcomes.length, 'membership', 'memberships')})`;
}

/** The groups of `outcomes`, by name where there are one or two. */
function placeOf(outcomes: readonly Outcome[], nameOf: NameOf): string {
  const groups = new Map(outcomes.map(({ group, groupName }) => [group, groupName]));
  if (groups.size > 2) return many(groups.size, 'group', 'groups');
  return [...groups].map(([id, name]) => nameOf({ id, name })).join(' and ');
}
