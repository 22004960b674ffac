import { describe, expect, test } from '@jest/globals';
import { CASES } from '../../../scripts/preview-cases.ts';
import { crowd, outcome, run } from '../../../scripts/preview-outcomes.ts';
import { countsOf, type OutcomeCode } from '../../../src/membership/outcome.ts';
import { failureMessage, headline } from '../../../src/membership/report/headline.ts';
import { failsStep, type RunResult } from '../../../src/membership/run-result.ts';

const EVALS = { id: '507f1f77bcf86cd799439012', name: 'Evaluation team', autoJoin: false };

/** A run whose outcomes are so many of each code. */
function of(codes: Partial<Record<OutcomeCode, number>>, given: Partial<RunResult> = {}): RunResult {
  const outcomes = Object.entries(codes).flatMap(([code, n], index) =>
    crowd(n, code as OutcomeCode, 2 + 1000 * index),
  );
  return run({ outcomes, ...given });
}

function withAdmins(others: number, admins: number): RunResult {
  const outcomes = crowd(admins, 'added', 100).map((one) => ({ ...one, role: 'admin' as const }));
  return run({ outcomes: [...crowd(others, 'added'), ...outcomes] });
}

const PROBLEM = { message: 'The token is not valid.', remedy: 'Make a new one.' };

describe('headline', () => {
  const headlines: [string, RunResult][] = [
    [
      '398 people added to Cohort 2024; 2 need your attention',
      of({ added: 398, 'not-in-organization': 1, refused: 1 }),
    ],
    ['1 person added to Cohort 2024', of({ added: 1 })],
    ['1 person added to Cohort 2024; 1 needs your attention', of({ added: 1, refused: 1 })],
    [
      '1 person added to Cohort 2024, 2 roles changed',
      of({ added: 1, 'role-updated': 2, 'already-member': 3 }),
    ],
    ['2 roles changed in Cohort 2024', of({ 'role-updated': 2 })],
    ['Nothing to do: all 20,000 people are already members of Cohort 2024', of({ 'already-member': 20_000 })],
    ['Nothing to do: 1 person is already a member of Cohort 2024', of({ 'already-member': 1 })],
    [
      'Nothing to do: all 3 people are already members of Cohort 2024, 1 with another role',
      of({ 'already-member': 2, 'role-differs': 1 }),
    ],
    ['No one was added to Cohort 2024; 2 people need your attention', of({ 'email-not-found': 2 })],
    [
      'No one was added to Cohort 2024, 4 people are already members; 2 people need your attention',
      of({ 'already-member': 4, 'email-not-found': 2 }),
    ],
    [
      '5 people added to Cohort 2024; 2 could not be found',
      of({ added: 5, 'email-not-found': 2 }, { allowMissing: true }),
    ],
    [
      'Dry run, nothing was changed: 5 people would be added to Cohort 2024, 1 role would be changed; 1 needs your attention',
      of({ 'would-add': 5, 'would-update': 1, 'email-not-found': 1 }, { dryRun: true }),
    ],
    [
      'Canceled: 5 people added to Cohort 2024; 7 were not processed',
      of({ added: 5, cancelled: 1, 'not-attempted': 6 }, { cancelled: true }),
    ],
    ['Canceled: nothing was changed', run({ cancelled: true })],
    [
      'Stopped: no one was added to Cohort 2024; 7 people were not processed',
      of({ 'not-attempted': 7 }, { problems: [PROBLEM] }),
    ],
    ['Stopped: nothing was changed', run({ problems: [PROBLEM] })],
    [
      'Nothing was changed: 2 rows must be corrected first',
      run({ problems: [1, 2].map((line) => ({ ...PROBLEM, location: { file: 'a.csv', line } })) }),
    ],
    ['The roster is empty', run({})],
    [
      '2 people added to Cohort 2024 and Evaluation team',
      run({
        groups: [EVALS],
        outcomes: [
          outcome({ code: 'added', input: 'a' }),
          outcome({ code: 'added', input: 'b', group: EVALS }),
        ],
      }),
    ],
    [
      '1 person (2 memberships) added to Cohort 2024 and Evaluation team',
      run({
        groups: [EVALS],
        outcomes: [
          outcome({ code: 'added', input: 'a' }),
          outcome({ code: 'added', input: 'A', group: EVALS }),
        ],
      }),
    ],
    ['60 people added to Cohort 2024, 1 of them as admin', withAdmins(59, 1)],
    ['1 person added to Cohort 2024 as admin', withAdmins(0, 1)],
    ['2 people added to Cohort 2024 as admins', withAdmins(0, 2)],
    [
      '1 role changed in Cohort 2024 to admin, 1 removed',
      run({
        outcomes: [
          outcome({ code: 'role-updated', input: 'a', role: 'admin' }),
          outcome({ code: 'removed', input: 'b' }),
        ],
      }),
    ],
    [
      '5 people added to Cohort 2024, 2 roles changed, 3 removed',
      of({ added: 5, 'role-updated': 2, removed: 1, 'removed-expired': 1, 'removed-unlisted': 1 }),
    ],
    [
      'Dry run, nothing was changed: 3 people would be removed from Cohort 2024',
      of({ 'would-remove': 3 }, { dryRun: true }),
    ],
    [
      'Nothing was changed in Cohort 2024; 1 requested removal or role change is not allowed',
      run({
        outcomes: [
          { ...outcome({ code: 'last-admin', input: 'a' }), state: 'absent' },
          { ...outcome({ code: 'protected', input: 'b' }), state: 'unlisted' },
        ],
      }),
    ],
    [
      '1 person removed from Cohort 2024; 2 requested removals or role changes are not allowed',
      run({
        outcomes: [
          { ...outcome({ code: 'removed', input: 'a' }), state: 'absent' },
          { ...outcome({ code: 'own-account', input: 'b' }), state: 'expired' },
          { ...outcome({ code: 'last-admin', input: 'c' }), state: 'present' },
        ],
      }),
    ],
    [
      'Nothing to do in Cohort 2024; 2 members are not in the roster',
      of({ 'kept-unlisted': 2, 'already-member': 3 }),
    ],
    [
      'Stopped: no one was added to Cohort 2024 and Evaluation team; 1 person (2 memberships) was not processed',
      CASES['refusal-two-groups'] ?? run({}),
    ],
    ['4 people (120 memberships) added to 30 groups', CASES['many-groups'] ?? run({})],
  ];
  test.each(headlines)('%s', (text, result) => {
    expect(headline(result)).toBe(text);
  });

  test('is one line, whatever the group is called', () => {
    const group = { ...EVALS, name: 'a\r\n::error::b' };
    expect(headline(run({ groups: [group], outcomes: crowd(2, 'added', 2, group) }))).toBe(
      '2 people added to a ::error::b',
    );
  });
});

