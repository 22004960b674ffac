import { lazyMap } from '../../text/chunked.ts';
import { block, type Section } from '../../text/fit-to-size.ts';
import { code, prose, row } from '../../text/html.ts';
import { many, number, upperFirst } from '../../text/words.ts';
import { labelOf, OUTCOME_CODES, type Outcome, type OutcomeCode, statusOf } from '../outcome.ts';
import type { RunResult } from '../run-result.ts';
import { remedyLine, tableSection, whoColumns } from './cells.ts';
import { possibleMeanings } from './possible-meanings.ts';

const KEPT = OUTCOME_CODES.filter((cause) => statusOf({ code: cause }) === 'kept');

/** Members who stay although no row says so, or with a higher role than their row says, by reason. */
export function keptSections(result: RunResult): Section[] {
  const byCode = Map.groupBy(
    result.outcomes.filter((one) => KEPT.includes(one.code)),
    ({ code: cause }) => cause,
  );
  if (byCode.size === 0) return [];
  const sections = KEPT.flatMap((cause) => {
    const people = byCode.get(cause);
    return people === undefined ? [] : [...reasonSection(cause, people, result)];
  });
  return [block('<h3>Kept</h3>'), ...sections];
}

function reasonSection(cause: OutcomeCode, people: readonly Outcome[], result: RunResult): Section[] {
  const who = whoColumns(result);
  const shared = people.every(({ message }) => message === people[0]?.message);
  const rows = lazyMap(people, (one) =>
    row([...who.cells(one), prose(one.previousRole ?? ''), ...(shared ? [] : [prose(one.message)])]),
  );
  const title = `${upperFirst(labelOf(cause))} (${number(people.length)})`;
  const why = shared ? `<br>${prose(people[0]?.message ?? '')}` : '';
  const section = tableSection({
    heading: `<p><b>${title}</b>${why}${remedyLine(cause, result)}</p>`,
    title: `Show ${many(people.length, 'member', 'members')}`,
    head: [...who.head, 'Role', ...(shared ? [] : ['Why'])],
    rows,
    priority: 5,
  });
  return cause === 'unresolved-rows' ? [section, ...meaningSection(people, result)] : [section];
}

/** Which member an unresolved row could mean, for reading only: nothing is decided by it. */
function meaningSection(kept: readonly Outcome[], result: RunResult): Section[] {
  const meanings = possibleMeanings(kept, result.outcomes);
  if (meanings.length === 0) return [];
  const rows = meanings.map(({ outcome, candidates }) =>
    row([code(outcome.input), candidates.map((user) => code(user)).join('<br>')]),
  );
  return [
    tableSection({
      heading:
        '<p>Some rows resemble the name of a member. Check with the person before you change a row.</p>',
      title: many(rows.length, 'row', 'rows'),
      head: ['Row', 'Similar members'],
      rows,
      priority: 5,
    }),
  ];
}

/** People whose other role in the group was kept. No one has to act. */
export function keptRoleSections(result: RunResult): Section[] {
  const kept = result.outcomes.filter(({ code: cause }) => cause === 'role-differs');
  if (kept.length === 0) return [];
  const who = whoColumns(result);
  const rows = lazyMap(kept, (one) =>
    row([...who.cells(one), prose(one.previousRole ?? ''), one.role ?? '']),
  );
  const title = many(kept.length, 'member keeps another role', 'members keep another role');
  return [
    tableSection({
      heading: `<h3>Roles kept</h3>\n\n<p><b>${title}</b>${remedyLine('role-differs', result)}</p>`,
      title: `Show ${many(kept.length, 'member', 'members')}`,
      head: [...who.head, 'Has', 'Asked for'],
      rows,
      priority: 6,
    }),
  ];
}
