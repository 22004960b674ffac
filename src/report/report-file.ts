import { countsOf } from './counts.ts';
import { csvText } from './csv-text.ts';
import { type Outcome, type RunResult, STATUS_OF } from './outcome.ts';

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

/** The report as JSON text (interface.md, section 1, "Outputs"; schema/report.schema.json). */
export function reportJson(result: RunResult): string {
  const { total, retries, rateLimitWaitSeconds } = result.requests;
  const report = {
    version: 1,
    org: result.org,
    dryRun: result.dryRun,
    groups: result.groups.map(({ id, name }) => ({ id, name })),
    counts: countsOf(result.outcomes),
    requests: { total, retries, rateLimitWaitSeconds },
    results: result.outcomes.map(columnsOf),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** The outcomes as CSV, safe to open in a spreadsheet. */
export function reportCsv(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
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
