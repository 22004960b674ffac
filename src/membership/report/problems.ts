import { knownPages } from '../../hub/pages.ts';
import { formatLocation } from '../../roster/entry.ts';
import type { Section } from '../../text/fit-to-size.ts';
import { code, prose, row, TABLE_END, tableStart } from '../../text/html.ts';
import { badRows, type RunProblem, type RunResult, runWide } from '../run-result.ts';
import { groupLabel } from './cells.ts';

type Pages = ReturnType<typeof knownPages>;

/** Causes of the whole run, once each; then groups and rows, each with its own. */
export function problemSections(result: RunResult): Section[] {
  const pages = knownPages(
    result,
    result.groups.map(({ id }) => id),
  );
  const ofGroups = result.problems.filter(
    ({ location, group }) => location === undefined && group !== undefined,
  );
  return [
    ...wideSection(runWide(result), pages),
    ...tableOf('Group', ofGroups, pages, ({ group = '' }) =>
      groupLabel(result, { id: group, name: nameOf(group, result) }),
    ),
    ...tableOf('Row', badRows(result), pages, ({ location }) =>
      location === undefined ? '' : code(formatLocation(location)),
    ),
  ];
}

function wideSection(problems: readonly RunProblem[], pages: Pages): Section[] {
  const told = new Set(
    problems.map(
      ({ message, remedy }) =>
        `<p><b>${prose(message)}</b>${remedy === '' ? '' : `<br>What to do: ${prose(remedy, pages)}`}</p>\n`,
    ),
  );
  return told.size === 0 ? [] : [{ open: '', rows: [...told], close: '', priority: 1, share: 0.25 }];
}

/** A remedy that all problems share stands above the table. */
function tableOf(
  heading: string,
  problems: readonly RunProblem[],
  pages: Pages,
  cell: (problem: RunProblem) => string,
): Section[] {
  const [first] = problems;
  if (first === undefined) return [];
  const isShared = problems.every(({ remedy }) => remedy === first.remedy);
  const above = isShared && first.remedy !== '' ? `<p>What to do: ${prose(first.remedy, pages)}</p>\n\n` : '';
  const rows = problems.map((problem) => {
    const remedy = isShared || problem.remedy === '' ? '' : `<br>What to do: ${prose(problem.remedy, pages)}`;
    return row([cell(problem), `${prose(problem.message)}${remedy}`]);
  });
  const open = `${above}${tableStart([heading, 'What is wrong'])}`;
  return [{ open, rows, close: TABLE_END, priority: 1, share: 0.5 }];
}

function nameOf(id: string, { groups }: RunResult): string {
  return groups.find((group) => group.id === id)?.name ?? id;
}
