import { block, layOut, MAX_SUMMARY_BYTES } from '../../text/fit-to-size.ts';
import { prose, small } from '../../text/html.ts';
import { many, number } from '../../text/words.ts';
import { needsAttention } from '../outcome.ts';
import { failsStep, type RunResult } from '../run-result.ts';
import { attentionSections } from './attention.ts';
import { groupLabel } from './cells.ts';
import { changeSections } from './changes.ts';
import { effort } from './effort.ts';
import { everyoneSections } from './everyone.ts';
import { groupSections } from './group-table.ts';
import { headline } from './headline.ts';
import { keptRoleSections, keptSections } from './kept.ts';
import { problemSections } from './problems.ts';

const REPORT_FILES =
  'the report files, which the workflow can upload as an artifact (outputs `report` and `report-csv`)';

const REDACTED = 'Email addresses are shortened. The line of the file identifies the person.';

export interface SummaryOptions {
  /** Most bytes in UTF-8 that the summary can have. */
  readonly maxBytes?: number;
  /** What has the full list, in words that follow “in”. */
  readonly reportName?: string;
  /** Whether email addresses in the result were redacted, which readers are told. */
  readonly redacted?: boolean;
}

/** The job summary: Markdown of at most `maxBytes` bytes, in which everything from outside is escaped. */
export function renderSummary(result: RunResult, options: SummaryOptions = {}): string {
  const { maxBytes = MAX_SUMMARY_BYTES, reportName = REPORT_FILES, redacted = false } = options;
  const title = block(titleMarkup(result));
  const sections = [
    title,
    ...problemSections(result),
    ...groupSections(result),
    ...attentionSections(result),
    ...changeSections(result),
    ...keptSections(result),
    ...keptRoleSections(result),
    ...everyoneSections(result),
    block(small([effort(result), ...(redacted ? [REDACTED] : [])].join('<br>'))),
  ];
  const note = (leftOut: number, total: number) =>
    `<p><b>${number(leftOut)} of these ${many(total, 'row', 'rows')} are left out because of the size limit.</b> The full list is in ${prose(reportName)}.</p>`;
  return layOut(sections, maxBytes, note) ?? layOut([title], maxBytes, note) ?? '';
}

function titleMarkup(result: RunResult): string {
  const text = headline(result, (group) => groupLabel(result, group));
  return [`<h2>${icon(result)} ${text}</h2>`, ...remarks(result)].join('\n\n');
}

function icon(result: RunResult): string {
  if (result.cancelled) return '🛑';
  if (failsStep(result)) return '❌';
  if (result.dryRun) return '🧪';
  return result.outcomes.some(needsAttention) ? '⚠️' : '✅';
}

function remarks(result: RunResult): string[] {
  const { cancelled, dryRun, problems } = result;
  return [
    ...(cancelled ? ['<p>The run was stopped before its end. Completed changes are kept.</p>'] : []),
    ...(dryRun && problems.length === 0 ? [`<p>${dryRunAdvice(result)}</p>`] : []),
  ];
}

function dryRunAdvice({ run, outcomes }: RunResult): string {
  if (!outcomes.some(({ code }) => code.startsWith('would-'))) return 'This was a dry run.';
  return run?.event === 'pull_request'
    ? 'This was a dry run. To make these changes, merge the pull request.'
    : 'This was a dry run. To make these changes, set <code>dry-run: false</code>.';
}
