import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CASES, COMMENT_CONTEXT } from '../../../scripts/preview-cases.ts';
import { crowd, EVALS, HOSTILE, outcome, run, WORKFLOW_RUN } from '../../../scripts/preview-outcomes.ts';
import { OUTCOME_CODES, type Outcome } from '../../../src/membership/outcome.ts';
import {
  type CommentContext,
  isWorthAComment,
  renderComment,
} from '../../../src/membership/report/comment-text.ts';
import { headline } from '../../../src/membership/report/headline.ts';
import type { RunResult } from '../../../src/membership/run-result.ts';
import { ACTIVE, elements, type Node, nodesOf, rendered, tableRows, textOf } from '../../support/markdown.ts';

/** What interface.md allows, less the line of the marker. */
const MAX_BYTES = 60_000 - 100;

const comment = (result: RunResult, context: Partial<CommentContext> = {}) =>
  renderComment(result, { ...COMMENT_CONTEXT, ...context });

const caseOf = (name: string) => CASES[name] ?? run({});

describe('what it says', () => {
  test('first what happened, in the words of the log, and how many of each kind', () => {
    for (const [name, result] of Object.entries(CASES)) {
      if (name === 'hostile') continue;
      const [first] = elements(rendered(comment(result)), 'h2');
      expect(first && textOf(first).replace(/^\S+ /, '')).toBe(headline(result));
    }
    expect(textOf(rendered(comment(caseOf('dry-run-sync'))))).toContain(
      'Additions: 15 · Role changes: 2 · Removals: 3 · Need attention: 5 · No change: 125',
    );
  });

  test('then who gets admin or write, removals, roles, additions, and rows that need attention', () => {
    const outcomes = [
      ...crowd(3, 'already-member', 100),
      outcome({ code: 'not-in-organization', input: 'grace', user: null, line: 9 }),
      ...crowd(2, 'would-add', 10),
      outcome({ code: 'would-update', input: 'edsger', line: 3, previousRole: 'write' }),
      outcome({ code: 'would-update', input: 'linus', line: 4, role: 'contributor' }),
      outcome({ code: 'would-remove', input: 'charles', state: 'unlisted' }),
      outcome({ code: 'would-update', input: 'barbara', line: 5, role: 'write' }),
      outcome({ code: 'would-add', input: 'ada', line: 6, role: 'admin' }),
    ];
    const root = rendered(comment(run({ dryRun: true, outcomes })));
    expect(
      elements(root, 'b')
        .map(textOf)
        .filter((title) => /^[A-Z]/.test(title)),
    ).toEqual([
      'Gets the admin role (1)',
      'Gets the write role (1)',
      'Would be removed (1)',
      'Role raised (1)',
      'Role lowered (1)',
      'Would be added (2)',
      'Not in the organization',
      'No change:',
    ]);
    expect(tableRows(root, 'Person').slice(0, 3)).toEqual([
      ['ada', 'admin', 'members.csv:6'],
      ['barbara', 'read → write', 'members.csv:5'],
      ['charles', 'was read', 'none'],
    ]);
    expect(tableRows(root, 'Person').flat().join()).toContain('gracemembers.csv:9');
    expect(textOf(root)).toContain('No change: already a member: 3');
  });

  test('counts a role that is not known as one without privileges', () => {
    const outcomes = [outcome({ code: 'would-update', input: 'ada', role: 'write', previousRole: 'owner' })];
    expect(textOf(rendered(comment(run({ dryRun: true, outcomes }))))).toContain('Gets the write role (1)');
  });

  test('which rows cannot be used, and why', () => {
    expect(tableRows(rendered(comment(caseOf('bad-input'))), 'Row')).toContainEqual([
      'members.csv:12',
      'This row has 4 cells, but the header names 3 columns. Remove the comma at its end.',
    ]);
  });

  test('last, what was asked for, with links to the commit in the pull request and to the run', () => {
    const root = rendered(comment(run({ outcomes: crowd(1, 'added') })));
    const links = elements(root, 'a').map(({ properties }) => properties?.['href']);
    expect(links.slice(-2)).toEqual([
      `https://github.com/acme/people/pull/7/commits/${COMMENT_CONTEXT.commit}`,
      WORKFLOW_RUN.url,
    ]);
    expect(textOf(root)).toContain(
      'sync-members · acme · Cohort 2024 · members.csv · commit f00dfee · run 1',
    );
  });

  test('the commit and the run without links if the runner names no server', () => {
    const root = rendered(comment(run({ run: { ...WORKFLOW_RUN, url: '' } })));
    expect(textOf(root)).toContain('commit f00dfee');
    expect(elements(root, 'a')).toEqual([]);
  });
});

/** How many cells each row of a table has. */
function widths(table: Node): number[] {
  const cells = (row: Node) => (row.children ?? []).filter(({ tagName }) => tagName !== undefined);
  return elements(table, 'tr').map((row) => cells(row).length);
}

describe('there is something to say', () => {
  test.each<[string, Partial<RunResult>, boolean]>([
    ['if nothing would change', { outcomes: crowd(3, 'already-member') }, false],
    ['if a member is in no row', { outcomes: crowd(3, 'kept-unlisted') }, false],
    ['if a row needs attention', { outcomes: crowd(1, 'not-in-organization') }, true],
    ['if a guard keeps what a row would take away', { outcomes: crowd(1, 'last-admin') }, true],
    ['if the run was stopped', { problems: [{ message: 'No.', remedy: '' }] }, true],
    ['if the run was canceled', { cancelled: true }, true],
  ])('%s', (_, result, expected) => {
    expect(isWorthAComment(run(result))).toBe(expected);
  });
});

