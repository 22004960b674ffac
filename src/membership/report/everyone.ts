import { formatLocation } from '../../roster/entry.ts';
import { lazyMap } from '../../text/chunked.ts';
import type { Section } from '../../text/fit-to-size.ts';
import { code, prose, row } from '../../text/html.ts';
import { number } from '../../text/words.ts';
import { labelOf, needsAttention, type Outcome } from '../outcome.ts';
import type { RunResult } from '../run-result.ts';
import { tableSection, UNFOLDED, whoColumns } from './cells.ts';
import { isChanged } from './changes.ts';

/** Everyone: those who need attention first, then changes, then all others, each in the order of the input. */
export function everyoneSections(result: RunResult): Section[] {
  const { outcomes } = result;
  if (outcomes.length === 0) return [];
  const byRank = Map.groupBy(outcomes, rank);
  const sorted = [0, 1, 2].flatMap((one) => byRank.get(one) ?? []);
  const anyFile = outcomes.some(({ location }) => location !== undefined && 'file' in location);
  const who = whoColumns(result);
  const rows = lazyMap(sorted, (outcome) => {
    const role = outcome.role ?? outcome.previousRole ?? '';
    const written = outcome.location === undefined ? '' : code(formatLocation(outcome.location));
    return row([
      ...who.cells({ ...outcome, location: undefined }),
      prose(role),
      labelOf(outcome.code),
      ...(anyFile ? [written] : []),
    ]);
  });
  const heading = rows.length <= UNFOLDED ? '<h3>Everyone</h3>' : '';
  const head = [...who.head, 'Role', 'Result', ...(anyFile ? ['Written in'] : [])];
  return [tableSection({ heading, title: `Everyone (${number(outcomes.length)})`, head, rows, priority: 7 })];
}

function rank(outcome: Outcome): number {
  if (needsAttention(outcome)) return 0;
  return isChanged(outcome) ? 1 : 2;
}
