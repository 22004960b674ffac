import { type HubLocation, membersPage } from '../hub/pages.ts';
import type { Assignment } from './assignment.ts';

/** Statuses of the report (interface.md, "Outcomes"). */
export type Status =
  | 'added'
  | 'updated'
  | 'removed'
  | 'skipped'
  | 'kept'
  | 'missing'
  | 'failed'
  | 'would-add'
  | 'would-update'
  | 'would-remove';

interface OutcomeKind {
  readonly status: Status;
  /** The code in the report, if it is not the key in the table: two statuses can share one code. */
  readonly code?: string;
  /** What happened, in a few words that can follow a name. */
  readonly label: string;
  /** What to do next, the same for each person; absent if there is nothing to do. */
  readonly remedy?: (hub: HubLocation) => string;
}

const RERUN = 're-run the job: existing members are skipped';

/**
 * Everything that can become of one person in one group (interface.md, "Outcomes"). The order is the one in which causes
 * are told: what needs attention first.
 */
const OUTCOMES = {
  'conflicting-roles': {
    status: 'failed',
    label: 'asked for in two ways',
    remedy: () => 'Keep one row, with one role.',
  },
  'identity-conflict': {
    status: 'failed',
    label: 'username and email address do not match',
    remedy: () =>
      'Correct the row. If the usernames are right, leave the email cells empty, or set `csv-columns: email = -`.',
  },
  refused: {
    status: 'failed',
    label: 'refused by the Hub',
    remedy: (hub) =>
      `Check that the account exists and is a member of the organization at ${membersPage(hub)}, then re-run the job.`,
  },
  unconfirmed: {
    status: 'failed',
    label: 'not confirmed',
    remedy: () => `Look at the group's page to see what became of them, or ${RERUN}.`,
  },
  'rate-limited': {
    status: 'failed',
    label: 'rate limit reached',
    remedy: () => `Wait five minutes or raise \`max-wait-minutes\`, then ${RERUN}.`,
  },
  unavailable: {
    status: 'failed',
    label: 'the Hub did not answer',
    remedy: () => `When the Hub answers again, ${RERUN}.`,
  },
  'not-in-organization': {
    status: 'missing',
    label: 'not in the organization',
    remedy: (hub) => `If they are new, invite them at ${membersPage(hub)}; after they accept, ${RERUN}.`,
  },
  'email-not-found': {
    status: 'missing',
    label: 'email address not found',
    remedy: (hub) =>
      `Check the spelling, or use the username instead. If they are new, invite them at ${membersPage(hub)}.`,
  },
  'email-not-searchable': {
    status: 'missing',
    label: 'email address cannot be looked up',
    remedy: () =>
      "Use the username instead. If the domain is the cause, have an organization admin add the address's domain to its email or SSO domains.",
  },
  'email-ambiguous': {
    status: 'missing',
    label: 'several members for this email address',
    remedy: () => 'Use the username instead of the email address.',
  },
  cancelled: { status: 'failed', label: 'canceled', remedy: () => `To finish, ${RERUN}.` },
  'not-attempted': {
    status: 'failed',
    label: 'not processed',
    remedy: () => `After the cause is resolved, ${RERUN}.`,
  },
  added: { status: 'added', label: 'added' },
  'role-updated': { status: 'updated', label: 'role changed' },
  removed: { status: 'removed', label: 'removed' },
  'removed-expired': { status: 'removed', code: 'expired', label: 'removed: expired' },
  'removed-unlisted': { status: 'removed', code: 'unlisted', label: 'removed: not in the roster' },
  'would-add': { status: 'would-add', code: 'dry-run', label: 'would be added' },
  'would-update': { status: 'would-update', code: 'dry-run', label: 'role would be changed' },
  'would-remove': { status: 'would-remove', code: 'dry-run', label: 'would be removed' },
  'role-differs': {
    status: 'skipped',
    label: 'already a member, keeps another role',
    remedy: () => "To change these roles, set `on-existing: update`, or change them on the group's page.",
  },
  'already-member': { status: 'skipped', label: 'already a member' },
  'not-a-member': { status: 'skipped', label: 'not a member, as the roster says' },
  'skipped-absent': { status: 'skipped', code: 'absent', label: 'not added: absent in the roster' },
  'skipped-expired': { status: 'skipped', code: 'expired', label: 'not added: expired in the roster' },
  'kept-unlisted': {
    status: 'kept',
    code: 'unlisted',
    label: 'not in the roster',
    remedy: () =>
      'Add a row for each of them. If the person should leave, the `state` is `absent`. The input `on-unlisted` decides about members without a row.',
  },
  protected: { status: 'kept', label: 'protected' },
  'own-account': { status: 'kept', label: "the token's own account" },
  'last-admin': {
    status: 'kept',
    label: 'needed as an admin of the group',
    remedy: () => 'Make another member an admin of the group first, or lower `min-admins`.',
  },
  'not-listed': {
    status: 'kept',
    label: 'not in a complete member listing',
    remedy: () =>
      'If the members who are in no listing are service accounts, name them in `protected-users` or in a row. To remove a member, add a row whose `state` is `absent`.',
  },
  'unresolved-rows': {
    status: 'kept',
    label: 'a row of the group is unresolved',
    remedy: () =>
      'Correct the rows that are missing or failed, then re-run the job: each of them could mean one of these members.',
  },
  'auto-join': {
    status: 'kept',
    label: 'auto-join group',
    remedy: () =>
      "To remove a member, add a row whose `state` is `absent`. To remove all members without a row, turn off auto-join on the group's page first.",
  },
  'managed-elsewhere': {
    status: 'kept',
    label: 'managed by the identity provider',
    remedy: () => 'Change the members of this group in your identity provider (SCIM).',
  },
} as const satisfies Readonly<Record<string, OutcomeKind>>;

