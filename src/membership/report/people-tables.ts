import { groupPage, knownPages, personPage } from '../../hub/pages.ts';
import { formatLocation } from '../../roster/entry.ts';
import { lazyMap } from '../../text/chunked.ts';
import { block, type Rows, type Section } from '../../text/fit-to-size.ts';
import {
  banner,
  code,
  DETAILS_END,
  detailsStart,
  link,
  prose,
  row,
  TABLE_END,
  tableStart,
} from '../../text/html.ts';
import { many, number, upperFirst } from '../../text/words.ts';
import {
  isFailure,
  labelOf,
  needsAttention,
  OUTCOME_CODES,
  type Outcome,
  type OutcomeCode,
  remedyOf,
} from '../outcome.ts';
import type { RunResult } from '../run-result.ts';

/** People whom a cause shows at once; the others are folded away. */
const SHOWN_AT_ONCE = 10;

/** Longest list of people in order that is not folded away. */
const UNFOLDED = 10;

/** Causes that are the run's and not the person's. */
const UNTOUCHED: readonly OutcomeCode[] = ['cancelled', 'not-attempted'];

const CAUSES = OUTCOME_CODES.filter((code) => needsAttention({ code }) && !UNTOUCHED.includes(code));

/** Who needs attention, by cause, with what to do said once for a cause: the first few people of each, the others folded away. */
export function attentionSections(result: RunResult): Section[] {
  const byCause = CAUSES.map((cause) => result.outcomes.filter(({ code: found }) => found === cause));
  const head = tableStart([...whoHead(result), 'What happened']);
  const part = (from: number, to?: number) =>
    causeRows(
      byCause.map((some) => ({ people: some.slice(from, to), total: some.length })),
      result,
    );
  const [first, others] = [part(0, SHOWN_AT_ONCE), part(SHOWN_AT_ONCE)];
  const sections: Section[] = [];
  if (first.length > 0) {
    const failing = result.outcomes.some((outcome) => isFailure(outcome, result.allowMissing));
    const title = failing ? 'Needs attention' : 'Could not be found';
    sections.push({ open: `<h3>${title}</h3>\n\n${head}`, rows: first, close: TABLE_END, priority: 2 });
  }
  if (others.length > 0) {
    const open = `${detailsStart(`${number(others.length)} more with the same causes`)}${head}`;
    sections.push({ open, rows: others, close: `${TABLE_END}${DETAILS_END}`, priority: 3 });
  }
  const untouched = untouchedRemark(result);
  return untouched === '' ? sections : [...sections, block(untouched)];
}

/** People whose other role in the group was kept: nobody has to act, but somebody may want to. */
export function roleSections(result: RunResult): Section[] {
  const kept = result.outcomes.filter((outcome) => outcome.code === 'role-differs');
  if (kept.length === 0) return [];
  const rows = lazyMap(kept, (outcome) =>
    row([...whoCells(outcome, result), prose(outcome.previousRole ?? ''), outcome.role ?? '']),
  );
  const who = many(kept.length, 'person is in already and keeps', 'people are in already and keep');
  const remark = `<p>${who} another role than the one asked for. ${prose(remedyOf('role-differs', result))}</p>`;
  const head = tableStart([...whoHead(result), 'Has', 'Asked for']);
  const title = '<h3>For your information</h3>';
  return [folded(`${title}\n\n${remark}\n\n`, `Who has which role (${number(kept.length)})`, head, rows, 5)];
}

/** Everyone, those who need attention first, then those whose membership changed, each in the order of the input. */
export function everyoneSections(result: RunResult): Section[] {
  const { outcomes } = result;
  if (outcomes.length === 0) return [];
  const anyFile = outcomes.some(({ location }) => location !== undefined && 'file' in location);
  const sorted = outcomes.toSorted((a, b) => rank(a) - rank(b));
  const rows = lazyMap(sorted, (outcome) => {
    const who = whoCells({ ...outcome, location: undefined }, result);
    const where = anyFile
      ? [outcome.location === undefined ? '' : code(formatLocation(outcome.location))]
      : [];
    return row([...who, outcome.role ?? '', labelOf(outcome.code), ...where]);
  });
  const head = tableStart([...whoHead(result), 'Role', 'Result', ...(anyFile ? ['Written in'] : [])]);
  const title = `Everyone (${number(outcomes.length)})`;
  return [folded(rows.length <= UNFOLDED ? '<h3>Everyone</h3>\n\n' : '', title, head, rows, 6)];
}

function rank(outcome: Outcome): number {
  if (needsAttention(outcome)) return 0;
  if (outcome.code === 'role-differs') return 1;
  return outcome.code === 'already-member' ? 3 : 2;
}

/** A table below `heading`, folded away behind `title` where it is long. */
function folded(heading: string, title: string, head: string, rows: Rows, priority: number): Section {
  if (rows.length <= UNFOLDED) return { open: `${heading}${head}`, rows, close: TABLE_END, priority };
  return {
    open: `${heading}${detailsStart(title)}${head}`,
    rows,
    close: `${TABLE_END}${DETAILS_END}`,
    priority,
  };
}

interface Cause {
  readonly people: readonly Outcome[];
  /** How many the cause has in all. */
  readonly total: number;
}

function causeRows(causes: readonly Cause[], result: RunResult): Rows {
  const entries = causes.flatMap(({ people, total }) =>
    people.map((outcome, index) => ({ outcome, banner: index === 0 ? total : undefined })),
  );
  return lazyMap(entries, ({ outcome, banner: total }) => {
    const cells = [...whoCells(outcome, result), prose(outcome.message)];
    // Together with its first person, so that no cause stands without one when rows are left out.
    return total === undefined
      ? row(cells)
      : causeBanner(outcome.code, total, cells.length, result) + row(cells);
  });
}

function causeBanner(cause: OutcomeCode, total: number, columns: number, result: RunResult): string {
  const remedy = prose(remedyOf(cause, result), knownPages(result));
  const title = `${upperFirst(labelOf(cause))}${total > 1 ? ` (${number(total)})` : ''}`;
  return banner(`<b>${title}</b><br>What to do: ${remedy}`, columns);
}

/** One sentence for those whom the run did not come to: their trouble is the run's, which is told elsewhere. */
function untouchedRemark(result: RunResult): string {
  const affected = result.outcomes.filter((outcome) => UNTOUCHED.includes(outcome.code)).length;
  if (affected === 0) return '';
  const remedy = remedyOf(result.cancelled ? 'cancelled' : 'not-attempted', result);
  return `<p><b>${many(affected, 'person was', 'people were')} not dealt with.</b> ${prose(remedy)}</p>`;
}

/** Names of the columns that {@link whoCells} fills. Where the run has one group only, the headline names it. */
function whoHead(result: RunResult): string[] {
  return result.groups.length === 1 ? ['Person'] : ['Person', 'Group'];
}

function whoCells(outcome: Outcome, result: RunResult): string[] {
  const person = personCell(outcome, result);
  if (result.groups.length === 1) return [person];
  return [person, link(groupPage(result, outcome.group), outcome.groupName.trim() || outcome.group)];
}

function personCell({ user, input, location }: Outcome, result: RunResult): string {
  const parts = [user === null ? code(input) : link(personPage(result, user), user)];
  if (user !== null && user.toLowerCase() !== input.toLowerCase()) parts.push(code(input));
  if (location !== undefined && 'file' in location)
    parts.push(`<sub>${code(formatLocation(location))}</sub>`);
  return parts.join('<br>');
}
