import { MEMBER_PERMISSION, newTokenPage, tokensPage } from '../src/hub/pages.ts';
import type { Code, Outcome, ReportGroup, RunResult } from '../src/membership/outcome.ts';
import type { Role } from '../src/roles.ts';

const HUB = { hubUrl: 'https://huggingface.co', org: 'acme' };
const COHORT: ReportGroup = { id: '507f1f77bcf86cd799439011', name: 'Cohort 2024', autoJoin: false };
const EVALS: ReportGroup = { id: '507f1f77bcf86cd799439012', name: 'Evaluation team', autoJoin: false };
const EVERYBODY: ReportGroup = { id: '507f1f77bcf86cd799439013', name: 'All hands', autoJoin: true };

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
];

/** What the membership code says about a person, more or less. */
const SAYS: Partial<Record<Code, (person: string) => string>> = {
  added: () => 'Added as read.',
  'already-member': () => 'Already in the group as read.',
  'role-differs': () => 'Already in the group as contributor, which was kept.',
  'role-updated': () => 'Role changed from read to write.',
  'would-add': () => 'Would be added as read.',
  'would-update': () => 'Role would be changed from read to write.',
  'not-in-organization': () => 'Not a member of acme.',
  'email-not-found': () => 'No member of acme has this address.',
  'email-not-searchable': (person) => `acme cannot look up addresses of ${person.split('@')[1]}.`,
  'email-ambiguous': () => 'More than one member of acme has this address.',
  refused: () => 'The Hub refused: “This account is suspended.”',
  'conflicting-roles': () => 'The same person is asked for as read in members.csv:3 and as write here.',
  unconfirmed: () => 'The Hub accepted the request, but does not list the person in the group.',
  cancelled: () => 'The run was cancelled while this person was being added.',
  'not-attempted': () => 'Not attempted, because the run was stopped.',
};

interface Wanted {
  readonly code: Code;
  readonly input: string;
  readonly user?: string | null;
  readonly group?: ReportGroup;
  readonly role?: Role;
  readonly line?: number;
  readonly message?: string;
}

/** An outcome with everything that is not given filled in. */
export function outcome({
  code,
  input,
  user,
  group = COHORT,
  role = 'read',
  line,
  message,
}: Wanted): Outcome {
  return {
    source: line === undefined ? 'users' : `members.csv:${line}`,
    input,
    user: user === undefined ? input : user,
    group: group.id,
    groupName: group.name,
    role,
    ...(code === 'role-differs' ? { existingRole: 'contributor' } : {}),
    code,
    message: message ?? SAYS[code]?.(input) ?? '',
  };
}

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
    requests: { total: 12, retries: 0, rateLimitWaitSeconds: 0 },
    durationSeconds: 6.4,
    ...(given.requests?.total === 0 ? {} : { quota: { remaining: 2988, limit: 3000, resetSeconds: 240 } }),
    ...given,
  };
}

/** `n` people, each from a line of their own, counted from `first`. */
export function crowd(n: number, code: Code, first = 2, group = COHORT): Outcome[] {
  return Array.from({ length: n }, (_, index) => {
    const user = `student-${String(first + index).padStart(4, '0')}`;
    return outcome({ code, input: `${user}@acme.com`, user, line: first + index, group });
  });
}

const TROUBLED: readonly Outcome[] = [
  outcome({ code: 'not-in-organization', input: 'grace', user: null, line: 41 }),
  outcome({ code: 'not-in-organization', input: 'katherine', user: null, line: 57 }),
  outcome({ code: 'email-not-found', input: 'alan.turing@acme.com', user: null, line: 63 }),
  outcome({ code: 'email-not-searchable', input: 'dijkstra@example.org', user: null, line: 70 }),
  outcome({ code: 'refused', input: 'hopper', line: 71 }),
];

const MIXED = run({
  groups: [COHORT, EVALS, EVERYBODY],
  outcomes: [
    ...crowd(38, 'added'),
    ...TROUBLED,
    ...crowd(6, 'already-member', 80),
    outcome({ code: 'role-differs', input: 'ada', line: 90, group: EVALS }),
    outcome({ code: 'role-updated', input: 'barbara', line: 91, group: EVALS, role: 'write' }),
    outcome({ code: 'added', input: 'margaret', line: 92, group: EVERYBODY }),
  ],
  requests: { total: 14, retries: 2, rateLimitWaitSeconds: 95 },
  durationSeconds: 131,
});

const REFUSED = run({
  outcomes: crowd(12, 'not-attempted'),
  problems: [
    {
      message: 'The token cannot manage the members of acme.',
      remedy: `Give the token the permission “${MEMBER_PERMISSION}” at ${tokensPage(HUB)}, or create a new one that has it: ${newTokenPage(HUB)}.`,
    },
  ],
  requests: { total: 4, retries: 0, rateLimitWaitSeconds: 0 },
  durationSeconds: 0.8,
});

const BAD_INPUT = run({
  problems: [
    ['members.csv:3', '"raed" is not a role. Did you mean `read`?'],
    [
      'members.csv:7',
      '"grace hopper" is not a username and not an e-mail. An e-mail looks like `ada@acme.com`.',
    ],
    ['members.csv:12', 'This row has 4 cells, but the header names 3 columns. Remove the comma at its end.'],
  ].map(([source = '', message = '']) => ({ source, message, remedy: '' })),
  requests: { total: 0, retries: 0, rateLimitWaitSeconds: 0 },
  durationSeconds: 0.1,
});

function hostileRun(): RunResult {
  const codes: Code[] = ['added', 'refused', 'role-differs', 'email-not-found', 'not-attempted'];
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
      source: `${text}:${index}`,
    },
    { message: text, remedy: text, group: `${index}`.padStart(24, 'a') },
  ]);
  return run({
    groups,
    outcomes: outcomes.map((one, index) => ({ ...one, source: `${one.input}:${index}` })),
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
