import { newTokenPage, tokensPage } from '../src/hub/pages.ts';
import type { Outcome, OutcomeCode } from '../src/membership/outcome.ts';
import type { CommentContext } from '../src/membership/report/comment-text.ts';
import type { RunResult } from '../src/membership/run-result.ts';
import {
  ALL_HANDS,
  COHORT,
  crowd,
  EVALS,
  HOSTILE,
  HUB,
  outcome,
  run,
  WORKFLOW_RUN,
} from './preview-outcomes.ts';

const TROUBLED: readonly Outcome[] = [
  outcome({ code: 'not-in-organization', input: 'grace', user: null, line: 41 }),
  outcome({ code: 'not-in-organization', input: 'katherine', user: null, line: 57 }),
  outcome({ code: 'email-not-found', input: 'alan.turing@acme.com', user: null, line: 63 }),
  outcome({ code: 'email-not-searchable', input: 'dijkstra@example.org', user: null, line: 70 }),
  outcome({ code: 'refused', input: 'hopper', line: 71 }),
];

const MIXED = run({
  groups: [COHORT, EVALS, ALL_HANDS],
  outcomes: [
    ...crowd(38, 'added'),
    ...TROUBLED,
    ...crowd(6, 'already-member', 80),
    outcome({ code: 'role-differs', input: 'ada', line: 90, group: EVALS }),
    outcome({ code: 'role-updated', input: 'barbara', line: 91, group: EVALS, role: 'write' }),
    outcome({ code: 'added', input: 'margaret', line: 92, group: ALL_HANDS }),
  ],
  requests: { total: 14, retries: 2, rateLimitWaitSeconds: 95 },
  durationSeconds: 131,
});

const REFUSED = run({
  outcomes: crowd(12, 'not-attempted'),
  problems: [
    {
      message: 'The token may not manage the members of acme.',
      remedy: `Make a token with the permission to manage members at ${newTokenPage(HUB)}.`,
    },
  ],
  requests: { total: 4, retries: 0, rateLimitWaitSeconds: 0 },
  durationSeconds: 0.8,
});

const BAD_INPUT = run({
  problems: [
    [3, '"raed" is not a role. Did you mean `read`?'],
    [7, '"grace hopper" is not a username and not an email. An email looks like `ada@acme.com`.'],
    [12, 'This row has 4 cells, but the header names 3 columns. Remove the comma at its end.'],
  ].map(([line, message]) => ({
    location: { file: 'members.csv', line: Number(line) },
    message: String(message),
    remedy: '',
  })),
  requests: { total: 0, retries: 0, rateLimitWaitSeconds: 0 },
  durationSeconds: 0.1,
});

const RATE_LIMIT = 'The rate limit of the Hub is reached, and waiting for it would take longer than allowed.';

const SYNC = run({
  groups: [COHORT, EVALS],
  outcomes: [
    ...crowd(4, 'added'),
    ...crowd(20, 'already-member', 10),
    outcome({ code: 'role-updated', input: 'barbara', line: 40, role: 'write' }),
    outcome({ code: 'removed', input: 'charles', line: 41 }),
    outcome({ code: 'removed-expired', input: 'konrad', line: 42 }),
    outcome({ code: 'removed-unlisted', input: 'blaise' }),
    outcome({ code: 'last-admin', input: 'emmy', line: 43 }),
    outcome({ code: 'protected', input: 'org-bot', line: 44 }),
    outcome({
      code: 'not-in-organization',
      input: 'lovelace.ada@acme.com',
      user: null,
      line: 50,
      group: EVALS,
    }),
    outcome({ code: 'email-not-found', input: 'ada.lovelace@acme.com', user: null, line: 51, group: EVALS }),
    outcome({ code: 'unresolved-rows', input: 'ada-lovelace', group: EVALS }),
    outcome({ code: 'unresolved-rows', input: 'kurt', group: EVALS }),
  ],
});

