import { formatLocation } from '../../roster/entry.ts';
import type { WorkflowRun } from '../../runner/workflow-run.ts';
import { chunked, lazyMap } from '../../text/chunked.ts';
import { csvText } from '../../text/csv.ts';
import { countsOf, type Outcome, reportedCode, statusOf } from '../outcome.ts';
import type { RunResult } from '../run-result.ts';

const COLUMNS = [
  'source',
  'input',
  'user',
  'group',
  'groupName',
  'role',
  'status',
  'code',
  'message',
] as const;

type Columns = Readonly<Record<(typeof COLUMNS)[number], string | null>>;

/** The report as JSON (interface.md, section 1, "Outputs"; schema/report.schema.json), in pieces: a result on each line. */
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
    ...(result.run === undefined ? {} : { run: runOf(result.run) }),
  };
  yield `${JSON.stringify(head, undefined, 2).slice(0, -2)},\n  "results": [`;
  let separator = '\n';
  for (const outcome of result.outcomes) {
    yield `${separator}    ${JSON.stringify(jsonOf(outcome))}`;
    separator = ',\n';
  }
  yield '\n  ]\n}\n';
}

function runOf({ repository, sha, event, actor, id, attempt, startedAt, finishedAt }: WorkflowRun) {
  return { repository, sha, event, actor, id, attempt, startedAt, finishedAt };
}

function jsonOf(outcome: Outcome) {
  const { source, input, user, group, groupName, role, ...rest } = columnsOf(outcome);
  return { source, input, user, group, groupName, role, previousRole: outcome.previousRole, ...rest };
}

/** The outcomes as CSV in pieces, safe to open in a spreadsheet. */
export function reportCsv(outcomes: readonly Outcome[]): Generator<string, void, undefined> {
  const rows = lazyMap(outcomes, (outcome) => {
    const values = columnsOf(outcome);
    return COLUMNS.map((column) => values[column] ?? '');
  });
  return csvText(COLUMNS, rows);
}

function columnsOf(outcome: Outcome): Columns {
  const { location, input, user, group, groupName, role, message } = outcome;
  const source = location === undefined ? 'group' : formatLocation(location);
  return {
    source,
    input,
    user,
    group,
    groupName,
    role,
    status: statusOf(outcome),
    code: reportedCode(outcome),
    message,
  };
}
