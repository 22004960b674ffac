import { countsOf } from './counts.ts';
import { type Outcome, type RunResult, STATUS_OF } from './outcome.ts';
import { oneLine } from './text.ts';

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

/**
 * The outcomes as CSV (RFC 4180): one line of text for each, and no cell that a spreadsheet takes for a formula. It starts
 * with a byte-order mark where it needs one, which is where Excel would otherwise garble a letter.
 */
export function reportCsv(outcomes: readonly Outcome[]): string {
  const lines = outcomes.map((outcome) => {
    const values = columnsOf(outcome);
    return COLUMNS.map((column) => cell(values[column] ?? '')).join(',');
  });
  const text = [COLUMNS.join(','), ...lines, ''].join('\r\n');
  return /[^ -~\r\n]/.test(text) ? `\uFEFF${text}` : text;
}

function columnsOf({ source, input, user, group, groupName, role, code, message }: Outcome): Columns {
  return { source, input, user, group, groupName, role, status: STATUS_OF[code], code, message };
}

/** A value as one cell. */
function cell(value: string): string {
  const text = guarded(oneLine(value));
  // A cell that starts with # would make its row a comment to our own reader; space at the ends would be trimmed.
  return /[",;]|^[# ]| $/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * `text` with an apostrophe before everything that would start a formula: the full-width signs count too, and so does
 * what follows a semicolon, since half of Europe's spreadsheets split there, quotes or not.
 */
function guarded(text: string): string {
  return text.replace(/(^|;)(["\s]*)(?=[=+\-@＝＋－＠])/g, "$1$2'");
}