describe('the size limit', () => {
  test('is kept with whole rows, and privileges, removals and problems are still there', () => {
    const result = run({
      dryRun: true,
      outcomes: [
        ...crowd(20_000, 'would-add'),
        ...crowd(5000, 'not-in-organization', 20_002).map((one) => ({ ...one, user: null })),
        outcome({ code: 'would-add', input: 'ada', line: 30_001, role: 'admin' }),
        ...crowd(500, 'would-remove', 30_002),
      ],
    });
    const text = comment(result);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_BYTES);
    const root = rendered(text);
    expect(tableRows(root, 'Person')[0]).toEqual(['ada', 'admin', 'members.csv:30001']);
    for (const table of elements(root, 'table')) expect(new Set(widths(table)).size).toBe(1);
    const shown = tableRows(root, 'Person').filter(([, role]) => role === 'read').length;
    expect(shown).toBeGreaterThan(50);
    expect(textOf(root)).toContain(
      `${(20_000 - shown).toLocaleString('en-US')} of these 20,000 rows are left out because of the size limit. The full list is in the job summary and in the report files.`,
    );
    expect(textOf(root)).toContain('Would be removed (500)');
    expect(textOf(root)).toContain('Not in the organization (5,000)');
  });

  test('leaves out the problems if their sentences alone are too long, and says so', () => {
    const outcomes = OUTCOME_CODES.map((code) => outcome({ code, input: 'ada', message: '$'.repeat(800) }));
    const problems = [{ message: 'x', remedy: '' }];
    const text = comment(
      run({ outcomes: [...outcomes, outcome({ code: 'added', input: 'eve', role: 'admin' })], problems }),
    );
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_BYTES);
    expect(text).toContain('The rest is left out because of the size limit.');
    expect(tableRows(rendered(text), 'Person')[0]).toEqual(['eve', 'admin', 'users']);
  });
});

/** What a comment is made of; anything else came from outside. */
const ELEMENTS = 'h2 h3 p table thead tbody tr th td a code span b br sub details summary'.split(' ');

const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom(...'<>&"\'`|#*_~[]()!@:/\\-=\n\r\t$abGHef019 ') }),
);

/** A result of every code, in which every text that comes from outside is one of `texts`. */
function disguised(texts: readonly string[]): RunResult {
  let next = 0;
  const text = () => texts[next++ % texts.length] ?? '';
  const groups = [0, 1].map((index) => ({ id: `${index}`.repeat(24), name: text(), autoJoin: index === 1 }));
  const outcomes = OUTCOME_CODES.flatMap((code, index): Outcome[] => {
    const one = outcome({
      code,
      input: text(),
      user: index % 2 === 0 ? null : text(),
      group: groups[index % 2] ?? EVALS,
      message: text(),
    });
    return [{ ...one, location: { file: `${text()}.csv`, line: index }, previousRole: text() }];
  });
  const problems = [
    { message: text(), remedy: text() },
    { message: text(), remedy: text(), group: '0'.repeat(24) },
    { message: text(), remedy: text(), location: { file: text(), line: 1 } },
  ];
  return run({ groups, outcomes, problems, org: text() });
}

test('no text pings a person, becomes a reference or a link, adds an element, or is cut in a row', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 8 }), fc.nat(30), (texts, copies) => {
      const result = disguised(texts);
      const many = { ...result, outcomes: Array.from({ length: copies }, () => result.outcomes).flat() };
      const text = comment(many, { groups: texts, files: texts, commit: texts[0] ?? '' });
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_BYTES);
      const root = rendered(text);
      for (const [node, within] of nodesOf(root)) {
        if (node.tagName !== undefined) expect(ELEMENTS).toContain(node.tagName);
        if (node.tagName === 'a') {
          expect(node.properties?.['href']).toMatch(
            /^https:\/\/(huggingface\.co\/|github\.com\/acme\/people\/(pull\/7\/commits|actions\/runs)\/)/,
          );
        }
        if (node.value !== undefined && !within.includes('code')) expect(node.value).not.toMatch(ACTIVE);
        if (node.tagName === 'table') expect(new Set(widths(node)).size).toBe(1);
      }
      expect(root.children?.every(({ type, value }) => type === 'element' || value?.trim() === '')).toBe(
        true,
      );
    }),
    { numRuns: 60 },
  );
});

test('no address is whole in it, wherever it stands, whatever the inputs say', () => {
  const email = 'ada.lovelace@acme.com';
  const result = disguised([email, `"${email}" and ${email}`]);
  const text = comment(result, { groups: [email], files: [`${email}.csv`] });
  expect(text.replaceAll(/<\/?span>/g, '')).not.toContain('lovelace');
  expect(text).toContain('a***');
});

test.each(Object.keys(CASES))('fits and is complete HTML: %s', (name) => {
  const text = comment(caseOf(name));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_BYTES);
  for (const tag of ['table', 'details', 'tr', 'td', 'p']) {
    expect([tag, text.split(`<${tag}`).length]).toEqual([tag, text.split(`</${tag}>`).length]);
  }
});
