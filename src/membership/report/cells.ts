import { groupPage, type HubLocation, knownPages, personPage } from '../../hub/pages.ts';
import { GROUP_ID } from '../../roles.ts';
import { formatLocation } from '../../roster/entry.ts';
import {
  code,
  DETAILS_END,
  detailsStart,
  link,
  prose,
  type Rows,
  type Section,
  TABLE_END,
  tableStart,
} from '../../text/html.ts';
import { foldCase, many } from '../../text/words.ts';
import { type Outcome, type OutcomeCode, remedyOf } from '../outcome.ts';
import type { RunResult } from '../run-result.ts';

/** Longest table that is not folded. */
export const UNFOLDED = 10;

/** A group's name, with a link to its page if it was found. */
export function groupLabel(
  hub: HubLocation,
  { id, name }: { readonly id: string; readonly name: string },
): string {
  return GROUP_ID.test(id) ? link(groupPage(hub, id), name.trim() || id) : prose(name);
}

/** The columns that say whom an outcome is about. */
export interface WhoColumns {
  readonly head: readonly string[];
  readonly cells: (outcome: Outcome) => string[];
}

/** The person, and the group if the run has several: if it has one, the headline names it. */
export function whoColumns(result: RunResult): WhoColumns {
  const [first] = result.outcomes;
  const several =
    result.groups.length > 1 ||
    (first !== undefined && result.outcomes.some((outcome) => groupKey(outcome) !== groupKey(first)));
  if (!several) return { head: ['Person'], cells: (outcome) => [personCell(outcome, result)] };
  return {
    head: ['Person', 'Group'],
    cells: (outcome) => [
      personCell(outcome, result),
      groupLabel(result, { id: outcome.group, name: outcome.groupName }),
    ],
  };
}

function personCell({ user, input, location }: Outcome, result: RunResult): string {
  const parts = [user === null ? code(input) : link(personPage(result, user), user)];
  if (user !== null && foldCase(user) !== foldCase(input)) parts.push(code(input));
  if (location !== undefined && 'file' in location)
    parts.push(`<sub>${code(formatLocation(location))}</sub>`);
  return parts.join('<br>');
}

/** What to do about `cause`, as a paragraph's second line; empty if there is nothing to do. */
export function remedyLine(cause: OutcomeCode, result: RunResult): string {
  const remedy = remedyOf(cause, result);
  return remedy === '' ? '' : `<br>What to do: ${prose(remedy, knownPages(result))}`;
}

export interface Table {
  /** Markup above the table. */
  readonly heading: string;
  /** What a reader clicks on if the table is folded. */
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: Rows;
  readonly priority: number;
  /** Whether it is never folded. */
  readonly isOpen?: boolean;
}

/** A table, folded behind its title if it is long. */
export function tableSection({ heading, title, head, rows, priority, isOpen = false }: Table): Section {
  const table = tableStart(head);
  const above = heading === '' ? '' : `${heading}\n\n`;
  return isOpen || rows.length <= UNFOLDED
    ? { open: `${above}${table}`, rows, close: TABLE_END, priority }
    : { open: `${above}${detailsStart(title)}${table}`, rows, close: `${TABLE_END}${DETAILS_END}`, priority };
}

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
