import { formatLocation } from '../../roster/entry.ts';
import type { WorkflowRun } from '../../runner/workflow-run.ts';
import { chunked, lazyMap } from '../../text/chunked.ts';
import { csvText } from '../../text/csv.ts';
import { countsOf, type Outcome, reportedCode, statusOf } from '../outcome.ts';
import type { RunResult } from '../run-result.ts';

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
