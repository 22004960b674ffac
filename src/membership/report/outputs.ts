import { formatLocation } from '../../roster/entry.ts';
import type { WorkflowRun } from '../../runner/workflow-run.ts';
import { chunked, lazyMap } from '../../text/chunked.ts';
import { csvText } from '../../text/csv.ts';
import { printable } from '../../text/one-line.ts';
import { countsOf, type Outcome, reportedCode, type Status, statusOf } from '../outcome.ts';
import type { RunResult } from '../run-result.ts';

/** Most bytes of one list of names (interface.md, section 4). GitHub limits all outputs of a job to 1 MB. */
const MAX_BYTES = 100_000;

const LISTS = {
  added: 'added-users',
  updated: 'updated-users',
  removed: 'removed-users',
  missing: 'missing-users',
  failed: 'failed-users',
} as const satisfies Partial<Record<Status, string>>;

type Listed = keyof typeof LISTS;

/** The outputs that follow from `outcomes`: the counts, and who they are, as far as there is room. */
export function outputsOf(outcomes: readonly Outcome[]): Readonly<Record<string, string | number | boolean>> {
  const counts = countsOf(outcomes);
  const lists = Object.entries(LISTS).map(([status, output]) => ({
    output,
    ...listOf(outcomes, status as Listed, counts[status as Listed]),
  }));
  return {
    ...counts,
    changed: counts.added + counts.updated + counts.removed > 0,
    ...Object.fromEntries(lists.map(({ output, text }) => [output, text])),
    'names-truncated': lists.some(({ isCut }) => isCut),
  };
}

/** A JSON array of the first people with `status`, of whom there are `total`: no others are looked at. */
function listOf(outcomes: readonly Outcome[], status: Listed, total: number) {
  const items: string[] = [];
  let bytes = 2;
  for (const outcome of outcomes) {
    if (items.length === total) break;
    if (statusOf(outcome) !== status) continue;
    const { input, user, group, role } = outcome;
    const item = printable(JSON.stringify({ input, user, group, role }));
    bytes += Buffer.byteLength(item) + 1;
    if (bytes > MAX_BYTES) break;
    items.push(item);
  }
  return { text: `[${items.join(',')}]`, isCut: items.length < total };
}

const COLUMNS = ['source', 'input', 'user', 'group', 'groupName', 'role', 'status', 'code', 'message'];

/** The report as JSON (interface.md, section 1, "Outputs"; schema/report.schema.json), in chunks: a result on each line. */
export function reportJson(result: RunResult): Generator<string, void, undefined> {
  return chunked(jsonLines(result));
}

function* jsonLines(result: RunResult): Generator<string> {
  const { total, retries, rateLimitWaitSeconds } = result.requests;
  const head = {
    version: 1,
    org: result.org,
    dryRun: result.dryRun,
    groups: result.groups.map(({ id, name }) => ({ id, name })),
    counts: countsOf(result.outcomes),
    requests: { total, retries, rateLimitWaitSeconds },
    ...(result.run === undefined ? {} : { run: runOf(result.run, result.failedWrites) }),
  };
  yield `${printable(JSON.stringify(head, undefined, 2)).slice(0, -2)},\n  "results": [`;
  let separator = '\n';
  for (const outcome of result.outcomes) {
    yield `${separator}    ${printable(JSON.stringify(jsonOf(outcome)))}`;
    separator = ',\n';
  }
  yield '\n  ]\n}\n';
}

function runOf(run: WorkflowRun, failedWrites: RunResult['failedWrites'] = []) {
  const { repository, sha, event, actor, id, attempt, startedAt, finishedAt } = run;
  const about = { repository, sha, event, actor, id, attempt, startedAt, finishedAt };
  return failedWrites.length === 0 ? about : { ...about, failedWrites };
}

function jsonOf(outcome: Outcome) {
  const { input, user, group, groupName, role, previousRole, message } = outcome;
  const result = { status: statusOf(outcome), code: reportedCode(outcome), message };
  return { source: sourceOf(outcome), input, user, group, groupName, role, previousRole, ...result };
}

/** The outcomes as CSV in chunks, safe to open in a spreadsheet. */
export function reportCsv(outcomes: readonly Outcome[]): Generator<string, void, undefined> {
  return csvText(COLUMNS, lazyMap(outcomes, cellsOf));
}

/** In the order of {@link COLUMNS}. */
function cellsOf(outcome: Outcome): string[] {
  const { input, user, group, groupName, role, message } = outcome;
  const result = [statusOf(outcome), reportedCode(outcome), message];
  return [sourceOf(outcome), input, user ?? '', group, groupName, role ?? '', ...result];
}

function sourceOf({ location }: Outcome): string {
  return location === undefined ? 'group' : formatLocation(location);
}
