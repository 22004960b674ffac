import { chunked, lazyMap } from '../../text/chunked.ts';
import { csvText } from '../../text/csv.ts';
import { countsOf } from '../counts.ts';
import { type Outcome, type RunResult, STATUS_OF } from '../outcome.ts';

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
  };
  yield `${JSON.stringify(head, undefined, 2).slice(0, -2)},\n  "results": [`;
  let separator = '\n';
  for (const outcome of result.outcomes) {
    yield `${separator}    ${JSON.stringify(columnsOf(outcome))}`;
    separator = ',\n';
  }
  yield '\n  ]\n}\n';
}

/** The outcomes as CSV in pieces, safe to open in a spreadsheet. */
export function reportCsv(outcomes: readonly Outcome[]): Generator<string, void, undefined> {
  const rows = lazyMap(outcomes, (outcome) => {
    const values = columnsOf(outcome);
    return COLUMNS.map((column) => values[column] ?? '');
  });
  return csvText(COLUMNS, rows);
}

function columnsOf({ source, input, user, group, groupName, role, code, message }: Outcome): Columns {
  const status = STATUS_OF[code];
  // Both `would-` statuses have one code to the outside (interface.md, "Outcomes").
  const shownCode = status === 'would-add' || status === 'would-update' ? 'dry-run' : code;
  return { source, input, user, group, groupName, role, status, code: shownCode, message };
}
