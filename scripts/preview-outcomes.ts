import type { AssignmentState } from '../src/membership/assignment.ts';
import type { Outcome, OutcomeCode } from '../src/membership/outcome.ts';
import type { ReportGroup, RunResult } from '../src/membership/run-result.ts';
import type { Role } from '../src/roles.ts';
import type { WorkflowRun } from '../src/runner/workflow-run.ts';

export const HUB = { hubUrl: 'https://huggingface.co', org: 'acme' };
export const COHORT: ReportGroup = { id: '507f1f77bcf86cd799439011', name: 'Cohort 2024', autoJoin: false };
export const EVALS: ReportGroup = {
  id: '507f1f77bcf86cd799439012',
  name: 'Evaluation team',
  autoJoin: false,
};
export const ALL_HANDS: ReportGroup = { id: '507f1f77bcf86cd799439013', name: 'All hands', autoJoin: true };

/** Texts that would be markup, a command, a mention or a link if anything took them at their word. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '</td></tr></table><h1>All is well</h1>',
  '| a | b |\n|---|---|\n| c | d |',
  '\n\n# Heading\n\n[click](https://evil.example)',
  '<img src=x onerror=alert(1)> @octocat #1 GH-2 :tada:',
  'https://evil.example/?a=1&b=2 www.evil.example',
  '::error::boo ##[warning]boo',
  '</code></details><details open>',
  '\u202egnp.exe\u2066 \u0000\u0007 \ud800',
  '```\n~~~ `x` ``y`` $x^2$',
  '"onmouseover="alert(1)" x=\'',
  '-->\r\n\r\n<!-- javascript:alert(1)',
  '<!-- add-resource-group-members comment v1 key=0 -->\n@acme/everyone acme/people#12 acme@deadbeef',
  'deadbeef 507f1f77bcf86cd799439011 JIRA-12 CVE-2024-1 GHSA-abcd-efgh-ijkl gh-7 _GH-8',
];

/** What the membership code says about a person. */
const SAYS: Partial<Record<OutcomeCode, string>> = {
  added: 'Added as read.',
  'already-member': 'Is already a member as read.',
  'role-differs': 'Is already a member as contributor, not as read; contributor was kept.',
  'role-updated': 'Role changed from read to write.',
  'would-add': 'Would be added as read.',
  'would-update': 'Would be changed from read to write.',
  'would-remove': 'Would be removed: the roster says that this person should not be in the group.',
  removed: 'Removed; the role was read.',
  'removed-expired': 'Removed; the role was read.',
  'removed-unlisted': 'Removed; the role was read.',
  'not-in-organization': "The organization's member listing does not have this username.",
  'email-not-found': 'No member of the organization has this verified address.',
  'email-not-searchable': "The Hub does not search the organization's members by addresses of this domain.",
  'email-ambiguous': 'The Hub answers with 2 or more members for this one address.',
  refused: 'The Hub refused (403): "This account is suspended."',
  'identity-conflict': 'The verified address of ada is not grace@acme.com.',
  'conflicting-roles':
    'Two rows are one person: "ada" (members.csv:4) asks for read, "ada@acme.com" (members.csv:9) asks for write. Neither was done.',
  unconfirmed: 'The request was sent, but its result is unknown.',
  unavailable: 'The Hub did not answer, and the person is not in the group.',
  cancelled: 'The run was canceled before this change.',
  'not-attempted': 'The run was stopped.',
  'kept-unlisted': 'Is in the group as read, and no row names this person for this group.',
  protected: 'Was kept: is one of `protected-users`.',
  'own-account': 'Was kept: the token belongs to this account.',
  'last-admin': 'Was kept: the group must have at least 1 admin (`min-admins`).',
  'not-listed': 'Was kept: is in the group and in no member listing, like a service account.',
  'unresolved-rows': 'Was kept: 2 rows for this group could not be resolved, and could mean any member.',
  'auto-join': 'Was kept: the Hub fills this group by itself (auto-join).',
  'managed-elsewhere': 'The Hub refused (403): "This resource group is managed by SCIM."',
  'skipped-absent': 'Was not added: the roster says `absent`.',
};

/** The role before the run, unless one is given. */
const HAD: Partial<Record<OutcomeCode, string>> = {
  'already-member': 'read',
  'role-differs': 'contributor',
  'role-updated': 'read',
  'would-update': 'read',
  removed: 'read',
  'removed-expired': 'read',
  'removed-unlisted': 'read',
  'would-remove': 'read',
  'kept-unlisted': 'read',
  protected: 'write',
  'own-account': 'admin',
  'last-admin': 'admin',
  'not-listed': 'read',
  'unresolved-rows': 'read',
  'auto-join': 'read',
  'managed-elsewhere': 'read',
};

/** People without a row. */
const UNLISTED: readonly OutcomeCode[] = [
  'kept-unlisted',
  'removed-unlisted',
  'unresolved-rows',
  'not-listed',
  'auto-join',
];

interface Given {
  readonly code: OutcomeCode;
  readonly input: string;
  readonly user?: string | null;
  readonly group?: ReportGroup;
  readonly role?: Role | null;
  readonly previousRole?: string | null;
  readonly state?: AssignmentState;
  readonly line?: number;
  readonly file?: string;
  readonly message?: string;
}

/** An outcome with everything that is not given filled in. */
export function outcome({ code, input, group = COHORT, line, ...given }: Given): Outcome {
  const { user = input, previousRole = HAD[code] ?? null, message = SAYS[code] ?? '' } = given;
  const leaves = /remove|absent|expired|not-a-member/.test(code);
  const left = code.includes('expired') ? 'expired' : 'absent';
  const { state = UNLISTED.includes(code) ? 'unlisted' : leaves ? left : 'present' } = given;
  const { role = state === 'present' ? 'read' : null, file = 'members.csv' } = given;
  const written = line === undefined ? ({ input: 'users' } as const) : { file, line };
  const location = state === 'unlisted' ? undefined : written;
  const named = { group: group.id, groupName: group.name };
  return { location, input, user, listed: user !== null, ...named, role, state, code, message, previousRole };
}

/** What the runner says of a run. */
export const WORKFLOW_RUN: WorkflowRun = {
  repository: 'acme/people',
  sha: 'f00dfeedf00dfeedf00dfeedf00dfeedf00dfeed',
  event: 'schedule',
  actor: 'ada',
  id: '1',
  attempt: 1,
  startedAt: '2026-11-25T06:00:00.000Z',
  finishedAt: '2026-11-25T06:00:06.400Z',
  url: 'https://github.com/acme/people/actions/runs/1',
  action: 'acme/add-resource-group-members@v1',
};

/** A finished run with everything that is not given filled in. */
export function run(given: Partial<RunResult>): RunResult {
  return {
    ...HUB,
    dryRun: false,
    allowMissing: false,
    cancelled: false,
    groups: [COHORT],
    outcomes: [],
    problems: [],
    run: WORKFLOW_RUN,
    requests: { total: 12, retries: 0, rateLimitWaitSeconds: 0 },
    durationSeconds: 6.4,
    ...(given.requests?.total === 0 ? {} : { quota: { remaining: 2988, limit: 3000, resetSeconds: 240 } }),
    ...given,
  };
}

/** `n` people, each on a line of their own, counted from `first`. */
export function crowd(n: number, code: OutcomeCode, first = 2, group = COHORT): Outcome[] {
  return Array.from({ length: n }, (_, index) => {
    const user = `student-${String(first + index).padStart(4, '0')}`;
    return outcome({ code, input: `${user}@acme.com`, user, line: first + index, group });
  });
}
