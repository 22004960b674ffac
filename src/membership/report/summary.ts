import { groupPage, knownPages } from '../../hub/pages.ts';
import { formatLocation } from '../../roster/entry.ts';
import { block, layOut, MAX_SUMMARY_BYTES, type Section } from '../../text/fit-to-size.ts';
import { code, link, prose, row, small, TABLE_END, tableStart } from '../../text/html.ts';
import { duration, many, number } from '../../text/words.ts';
import { needsAttention } from '../outcome.ts';
import { badRows, failsStep, type RunProblem, type RunResult, runWide } from '../run-result.ts';
import { groupSections } from './group-table.ts';
import { headline } from './headline.ts';
import { attentionSections, everyoneSections, roleSections } from './people-tables.ts';

const REPORT_FILES = 'the files that the outputs `report` and `report-csv` name';

const REDACTED = 'E-mails are shortened; the line of the file says who is meant.';

export interface SummaryOptions {
  /** Most bytes in UTF-8 that the summary may have. */
  readonly maxBytes?: number;
  /** Where the full list is, in words that follow “in”. */
  readonly reportName?: string;
  /** Whether e-mails in the result were redacted, which readers are told. */
  readonly redacted?: boolean;
}

/** The job summary: Markdown of at most `maxBytes` bytes, in which everything from outside is escaped. */
export function renderSummary(result: RunResult, options: SummaryOptions = {}): string {
  const { maxBytes = MAX_SUMMARY_BYTES, reportName = REPORT_FILES, redacted = false } = options;
  const title = block(titleMarkup(result));
  const sections = [
    title,
    ...problemSections(result),
    ...attentionSections(result),
    ...roleSections(result),
    ...groupSections(result),
    ...everyoneSections(result),
    block(small([footer(result), ...(redacted ? [REDACTED] : [])].join('<br>'))),
  ];
  const note = (leftOut: number, total: number) =>
    `<p><b>${number(leftOut)} of these ${many(total, 'row', 'rows')} are left out for want of room.</b> The full list is in ${prose(reportName)}.</p>`;
  return layOut(sections, maxBytes, note) ?? layOut([title], maxBytes, note) ?? '';
}

function titleMarkup(result: RunResult): string {
  const text = headline(result, ({ id, name }) => link(groupPage(result, id), name.trim() || id));
  return [`<h2>${icon(result)} ${text}</h2>`, ...remarks(result)].join('\n\n');
}

function icon(result: RunResult): string {
  if (result.cancelled) return '🛑';
  if (result.dryRun) return '🧪';
  if (failsStep(result)) return '❌';
  return result.outcomes.some(needsAttention) ? '⚠️' : '✅';
}

function remarks({ dryRun, cancelled }: RunResult): string[] {
  return [
    ...(cancelled ? ['<p>The run was stopped before its end. What was done stays done.</p>'] : []),
    ...(dryRun
      ? ['<p>This was a rehearsal: nothing was written. Set <code>dry-run: false</code> to do it.</p>']
      : []),
  ];
}

function problemSections(result: RunResult): Section[] {
  const pages = knownPages(
    result,
    result.groups.map(({ id }) => id),
  );
  const sections: Section[] = [];
  const wide = runWide(result).map(
    ({ message, remedy }) =>
      `<p><b>${prose(message)}</b>${remedy === '' ? '' : `<br>What to do: ${prose(remedy, pages)}`}</p>\n`,
  );
  if (wide.length > 0) sections.push({ open: '', rows: wide, close: '', priority: 1, share: 0.25 });
  const groups = result.problems.filter(
    ({ location, group }) => location === undefined && group !== undefined,
  );
  const tables: [string, readonly RunProblem[]][] = [
    ['Group', groups],
    ['Row', badRows(result)],
  ];
  for (const [where, problems] of tables) {
    if (problems.length === 0) continue;
    const advised = problems.some(({ remedy }) => remedy !== '');
    const rows = problems.map((problem) =>
      row([
        problem.location === undefined
          ? groupLink(result, problem.group ?? '')
          : code(formatLocation(problem.location)),
        prose(problem.message),
        ...(advised ? [prose(problem.remedy, pages)] : []),
      ]),
    );
    const head = tableStart([where, 'What is wrong', ...(advised ? ['What to do'] : [])]);
    sections.push({ open: head, rows, close: TABLE_END, priority: 1, share: 0.5 });
  }
  return sections;
}

function groupLink(result: RunResult, id: string): string {
  const name = result.groups.find((group) => group.id === id)?.name.trim();
  return link(groupPage(result, id), name || id);
}

function footer({ requests, quota, durationSeconds }: RunResult): string {
  const parts = [
    `${many(requests.total, 'request', 'requests')} to the Hub`,
    ...(requests.retries > 0 ? [many(requests.retries, 'retry', 'retries')] : []),
    ...(requests.rateLimitWaitSeconds > 0
      ? [`${duration(requests.rateLimitWaitSeconds)} spent waiting for the rate limit`]
      : []),
    ...(quota
      ? [`quota left: ${number(quota.remaining)}${quota.limit ? ` of ${number(quota.limit)}` : ''}`]
      : []),
    `took ${duration(durationSeconds)}`,
  ];
  return parts.join(' · ');
}