export type OutcomeCode = keyof typeof OUTCOMES;

/** All codes, in the order in which they are told. */
export const OUTCOME_CODES = Object.keys(OUTCOMES) as OutcomeCode[];

/** What became of one assignment. */
export interface Outcome extends Assignment {
  readonly code: OutcomeCode;
  /** One plain sentence; may hold words from the Hub or the roster, so it must be escaped. */
  readonly message: string;
  /** The role in the group before the run; null if the person was not in it, or that is not known. */
  readonly previousRole: string | null;
}

/** The outcome of an assignment. A person who is `missing` is not known to exist, so no username is told. */
export function outcomeOf(
  assignment: Assignment,
  code: OutcomeCode,
  message: string,
  previousRole: string | null = null,
): Outcome {
  const { location, input, listed, group, groupName, role, state, note } = assignment;
  const user = statusOf({ code }) === 'missing' ? null : assignment.user;
  const said = note === undefined || assignment.user === null ? message : `${message} ${note}`;
  return { location, input, user, listed, group, groupName, role, state, code, message: said, previousRole };
}

export function statusOf({ code }: Pick<Outcome, 'code'>): Status {
  return OUTCOMES[code].status;
}

/** The code as the report tells it. */
export function reportedCode({ code }: Pick<Outcome, 'code'>): string {
  const kind: OutcomeKind = OUTCOMES[code];
  return kind.code ?? code;
}

/** What `code` means, in a few words. */
export function labelOf(code: OutcomeCode): string {
  return OUTCOMES[code].label;
}

/** What to do about `code`, with links to the Hub's pages in it; empty if there is nothing to do. */
export function remedyOf(code: OutcomeCode, hub: HubLocation): string {
  const kind: OutcomeKind = OUTCOMES[code];
  return kind.remedy?.(hub) ?? '';
}

/** How many outcomes there are of each status (interface.md, "Outputs"); `planned` counts the `would-` statuses. */
export type Counts = Readonly<Record<Count, number>>;
type Count = 'added' | 'updated' | 'removed' | 'skipped' | 'kept' | 'missing' | 'failed' | 'planned';

/** Counts of `outcomes`, one per person and group. */
export function countsOf(outcomes: readonly Pick<Outcome, 'code'>[]): Counts {
  const counts: Record<Count, number> = {
    added: 0,
    updated: 0,
    removed: 0,
    skipped: 0,
    kept: 0,
    missing: 0,
    failed: 0,
    planned: 0,
  };
  for (const outcome of outcomes) {
    const status = statusOf(outcome);
    const planned = status === 'would-add' || status === 'would-update' || status === 'would-remove';
    counts[planned ? 'planned' : status] += 1;
  }
  return counts;
}

/** The outputs of a run that ended before it had any outcome. */
export const NO_OUTCOMES = {
  ...countsOf([]),
  changed: false,
  'added-users': '[]',
  'updated-users': '[]',
  'removed-users': '[]',
  'missing-users': '[]',
  'failed-users': '[]',
  'names-truncated': false,
  report: '',
  'report-csv': '',
  plan: '',
  'plan-hash': '',
  'retry-csv': '',
};

/** Whether a person has to look at `outcome`: what was asked for is not so. */
export function needsAttention(outcome: Pick<Outcome, 'code'>): boolean {
  const status = statusOf(outcome);
  return status === 'failed' || status === 'missing';
}

/** Whether `outcome` makes the step fail (interface.md, "Outcomes"). */
export function isFailure(outcome: Pick<Outcome, 'code'>, allowMissing: boolean): boolean {
  const status = statusOf(outcome);
  return status === 'failed' || (status === 'missing' && !allowMissing);
}
