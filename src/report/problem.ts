import { HubError, InputError, RunError } from '../errors.ts';
import type { ReportProblem } from './outcome.ts';

const LATER = 'What is done is done: run it again later, and it does what is left.';

const REMEDIES: Readonly<Record<HubError['kind'], string>> = {
  refused: 'Check the inputs and the token.',
  lost: LATER,
  unavailable: LATER,
  'rate-limited': `${LATER} Or give it more time with max-wait-minutes.`,
  cancelled: LATER,
};

/** An error as the report tells it; `group` is the id of the group that it concerns, where it is one group only. */
export function problemOf(error: Error, group?: string): ReportProblem {
  return {
    ...(group === undefined ? {} : { group }),
    message: known(error)
      ? error.message
      : `Something unforeseen happened, which is a mistake in this action: ${error.message}`,
    remedy: remedyOf(error),
  };
}

function known(error: Error): boolean {
  return error instanceof InputError || error instanceof RunError || error instanceof HubError;
}

function remedyOf(error: Error): string {
  if (error instanceof RunError) return error.remedy;
  if (error instanceof HubError) return REMEDIES[error.kind];
  return error instanceof InputError ? '' : 'Please report it.';
}
