import { formatLocation, type SourceLocation } from '../../roster/entry.ts';
import { lazyMap } from '../../text/chunked.ts';
import { block, code, layOut, link, row, type Section, small } from '../../text/html.ts';
import { redactEmails } from '../../text/redact.ts';
import { many, number } from '../../text/words.ts';
import { labelOf, needsAttention, OUTCOME_CODES, type Outcome, type Status, statusOf } from '../outcome.ts';
import type { RunResult } from '../run-result.ts';
import { attentionSections, problemSections } from './attention.ts';
import { tableSection, UNFOLDED, whoColumns } from './cells.ts';
import { asDryRunIfRefused, type ChangeKind, changesByKind, isChanged, rolesOf, titleOf } from './changes.ts';
import { isKeptAgainstRow } from './headline.ts';
import { redactResult } from './publish.ts';
import { groupSections, titleMarkup } from './summary.ts';

/**
 * Maximum number of bytes (interface.md, "The comment"), less some room for the marker that stands above the text. GitHub
 * takes 65,536 characters.
 */
const MAX_BYTES = 60_000 - 200;

/** What a comment names besides the result: what the run was asked for, and what it speaks of. */
export interface CommentContext {
  readonly action: string;
  readonly groups: readonly string[];
  /** Paths and patterns as they are in the input. */
  readonly files: readonly string[];
  /** Number of the pull request, and the commit of it that was checked out. */
  readonly pullRequest: number;
  readonly commit: string;
}

/**
 * The order of the changes, and for each the largest share of the room that is left that its rows can take, so that no kind
 * hides the next. An addition without privileges comes last.
 */
const SHARES = { admin: 0.6, write: 0.6, removed: 0.6, raised: 0.6, lowered: 0.6, added: 0.9 } as const;

const ORDER = Object.keys(SHARES) as ChangeKind[];

/** What the first figures count, by status. */
const TOTALS = {
  added: 'Additions',
  'would-add': 'Additions',
  updated: 'Role changes',
  'would-update': 'Role changes',
  removed: 'Removals',
  'would-remove': 'Removals',
  missing: 'Need attention',
  failed: 'Need attention',
  skipped: 'No change',
  kept: 'No change',
} as const satisfies Readonly<Record<Status, string>>;

/** Maximum number of groups, and of files, that the last line names. */
const MAX_NAMED = 5;

/** Whether a comment has something to say (`comment: changes`): a change, a problem, or a row that was not followed. */
export function isWorthAComment({ changes = [], problems, outcomes, cancelled }: RunResult): boolean {
  const isWorthIt = (one: Outcome) => needsAttention(one) || isKeptAgainstRow(one);
  return cancelled || changes.length + problems.length > 0 || outcomes.some(isWorthIt);
}

/**
 * The text of the comment on a pull request, below its marker: HTML in which everything from outside is escaped, and in
 * which no email address is whole, whatever the inputs say. Pure. If it is too large, whole rows are left out.
 */
export function renderComment(full: RunResult, context: CommentContext): string {
  const result = redactForComment(full);
  const where = result.run?.url ? link(result.run.url, 'the job summary') : 'the job summary';
  const note = (leftOut: number, total: number) =>
    `<p><b>${number(leftOut)} of these ${many(total, 'row', 'rows')} are left out because of the size limit.</b> The full list is in ${where} and in the report files.</p>`;
  const title = block(titleMarkup(result));
  const end = block(lastLine(result, context));
  const body = [...totals(result), ...changeSections(result)];
  const rows = [...attentionSections(result), ...keptInBrief(result)];
  const layouts = [
    [title, ...problemSections(result), ...body, ...rows, end],
    [title, ...body, leftOut(where), end],
    [title, leftOut(where), end],
  ];
  return (
    layouts.map((sections) => layOut(sections, MAX_BYTES, note)).find((text) => text !== undefined) ?? ''
  );
}

/** The names of files stay whole in annotations, which need the true name. A comment does not. */
function redactForComment(full: RunResult): RunResult {
  const result = redactResult(full);
  return {
    ...result,
    org: redactEmails(result.org),
    outcomes: result.outcomes.map(redactFile),
    problems: result.problems.map(redactFile),
  };
}

