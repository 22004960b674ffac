import type { Outcome, OutcomeCode } from '../outcome.ts';
import type { RunResult } from '../run-result.ts';

/** Codes of people whom the run did not reach. */
export const UNREACHED: readonly OutcomeCode[] = ['not-attempted', 'cancelled'];

/** Codes that tell of trouble with the Hub as a whole. */
export const HUB_TROUBLE: readonly OutcomeCode[] = ['rate-limited', 'unavailable'];

export function isUnreached({ code }: Pick<Outcome, 'code'>): boolean {
  return UNREACHED.includes(code);
}

/** Whether `code` has the cause that a problem of a group or of the whole run tells already, once for all. */
export function isCauseOfRun(code: OutcomeCode, { problems }: RunResult): boolean {
  return HUB_TROUBLE.includes(code) && problems.some(({ location }) => location === undefined);
}