function hostileRun(): RunResult {
  const codes: OutcomeCode[] = ['added', 'refused', 'role-differs', 'email-not-found', 'not-attempted'];
  const groups = HOSTILE.map((name, index) => ({
    id: `${index}`.padStart(24, 'a'),
    name,
    autoJoin: index % 2 === 0,
  }));
  const outcomes = HOSTILE.flatMap((text, index) =>
    codes.map((code) =>
      outcome({
        code,
        input: text,
        user: index % 2 === 0 ? null : text,
        message: text,
        ...(groups[index] ? { group: groups[index] } : {}),
      }),
    ),
  );
  const problems = HOSTILE.flatMap((text, index) => [
    { message: text, remedy: text },
    {
      message: text,
      remedy: `${text} ${tokensPage(HUB)}, ${newTokenPage(HUB)}.`,
      location: { file: text, line: index + 1 },
    },
    { message: text, remedy: text, group: `${index}`.padStart(24, 'a') },
  ]);
  return run({
    groups,
    outcomes: outcomes.map((one, index) => ({ ...one, location: { file: one.input, line: index + 1 } })),
    problems,
  });
}

/** Scripted runs whose summaries are worth a look, by the name of their page. */
export const CASES: Readonly<Record<string, RunResult>> = {
  'all-well': run({ outcomes: [...crowd(398, 'added')] }),
  'second-run': run({
    outcomes: crowd(398, 'already-member'),
    requests: { total: 2, retries: 0, rateLimitWaitSeconds: 0 },
  }),
  'one-person': run({ outcomes: [outcome({ code: 'added', input: 'ada' })], durationSeconds: 0.6 }),
  mixed: MIXED,
  'missing-allowed': {
    ...MIXED,
    allowMissing: true,
    outcomes: MIXED.outcomes.filter(({ code }) => code !== 'refused'),
  },
  'dry-run': run({
    dryRun: true,
    outcomes: [
      ...crowd(23, 'would-add'),
      outcome({ code: 'would-update', input: 'barbara', line: 30, role: 'write' }),
      ...TROUBLED.slice(0, 2),
    ],
  }),
  'dry-run-pull-request': run({
    dryRun: true,
    run: { ...WORKFLOW_RUN, event: 'pull_request' },
    outcomes: [
      ...crowd(58, 'would-add'),
      outcome({
        code: 'would-add',
        input: 'ada',
        line: 70,
        role: 'admin',
        message: 'Would be added as admin.',
      }),
      outcome({
        code: 'would-add',
        input: 'linus',
        line: 71,
        role: 'write',
        message: 'Would be added as write.',
      }),
      outcome({ code: 'would-update', input: 'barbara', line: 72, role: 'contributor' }),
      outcome({ code: 'would-update', input: 'edsger', line: 73, previousRole: 'write' }),
      ...crowd(3, 'would-remove', 80),
    ],
  }),
  'dry-run-sync': run({
    dryRun: true,
    run: { ...WORKFLOW_RUN, event: 'pull_request' },
    groups: [COHORT, EVALS],
    outcomes: [
      ...crowd(14, 'would-add'),
      outcome({ code: 'would-add', input: 'ada@acme.com', user: 'ada', line: 16, role: 'admin' }),
      outcome({ code: 'would-update', input: 'barbara', line: 17, role: 'write', group: EVALS }),
      outcome({ code: 'would-update', input: 'edsger', line: 18, previousRole: 'write' }),
      ...['charles', 'konrad', 'blaise'].map((input) =>
        outcome({ code: 'would-remove', input, state: 'unlisted', previousRole: 'admin' }),
      ),
      ...TROUBLED,
      ...crowd(120, 'already-member', 200),
      ...crowd(4, 'unresolved-rows', 400, EVALS),
      outcome({ code: 'protected', input: 'org-bot', line: 44 }),
    ],
  }),
  sync: SYNC,
  'sync-first-run': run({
    outcomes: [...crowd(12, 'already-member'), ...crowd(25, 'kept-unlisted', 100)],
  }),
  'sync-kept': run({
    groups: [COHORT, ALL_HANDS],
    outcomes: [
      ...crowd(12, 'already-member'),
      outcome({ code: 'own-account', input: 'org-admin', line: 15 }),
      outcome({ code: 'not-listed', input: 'training-bot' }),
      outcome({ code: 'managed-elsewhere', input: 'konrad', line: 16 }),
      outcome({ code: 'auto-join', input: 'blaise', group: ALL_HANDS }),
      outcome({ code: 'protected', input: 'ada' }),
    ],
  }),
  'over-the-limit': run({
    isPlanRefused: true,
    outcomes: [
      ...crowd(40, 'already-member'),
      ...crowd(31, 'not-attempted', 60).map((one) => ({
        ...one,
        ...{ location: undefined, role: null, previousRole: 'read', state: 'unlisted' as const },
      })),
    ],
    problems: [
      {
        message: 'Nothing was changed: the plan is over a limit.',
        remedy:
          'Check the roster. 31 of 80 members of "Cohort 2024" would be removed (39 %; the limit is 20 %, 16). If that is meant, set `max-removals: 31`.',
      },
    ],
  }),
  'not-approved': run({
    isPlanRefused: true,
    outcomes: [...crowd(40, 'already-member'), ...crowd(2, 'not-attempted', 60)],
    problems: [
      {
        message: 'Nothing was changed: the plan has changes that were not approved.',
        remedy:
          'Make a new plan with a dry run, and have it approved. 1 change is not in the approved plan: add student-0060 (read) in "Cohort 2024".',
      },
    ],
  }),
  contradictions: run({
    outcomes: [
      ...crowd(8, 'added'),
      outcome({ code: 'conflicting-roles', input: 'ada', line: 4 }),
      outcome({ code: 'identity-conflict', input: 'grace@acme.com', user: null, line: 5 }),
      outcome({ code: 'unconfirmed', input: 'hedy', line: 6 }),
      outcome({ code: 'email-ambiguous', input: 'team@acme.com', user: null, line: 7 }),
    ],
  }),
  'rate-limited': run({
    outcomes: [...crowd(240, 'added'), ...crowd(160, 'rate-limited', 300)].map((one) =>
      one.code === 'rate-limited' ? { ...one, message: RATE_LIMIT } : one,
    ),
    problems: [{ message: RATE_LIMIT, remedy: 'Re-run the job later, or raise `max-wait-minutes`.' }],
    requests: { total: 31, retries: 3, rateLimitWaitSeconds: 900 },
    durationSeconds: 931,
  }),
  'refusal-two-groups': run({
    groups: [],
    outcomes: [
      outcome({
        code: 'not-attempted',
        input: 'ada',
        group: { id: '', name: 'Cohort 2024', autoJoin: false },
      }),
      outcome({
        code: 'not-attempted',
        input: 'ada',
        group: { id: '', name: 'Evaluation team', autoJoin: false },
      }),
    ],
    problems: REFUSED.problems,
  }),
  'bad-input': BAD_INPUT,
  refusal: REFUSED,
  cancelled: run({
    cancelled: true,
    outcomes: [
      ...crowd(120, 'added'),
      outcome({ code: 'cancelled', input: 'ada', line: 122 }),
      ...crowd(278, 'not-attempted', 123),
    ],
  }),
  'group-refused': run({
    groups: [COHORT, EVALS],
    outcomes: [...crowd(8, 'added'), ...crowd(8, 'not-attempted', 2, EVALS)],
    problems: [
      {
        group: EVALS.id,
        message: 'The members of this group are managed by your identity provider (SCIM).',
        remedy: 'Add them there, or use another group.',
      },
    ],
  }),
  'many-missing': run({
    outcomes: [...crowd(300, 'not-in-organization'), ...crowd(40, 'added', 400), ...TROUBLED.slice(2)],
  }),
  'many-groups': run({
    groups: Array.from({ length: 30 }, (_, index) => ({
      id: `${index}`.padStart(24, '0'),
      name: `Course ${index + 1}`,
      autoJoin: false,
    })),
    outcomes: Array.from({ length: 30 }, (_, index) => ({
      id: `${index}`.padStart(24, '0'),
      name: `Course ${index + 1}`,
      autoJoin: false,
    })).flatMap((group) => crowd(4, 'added', 2, group)),
  }),
  '20001-rows': run({
    outcomes: [
      ...crowd(20_000, 'added'),
      outcome({ code: 'email-not-found', input: 'alan.turing@acme.com', user: null, line: 20_002 }),
    ],
    requests: { total: 402, retries: 0, rateLimitWaitSeconds: 0 },
    durationSeconds: 201,
  }),
  hostile: hostileRun(),
};

/** What a comment says besides the result. */
export const COMMENT_CONTEXT: CommentContext = {
  action: 'sync-members',
  groups: ['Cohort 2024'],
  files: ['members.csv'],
  pullRequest: 7,
  commit: 'f00dfeedf00dfeedf00dfeedf00dfeedf00dfeed',
};

export { crowd, HOSTILE, outcome, run } from './preview-outcomes.ts';