function redactFile<T extends { readonly location?: SourceLocation | undefined }>(located: T): T {
  const { location } = located;
  if (location === undefined || !('file' in location)) return located;
  return { ...located, location: { ...location, file: redactEmails(location.file) } };
}

function leftOut(where: string): Section {
  return block(`<p><b>The rest is left out because of the size limit.</b> It is in ${where}.</p>`);
}

/** Who gets or loses what: privileges first, then removals, roles, and additions. Never folded but for long additions. */
function changeSections(finished: RunResult): Section[] {
  const result = asDryRunIfRefused(finished);
  const byKind = changesByKind(result);
  const who = whoColumns(result);
  return ORDER.flatMap((kind): Section[] => {
    const people = byKind.get(kind) ?? [];
    if (people.length === 0) return [];
    const title = `<b>${titleOf(kind, result)} (${number(people.length)})</b>`;
    const rows = lazyMap(people, (one) =>
      row([...who.cells({ ...one, location: undefined }), rolesOf(one), sourceOf(one)]),
    );
    const isOpen = kind !== 'added' || rows.length <= UNFOLDED;
    const table = tableSection({
      ...{ heading: isOpen ? `<p>${title}</p>` : '', title, head: [...who.head, 'Role', 'Row'], rows },
      ...{ priority: kind === 'added' ? 2.5 : 0, isOpen },
    });
    return [{ ...table, share: SHARES[kind] }];
  });
}

function sourceOf({ location }: Outcome): string {
  return location === undefined ? 'none' : code(formatLocation(location));
}

/** How many memberships there are of each kind, and if there are several groups, in each of them. */
function totals(result: RunResult): Section[] {
  const counts = Object.groupBy(result.outcomes, (outcome) => TOTALS[statusOf(outcome)]);
  const told = [...new Set(Object.values(TOTALS))].flatMap((kind) => {
    const count = counts[kind]?.length ?? 0;
    return count === 0 ? [] : [`${kind}: <b>${number(count)}</b>`];
  });
  if (told.length === 0) return [];
  return [block(`<p>${told.join(' · ')}</p>`), ...(result.groups.length > 1 ? groupSections(result) : [])];
}

/** How many are neither changed nor in need of attention, by reason. */
function keptInBrief({ outcomes }: RunResult): Section[] {
  const counts = Map.groupBy(
    outcomes.filter((outcome) => !isChanged(outcome) && !needsAttention(outcome)),
    ({ code: cause }) => cause,
  );
  const told = OUTCOME_CODES.flatMap((cause) => {
    const people = counts.get(cause);
    return people === undefined ? [] : [`${labelOf(cause)}: ${number(people.length)}`];
  });
  return told.length === 0 ? [] : [block(`<p><b>No change:</b> ${told.join(' · ')}</p>`)];
}

/** What the run was asked for, the commit that it speaks of, and the run itself. */
function lastLine({ org, run }: RunResult, context: CommentContext): string {
  const { action, groups, files, pullRequest, commit } = context;
  const asked = [action, ...named([org]), ...named(groups), ...named(files)];
  const about = run?.url
    ? [
        link(commitPage(run.url, pullRequest, commit), `commit ${commit.slice(0, 7)}`),
        link(run.url, `run ${run.id}${run.attempt > 1 ? `, attempt ${run.attempt}` : ''}`),
      ]
    : [`commit ${code(commit.slice(0, 7))}`];
  return small(`${[...asked, ...about].join(' · ')}<br>Email addresses are shortened.`);
}

/** In the pull request, since the commit of a fork is in no other place of the repository. */
function commitPage(runPage: string, pullRequest: number, commit: string): string {
  return `${runPage.replace(/\/actions\/runs\/.*$/, '')}/pull/${pullRequest}/commits/${encodeURIComponent(commit.toWellFormed())}`;
}

function named(names: readonly string[]): string[] {
  const shown = names.slice(0, MAX_NAMED).map((name) => code(redactEmails(name)));
  return names.length > MAX_NAMED ? [...shown, `${number(names.length - MAX_NAMED)} more`] : shown;
}
