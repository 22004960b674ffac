import { lazyMap } from '../../text/chunked.ts';
import { block, type Section } from '../../text/fit-to-size.ts';
import { DETAILS_END, detailsStart, prose, row, TABLE_END, tableStart } from '../../text/html.ts';
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
import { remedyLine, UNFOLDED, whoColumns } from './cells.ts';

/** Causes that are those of the run, and not of a person. */
const UNTOUCHED: readonly OutcomeCode[] = ['cancelled', 'not-attempted'];

const CAUSES = OUTCOME_CODES.filter((code) => needsAttention({ code }) && !UNTOUCHED.includes(code));

/** Who needs attention, by cause: the cause and what to do once, then the people, the first of them at once. */
export function attentionSections(result: RunResult): Section[] {
  const byCause = Map.groupBy(result.outcomes.filter(needsAttention), ({ code }) => code);
  const sections = CAUSES.flatMap((cause) => causeSections(cause, byCause.get(cause) ?? [], result));
  const untouched = UNTOUCHED.reduce((sum, cause) => sum + (byCause.get(cause)?.length ?? 0), 0);
  if (sections.length > 0) {
    const failing = result.outcomes.some((outcome) => isFailure(outcome, result.allowMissing));
    sections.unshift(block(`<h3>${failing ? 'Needs attention' : 'Not found'}</h3>`));
  }
  return untouched === 0 ? sections : [...sections, block(untouchedRemark(untouched, result))];
}

function causeSections(cause: OutcomeCode, people: readonly Outcome[], result: RunResult): Section[] {
  const [first] = people;
  if (first === undefined) return [];
  const who = whoColumns(result);
  // A sentence that is the same for all is said once, not in each row.
  const isShared = people.length > 1 && people.every(({ message }) => message === first.message);
  const isTold = isShared && result.problems.some(({ message }) => first.message.startsWith(message));
  const head = tableStart([...who.head, ...(isShared ? [] : ['What happened'])]);
  const title = `${upperFirst(labelOf(cause))}${people.length > 1 ? ` (${number(people.length)})` : ''}`;
  const said = isShared && !isTold ? `<br>${prose(first.message)}` : '';
  const intro = `<p><b>${title}</b>${said}${remedyLine(cause, result)}</p>\n\n`;
  const rowsOf = (some: readonly Outcome[]) =>
    lazyMap(some, (one) => row([...who.cells(one), ...(isShared ? [] : [prose(one.message)])]));
  const [shown, more] = [people.slice(0, UNFOLDED), people.slice(UNFOLDED)];
  const sections = [{ open: `${intro}${head}`, rows: rowsOf(shown), close: TABLE_END, priority: 2 }];
  if (more.length === 0) return sections;
  const open = `${detailsStart(`${number(more.length)} more`)}${head}`;
  return [...sections, { open, rows: rowsOf(more), close: `${TABLE_END}${DETAILS_END}`, priority: 3 }];
}

/** One sentence for those whom the run did not reach. Their cause is that of the run, which is told above. */
function untouchedRemark(count: number, result: RunResult): string {
  const remedy = prose(remedyOf(result.cancelled ? 'cancelled' : 'not-attempted', result));
  return `<p><b>${many(count, 'person was', 'people were')} not processed.</b> ${remedy}</p>`;
}
