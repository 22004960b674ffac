import { knownPages } from '../../hub/pages.ts';
import { formatLocation } from '../../roster/entry.ts';
import { lazyMap } from '../../text/chunked.ts';
import {
  block,
  code,
  DETAILS_END,
  detailsStart,
  prose,
  row,
  type Section,
  TABLE_END,
  tableStart,
} from '../../text/html.ts';
import { foldCase, many, nearest, number, upperFirst } from '../../text/words.ts';
import {
  isFailure,
  labelOf,
  needsAttention,
  OUTCOME_CODES,
  type Outcome,
  type OutcomeCode,
  remedyOf,
} from '../outcome.ts';
import { badRows, type RunProblem, type RunResult, runWide } from '../run-result.ts';
import { groupKey, groupLabel, people, personCount, remedyLine, UNFOLDED, whoColumns } from './cells.ts';
import { isCauseOfRun, isUnreached, UNREACHED } from './headline.ts';

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

/** A remedy that all problems share is told once, below the table. */
function tableOf(
  heading: string,
  problems: readonly RunProblem[],
  pages: Pages,
  cell: (problem: RunProblem) => string,
): Section[] {
  const [first] = problems;
  if (first === undefined) return [];
  const isShared = problems.every(({ remedy }) => remedy === first.remedy);
  const rows = problems.map((problem) => {
    const remedy = isShared || problem.remedy === '' ? '' : `<br>What to do: ${prose(problem.remedy, pages)}`;
    return row([cell(problem), `${prose(problem.message)}${remedy}`]);
  });
  const below = isShared && first.remedy !== '' ? `\n\n<p>What to do: ${prose(first.remedy, pages)}</p>` : '';
  const open = tableStart([heading, 'What is wrong']);
  return [{ open, rows, close: `${TABLE_END}${below}`, priority: 1, share: 0.5 }];
}

function nameOf(id: string, { groups }: RunResult): string {
  return groups.find((group) => group.id === id)?.name ?? id;
}

/** Rows and members that are compared at most: each row is compared with each member of its group. */
const MAX_ROWS = 100;
const MAX_MEMBERS = 1000;

export interface PossibleMeaning {
  readonly outcome: Outcome;
  /** Usernames of kept members of the same group. */
  readonly candidates: readonly string[];
}

/**
 * For each unresolved row, the kept members of its group that it resembles: the local part of the address is
 * the username, or the spelling is near. For people to read; never decides who is added or removed.
 */
export function possibleMeanings(kept: readonly Outcome[], outcomes: readonly Outcome[]): PossibleMeaning[] {
  const members = Map.groupBy(kept.slice(0, MAX_MEMBERS), groupKey);
  return outcomes
    .filter((outcome) => needsAttention(outcome) && members.has(groupKey(outcome)))
    .slice(0, MAX_ROWS)
    .flatMap((outcome) => {
      const users = (members.get(groupKey(outcome)) ?? []).flatMap(({ user }) => user ?? []);
      const candidates = similar(outcome.input, users);
      return candidates.length === 0 ? [] : [{ outcome, candidates }];
    });
}

function similar(input: string, users: readonly string[]): string[] {
  const [name = ''] = input.split('@');
  const plain = plainName(name);
  const same = users.filter((user) => plainName(user) === plain);
  const near = nearest(name, users);
  return [...new Set(near === undefined ? same : [...same, near])];
}

/** `Ada.Lovelace` and `ada-lovelace` are written alike. */
function plainName(name: string): string {
  return foldCase(name).replace(/[._+-]/g, '');
}
