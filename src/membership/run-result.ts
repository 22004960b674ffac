import { HubError, type InputError, RunError } from '../errors.ts';
import type { FailedWrite } from '../hub/retry.ts';
import type { RosterEntry, SourceLocation } from '../roster/entry.ts';
import type { WorkflowRun } from '../runner/workflow-run.ts';
import type { Change } from './change.ts';
import { isFailure, type Outcome } from './outcome.ts';
import type { PlanFile } from './plan-file.ts';

export interface MembershipRequest {
  readonly org: string;
  readonly entries: readonly RosterEntry[];
  /** The groups of entries that bring none of their own: ids, names, or `*`. */
  readonly groups: readonly string[];
  readonly onExisting: 'keep' | 'update';
  readonly dryRun: boolean;
  readonly chunkSize: number;
  readonly maxChanges?: number | undefined;
  /** If there is one, only changes that it contains are made. */
  readonly approved?: PlanFile | undefined;
}

/** A group that the run deals with. */
export interface ReportGroup {
  readonly id: string;
  readonly name: string;
  /** Whether new members of the organization join this group by themselves. */
  readonly autoJoin: boolean;
}

/** Trouble that is not specific to one person: of the whole run, of a group, or of a row that could not be read. */
export interface RunProblem {
  /** The row that could not be read. */
  readonly location?: SourceLocation;
  /** The group's id, if only that group is concerned. */
  readonly group?: string;
  readonly message: string;
  /** What to do about it; empty if the message says so. */
  readonly remedy: string;
}

/** The quota as the Hub last announced it. */
export interface QuotaLeft {
  readonly remaining: number;
  /** Requests per window; absent if the Hub did not say. */
  readonly limit?: number;
  /** Seconds until the window starts anew, from when it was said. */
  readonly resetSeconds: number;
}

/** What became of the people and groups of a run. */
export interface MembershipResult {
  readonly groups: readonly ReportGroup[];
  /** One per person and group, in the order of the input; unlisted members after them. */
  readonly outcomes: readonly Outcome[];
  /** Most general first. */
  readonly problems: readonly RunProblem[];
  /** What was planned, for the plan file; absent if the run ended before it had a plan. */
  readonly changes?: readonly Change[];
  /** The plan as a whole was refused, over a limit or not approved: nothing was written, and its changes are `not-attempted`. */
  readonly isPlanRefused?: true;
}

/** Everything that a finished run knows about itself: the report, the summary, the outputs, and the exit status follow from it. */
export interface RunResult extends MembershipResult {
  readonly org: string;
  /** Origin of the Hub, without a trailing slash. */
  readonly hubUrl: string;
  readonly dryRun: boolean;
  readonly allowMissing: boolean;
  readonly cancelled: boolean;
  readonly requests: {
    readonly total: number;
    readonly retries: number;
    readonly rateLimitWaitSeconds: number;
  };
  /** Writes that the Hub refused or lost, for an auditor. */
  readonly failedWrites?: readonly FailedWrite[];
  readonly quota?: QuotaLeft;
  readonly durationSeconds: number;
  /** The workflow run that this step belongs to. */
  readonly run?: WorkflowRun;
}

const LATER = 'Completed changes are kept. Re-run the job later to process the rest.';

const REMEDIES: Readonly<Record<HubError['kind'], string>> = {
  refused: 'Check the inputs and the token.',
  lost: LATER,
  unavailable: LATER,
  'rate-limited': `${LATER} Or raise \`max-wait-minutes\`.`,
  cancelled: LATER,
};

/** An error as a problem; `group` is the id of the group, if only one is concerned. */
export function problemOf(error: InputError | RunError | HubError, group?: string): RunProblem {
  const remedy =
    error instanceof RunError ? error.remedy : error instanceof HubError ? REMEDIES[error.kind] : '';
  return { ...(group === undefined ? {} : { group }), message: error.message, remedy };
}

/** Whether the step ends with exit status 1. */
export function failsStep({ outcomes, problems, cancelled, allowMissing }: RunResult): boolean {
  return cancelled || problems.length > 0 || outcomes.some((outcome) => isFailure(outcome, allowMissing));
}

/** Trouble of the whole run, as opposed to a row's or a group's. */
export function runWide({ problems }: MembershipResult): RunProblem[] {
  return problems.filter(({ location, group }) => location === undefined && group === undefined);
}

/** Rows that could not be read: they stop a run before anything is changed. */
export function badRows({ problems }: MembershipResult): RunProblem[] {
  return problems.filter(({ location }) => location !== undefined);
}
