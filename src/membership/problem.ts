import { HubError, type InputError, RunError } from '../errors.ts';
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
export function problemOf(error: InputError | RunError | HubError, group?: string): ReportProblem {
  return {
    ...(group === undefined ? {} : { group }),
    message: error.message,
    remedy: remedyOf(error),
  };
}

function remedyOf(error: InputError | RunError | HubError): string {
  if (error instanceof RunError) return error.remedy;
  return error instanceof HubError ? REMEDIES[error.kind] : '';
}
