import { hideQuotations, redactAll } from '../../text/redact.ts';
import type { ReportProblem, RunResult } from '../outcome.ts';

/** Annotations need the true name of the file, and the line is how the person is found again. */
const AS_IT_IS: ReadonlySet<string> = new Set(['source']);

/**
 * `result` with each email address in it redacted: inputs, messages, names of groups. If a row could not be
 * read, its cells are not shown at all. Sources stay as they are.
 */
export function redactResult(result: RunResult): RunResult {
  return redactAll({ ...result, problems: result.problems.map(withoutCells) }, AS_IT_IS);
}

function withoutCells(problem: ReportProblem): ReportProblem {
  return problem.source === undefined ? problem : { ...problem, message: hideQuotations(problem.message) };
}
