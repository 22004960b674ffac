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
import { people, personCount } from './people.ts';
import { isCauseOfRun, isUnreached, UNREACHED } from './run-causes.ts';

const CAUSES = OUTCOME_CODES.filter((code) => needsAttention({ code }) && !isUnreached({ code }));

/** Who needs attention, by cause: the cause and what to do once, then the people, the first of them at once. */
export function attentionSections(result: RunResult): Section[] {
  const byCause = Map.groupBy(result.outcomes.filter(needsAttention), ({ code }) => code);
  const sections = CAUSES.flatMap((cause) => causeSections(cause, byCause.get(cause) ?? [], result));
  const untouched = UNREACHED.flatMap((cause) => byCause.get(cause) ?? []);
  if (sections.length > 0) {
    const failing = result.outcomes.some((outcome) => isFailure(outcome, result.allowMissing));
    sections.unshift(block(`<h3>${failing ? 'Needs attention' : 'Not found'}</h3>`));
  }
  return untouched.length === 0 ? sections : [...sections, block(untouchedRemark(untouched, result))];
}

function causeSections(cause: OutcomeCode, affected: readonly Outcome[], result: RunResult): Section[] {
  const [first] = affected;
  if (first === undefined) return [];
  const who = whoColumns(result);
  // A sentence that is the same for all is said once, not in each row.
  const isShared = affected.every(({ message }) => message === first.message);
  const isTold = isCauseOfRun(cause, result);
  const head = tableStart([...who.head, ...(isShared ? [] : ['What happened'])]);
  const title = `<b>${upperFirst(labelOf(cause))}${affected.length > 1 ? ` (${number(affected.length)})` : ''}</b>`;
  const said = isShared ? `<br>${prose(first.message)}` : '';
  const intro = `<p>${title}${isTold ? '' : `${said}${remedyLine(cause, result)}`}</p>\n\n`;
  const rowsOf = (part: readonly Outcome[]) =>
    lazyMap(part, (one) => row([...who.cells(one), ...(isShared ? [] : [prose(one.message)])]));
  const fold = (open: string, part: readonly Outcome[], summary: string): Section => ({
    open: `${open}${detailsStart(summary)}${head}`,
    rows: rowsOf(part),
    close: `${TABLE_END}${DETAILS_END}`,
    priority: 3,
  });
  if (isTold) return [fold(intro, affected, `Show ${many(affected.length, 'person', 'people')}`)];
  const more = affected.slice(UNFOLDED);
  const rows = rowsOf(affected.slice(0, UNFOLDED));
  const shown = { open: `${intro}${head}`, rows, close: TABLE_END, priority: 2 };
  return more.length === 0 ? [shown] : [shown, fold('', more, `${number(more.length)} more`)];
}

/** One sentence for those whom the run did not reach. Their cause is that of the run, which is told above. */
function untouchedRemark(untouched: readonly Outcome[], result: RunResult): string {
  const remedy = prose(remedyOf(result.cancelled ? 'cancelled' : 'not-attempted', result));
  const were = personCount(untouched) === 1 ? 'was' : 'were';
  return `<p><b>${people(untouched)} ${were} not processed.</b> ${remedy}</p>`;
}