test('the failure message names the cause and the next step if one cause stopped the run', () => {
  expect(failureMessage(run({ problems: [PROBLEM] }))).toBe(
    'Stopped: nothing was changed. The token is not valid. Make a new one.',
  );
  const ofGroup = { ...PROBLEM, group: '507f1f77bcf86cd799439011' };
  expect(failureMessage(run({ problems: [ofGroup] }))).toContain(`${PROBLEM.message} ${PROBLEM.remedy}`);
  expect(failureMessage(of({ refused: 1 }))).toMatch(/1 person needs your attention\. The job summary says/);
});

describe('failsStep', () => {
  test.each<[boolean, RunResult]>([
    [false, of({ added: 1, 'already-member': 1, 'role-differs': 1, 'role-updated': 1 })],
    [false, of({ 'would-add': 1, 'would-update': 1 }, { dryRun: true })],
    [true, of({ 'email-ambiguous': 1 })],
    [false, of({ 'email-ambiguous': 1 }, { allowMissing: true })],
    [true, of({ unconfirmed: 1 }, { allowMissing: true })],
    [true, run({ problems: [PROBLEM] })],
    [true, of({ added: 1 }, { cancelled: true })],
  ])('%s', (fails, result) => {
    expect(failsStep(result)).toBe(fails);
  });
});

test('counts add up to the outcomes', () => {
  for (const { outcomes } of Object.values(CASES)) {
    const sum = Object.values(countsOf(outcomes)).reduce((total, count) => total + count, 0);
    expect(sum).toBe(outcomes.length);
  }
  expect(
    countsOf(of({ added: 1, 'role-updated': 2, 'would-add': 3, 'would-update': 4, refused: 5 }).outcomes),
  ).toEqual({
    added: 1,
    updated: 2,
    removed: 0,
    skipped: 0,
    kept: 0,
    missing: 0,
    failed: 5,
    planned: 7,
  });
});
