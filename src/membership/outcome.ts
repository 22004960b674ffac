import type { Role } from '../roles.ts';

/** Every code that an outcome can have, with its status (interface.md, section 1, "Outcomes"). */
export const STATUS_OF = {
  added: 'added',
  'role-updated': 'updated',
  'already-member': 'skipped',
  'role-differs': 'skipped',
  'not-in-organization': 'missing',
  'email-not-found': 'missing',
  'email-not-searchable': 'missing',
  'email-ambiguous': 'missing',
  refused: 'failed',
  'conflicting-roles': 'failed',
  unconfirmed: 'failed',
  'rate-limited': 'failed',
  unavailable: 'failed',
  cancelled: 'failed',
  'not-attempted': 'failed',
  'would-add': 'would-add',
  'would-update': 'would-update',
} as const;

export type Code = keyof typeof STATUS_OF;
export type Status = (typeof STATUS_OF)[Code];

/** What became of one person in one group. */
export interface Outcome {
  /** `<file>:<line>`, or `users`. */
  readonly source: string;
  /** What the roster says, as written: a username or an e-mail. */
  readonly input: string;
  /** The Hub's spelling of the username; null where nobody was found. */
  readonly user: string | null;
  /** Group id. */
  readonly group: string;
  readonly groupName: string;
  /** The role that was asked for. */
  readonly role: Role;
  /** The role that the person has in the group and that was kept (`role-differs`). */
  readonly existingRole?: string;
  readonly code: Code;
  /** One plain sentence for an administrator; may hold words from the Hub or the CSV, so escape it. */
  readonly message: string;
}

/** A group that the run deals with. */
export interface ReportGroup {
  readonly id: string;
  readonly name: string;
  /** Whether new members of the organization get into this group by themselves. */
  readonly autoJoin: boolean;
}

/** The quota as the Hub last announced it. */
export interface QuotaLeft {
  readonly remaining: number;
  /** Requests a window; absent where the Hub did not say. */
  readonly limit?: number;
  /** Seconds until the window starts anew, from when it was said. */
  readonly resetSeconds: number;
}

/** Trouble that is nobody's alone: of the whole run, of a whole group, or a row that could not be read. */
export interface ReportProblem {
  /** `<file>:<line>` of a row that could not be read. */
  readonly source?: string;
  /** The group's id, where only that group is concerned. */
  readonly group?: string;
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Everything that a finished run knows about itself; the report, the summary, the outputs and the exit status all follow from it. */
export interface RunResult {
  readonly org: string;
  /** Origin of the Hub, without a trailing slash. */
  readonly hubUrl: string;
  readonly dryRun: boolean;
  readonly allowMissing: boolean;
  readonly cancelled: boolean;
  readonly groups: readonly ReportGroup[];
  readonly outcomes: readonly Outcome[];
  readonly problems: readonly ReportProblem[];
  readonly requests: {
    readonly total: number;
    readonly retries: number;
    readonly rateLimitWaitSeconds: number;
  };
  readonly quota?: QuotaLeft;
  readonly durationSeconds: number;
}
