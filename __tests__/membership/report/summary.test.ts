import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CASES } from '../../../scripts/preview-cases.ts';
import { crowd, HOSTILE, outcome, run } from '../../../scripts/preview-outcomes.ts';
import {
  needsAttention,
  OUTCOME_CODES,
  type Outcome,
  type OutcomeCode,
} from '../../../src/membership/outcome.ts';
import { headline } from '../../../src/membership/report/headline.ts';
import { renderSummary } from '../../../src/membership/report/summary.ts';
import type { RunResult } from '../../../src/membership/run-result.ts';
import { ACTIVE, elements, type Node, nodesOf, rendered, tableRows, textOf } from '../../support/markdown.ts';

/** What a summary is made of; anything else came from outside. */
const ELEMENTS = 'h2 h3 p table thead tbody tr th td a code span b br sub details summary'.split(' ');

describe('what it says', () => {
  test('first what happened, in the words of the log', () => {
    for (const result of Object.values(CASES)) {
      const [first] = elements(rendered(renderSummary(result)), 'h2');
      expect(first && textOf(first).replace(/^\S+ /, '')).toBe(headline(result));
    }
  });

  test('for every code that needs attention, who, where, what happened and what to do, with the page to do it on', () => {
    const attention = OUTCOME_CODES.filter((code) => needsAttention({ code }));
    const outcomes = attention.map((code, index) =>
      outcome({ code, input: `x-${code}`, user: null, line: index + 2 }),
    );
    const root = rendered(renderSummary(run({ outcomes })));
    const text = textOf(root);
    for (const { code, input, message } of outcomes) {
      expect(text).toContain(input);
      if (code === 'cancelled' || code === 'not-attempted') continue;
      expect(text).toContain(message);
    }
    expect(elements(root, 'a').map(({ properties }) => properties?.['href'])).toContain(
      'https://huggingface.co/organizations/acme/settings/members',
    );
    const remedies = elements(root, 'p').filter((node) => textOf(node).includes('What to do'));
    expect(remedies).toHaveLength(attention.length - 2);
    expect(tableRows(root, 'Person').flat().join()).not.toContain('What to do');
  });

  test('how many of each kind there are in each group, which add up to the outcomes', () => {
    for (const [name, result] of Object.entries(CASES)) {
      const [titles, ...rows] = groupTable(rendered(renderSummary(result)));
      if (titles === undefined) continue;
      const total = rows.find(([group]) => group === 'All groups') ?? rows[0] ?? [];
      const numbers = total.slice(1).map((cell) => Number(cell.replaceAll(',', '')));
      expect([name, numbers.reduce((sum, count) => sum + count, 0)]).toEqual([name, result.outcomes.length]);
      expect(numbers).not.toContain(0);
    }
  });

  test('no table of groups if the headline says all of it', () => {
    expect(groupTable(rendered(renderSummary(CASES['all-well'] ?? run({}))))).toEqual([]);
    expect(groupTable(rendered(renderSummary(CASES['mixed'] ?? run({}))))[0]).toEqual([
      'Group',
      'Added',
      'Role changed',
      'Skipped: already a member',
      'Skipped: not in the organization (403)',
      'Email not found',
      'Refused (403)',
    ]);
  });

  test('two groups that could not be found, each by its name', () => {
    const rows = groupTable(rendered(renderSummary(CASES['refusal-two-groups'] ?? run({}))));
    expect(rows.slice(1)).toEqual([
      ['All groups', '2'],
      ['Cohort 2024', '1'],
      ['Evaluation team', '1'],
    ]);
  });

  test('the cause of a whole run once, not once for each person', () => {
    const text = textOf(rendered(renderSummary(CASES['rate-limited'] ?? run({}))));
    expect(text.split('The rate limit of the Hub is reached')).toHaveLength(2);
  });

  test('who would become an admin, before all other changes and not folded', () => {
    const root = rendered(renderSummary(CASES['dry-run-pull-request'] ?? run({})));
    const bold = elements(root, 'b').map(textOf);
    expect(bold.filter((title) => / \(\d+\)$/.test(title))).toEqual([
      'Gets the admin role (1)',
      'Gets the write role (1)',
      'Role raised (1)',
      'Role lowered (1)',
      'Would be removed (3)',
      'Would be added (58)',
    ]);
    const folded = elements(root, 'details').map(textOf).join();
    expect(folded.split('ada')).toHaveLength(2);
  });

  test('in a pull request, to merge it; elsewhere, to set `dry-run: false`', () => {
    expect(renderSummary(CASES['dry-run-pull-request'] ?? run({}))).toContain('merge the pull request');
    expect(renderSummary(CASES['dry-run'] ?? run({}))).toContain('<code>dry-run: false</code>');
  });

  test('which members are kept and why, and which member a row resembles', () => {
    const text = textOf(rendered(renderSummary(CASES['sync'] ?? run({}))));
    expect(text).toContain('the group must have at least 1 admin');
    expect(text).toContain('2 rows for this group could not be resolved');
    const rows = tableRows(rendered(renderSummary(CASES['sync'] ?? run({}))), 'Row');
    expect(rows).toEqual([['ada.lovelace@acme.com', 'ada-lovelace']]);
  });

  test('why each person was removed', () => {
    const root = rendered(renderSummary(CASES['sync'] ?? run({})));
    const [, ...rows] =
      elements(root, 'table')
        .map(rowsOf)
        .find(([head]) => head?.at(-1) === 'Why') ?? [];
    expect(rows.map((cells) => [cells[0], cells.at(-1)])).toEqual([
      ['charles', 'absent in the roster'],
      ['konrad', 'expired'],
      ['blaise', 'not in the roster'],
    ]);
  });

  test('which changes a plan has that was refused as a whole', () => {
    const limit = rendered(renderSummary(CASES['over-the-limit'] ?? run({})));
    expect(elements(limit, 'h3').map(textOf)).toContain('Planned changes');
    expect(elements(limit, 'b').map(textOf)).toContain('Would be removed (31)');
    const folded = elements(limit, 'details').map(textOf).join();
    expect(textOf(limit).split('student-0090').length - folded.split('student-0090').length).toBeGreaterThan(
      0,
    );
    expect(textOf(rendered(renderSummary(CASES['not-approved'] ?? run({}))))).toContain('Would be added (2)');
    expect(renderSummary(CASES['refusal'] ?? run({}))).not.toContain('Planned changes');
  });

  test('what to do with members without a row', () => {
    const text = textOf(rendered(renderSummary(CASES['sync-first-run'] ?? run({}))));
    expect(text).toContain('What to do: Add a row for each of them.');
  });

  test('what is wrong with a group before what to do about it', () => {
    const text = textOf(rendered(renderSummary(CASES['group-refused'] ?? run({}))));
    const [cause = '', remedy = ''] = ['managed by your identity provider', 'What to do: Add them there'];
    expect(text).toContain(cause);
    expect(text.indexOf(remedy)).toBeGreaterThan(text.indexOf(cause));
  });

  test('the role that a person has, if it was kept', () => {
    const kept = outcome({ code: 'role-differs', input: 'ada', previousRole: 'write' });
    const tables = elements(rendered(renderSummary(run({ outcomes: [kept] }))), 'table').map(rowsOf);
    expect(tables.at(-1)?.at(-1)?.slice(0, 2)).toEqual(['ada', 'write']);
  });

  test('everyone, each with a link to the page on the Hub', () => {
    const root = rendered(renderSummary(run({ outcomes: crowd(30, 'added') })));
    const links = elements(root, 'a').map(({ properties }) => String(properties?.['href']));
    expect(links.filter((href) => /^https:\/\/huggingface\.co\/student-\d+$/.test(href))).toHaveLength(30);
  });

  test('that a group has auto-join', () => {
    const group = { id: 'a', name: 'All hands', autoJoin: true };
    expect(renderSummary(run({ groups: [group], outcomes: crowd(1, 'added', 2, group) }))).toContain(
      'auto-join: new members of acme are added to the group automatically',
    );
    expect(renderSummary(run({ outcomes: crowd(1, 'added') }))).not.toContain('auto-join');
  });

  test('what it cost, and that email addresses were shortened', () => {
    const result = run({
      requests: { total: 14, retries: 1, rateLimitWaitSeconds: 95 },
      durationSeconds: 131,
    });
    const text = textOf(rendered(renderSummary(result, { redacted: true })));
    expect(text).toContain(
      '14 requests to the Hub · 1 retry · 1 min 35 s spent waiting for the rate limit · quota left: 2,988 of 3,000 · took 2 min 11 s',
    );
    expect(text).toContain('Email addresses are shortened');
  });
});

function rowsOf(table: Node): string[][] {
  return elements(table, 'tr').map((line) =>
    [...elements(line, 'th'), ...elements(line, 'td')].map((cell) => textOf(cell).trim()),
  );
}

function groupTable(root: Node): string[][] {
  const table = elements(root, 'table').find((found) => {
    const [first, second] = elements(found, 'th').map(textOf);
    return first === 'Group' && second !== 'What is wrong';
  });
  return table ? rowsOf(table) : [];
}

describe('the budget', () => {
  test('20,001 rows fit, with the one missing person in it', () => {
    const result = CASES['20001-rows'] ?? run({});
    const summary = renderSummary(result);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1024 * 1024);
    expect(Buffer.byteLength(summary)).toBeGreaterThan(1000 * 1024);
    const root = rendered(summary);
    expect(textOf(root)).toContain('alan.turing@acme.com');
    const everyone = elements(elements(root, 'details')[0] ?? root, 'tr').length - 1;
    expect(textOf(root)).toContain(
      `${(20_001 - everyone).toLocaleString('en-US')} of these 20,001 rows are left out because of the size limit.`,
    );
  });

  test.each<OutcomeCode>(['not-in-organization', 'not-attempted', 'role-differs'])(
    '20,000 × %s fit',
    (code) => {
      const summary = renderSummary(run({ outcomes: crowd(20_000, code) }));
      expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1024 * 1024);
      expect(summary).toContain('left out because of the size limit');
    },
  );

  test('20,000 bad rows fit, and 20,000 groups', () => {
    const problems = crowd(20_000, 'refused').map((_, index) => ({
      location: { file: 'a.csv', line: index + 1 },
      message: 'x'.repeat(200),
      remedy: '',
    }));
    expect(Buffer.byteLength(renderSummary(run({ problems })))).toBeLessThanOrEqual(1024 * 1024);
    const groups = crowd(20_000, 'added').map(({ input }) => ({
      id: input,
      name: input.repeat(9),
      autoJoin: true,
    }));
    const outcomes = groups.flatMap((group) => crowd(1, 'added', 2, group));
    expect(Buffer.byteLength(renderSummary(run({ groups, outcomes })))).toBeLessThanOrEqual(1024 * 1024);
  });

  test('is kept whatever it is, and people who need attention are left out last', () => {
    const result = run({
      outcomes: [
        ...crowd(40, 'added'),
        ...crowd(3, 'refused', 100),
        ...crowd(20, 'already-member', 200),
        ...crowd(12, 'role-differs', 300),
      ],
      problems: [{ message: 'Größe', remedy: '👍'.repeat(30) }],
    });
    const whole = Buffer.byteLength(renderSummary(result));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole + 10 }), (maxBytes) => {
        const summary = renderSummary(result, { maxBytes });
        expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(maxBytes);
        const shown = (first: number, n: number) =>
          crowd(n, 'added', first).filter(({ input }) => summary.includes(`>${input.split('@')[0]}</a>`))
            .length;
        if (shown(2, 40) > 0) expect(shown(100, 3)).toBe(3);
        if (shown(200, 20) > 0) expect(shown(2, 40)).toBe(40);
        for (const [node] of nodesOf(rendered(summary)))
          if (node.tagName) expect(ELEMENTS).toContain(node.tagName);
      }),
    );
  });
});

/** `result` with every text that comes from outside taken from `texts`, one after the other. */
function disguised(texts: readonly string[]): RunResult {
  let next = 0;
  const text = () => texts[next++ % texts.length] ?? '';
  const groups = [0, 1, 2].map((index) => ({
    id: `${index}`.repeat(24),
    name: text(),
    autoJoin: index === 1,
  }));
  const outcomes = OUTCOME_CODES.flatMap((code, index): Outcome[] => {
    // A group of its own, so that no name resembles another by chance.
    const alone = { id: '9'.repeat(24), name: 'alone', autoJoin: false };
    const group = code === 'unresolved-rows' ? alone : (groups[index % 3] ?? alone);
    const input = `i${text()}`;
    const user = index % 2 === 0 ? null : `u${text()}`;
    const location = { file: `${text()}.csv`, line: index };
    return [{ ...outcome({ code, input, user, group, message: text() }), location, previousRole: text() }];
  });
  const problems = [
    { message: text(), remedy: `r${text()}` },
    { message: text(), remedy: `r${text()}`, group: groups[0]?.id ?? '' },
    { message: text(), remedy: `r${text()}`, location: { file: text(), line: 1 } },
  ];
  return run({ groups, outcomes, problems, org: text() });
}

/** The elements of a page without what words may be set in. */
function skeleton({ tagName, children = [] }: Node): string {
  const inner = children.map(skeleton).join('');
  return tagName === undefined || ['span', 'code'].includes(tagName)
    ? inner
    : `<${tagName}>${inner}</${tagName}>`;
}

describe('text from outside stays text', () => {
  const plain = skeleton(rendered(renderSummary(disguised(['plain words']))));
  const hostile = fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'<>&"\'`|#*_~[]()!@:/\\-=\n\r\t$ax1 ') }),
    fc.constantFrom(...HOSTILE).chain((one) => fc.constantFrom(...HOSTILE).map((other) => one + other)),
  );

  test('no text adds, ends or changes an element', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 8 }), (texts) => {
        const root = rendered(renderSummary(disguised(texts)));
        expect(skeleton(root)).toBe(plain);
        for (const [node, within] of nodesOf(root)) {
          if (node.tagName === 'a') expect(node.properties?.['href']).toMatch(/^https:\/\/huggingface\.co\//);
          if (node.value !== undefined && !within.includes('code')) expect(node.value).not.toMatch(ACTIVE);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('every hostile text can be read letter for letter, except for invisible characters', () => {
    const root = rendered(renderSummary(CASES['hostile'] ?? run({})));
    for (const text of [
      '<script>alert(1)</script>',
      '</td></tr></table><h1>All is well</h1>',
      '@octocat #1 GH-2 :tada:',
    ]) {
      expect(textOf(root)).toContain(text);
    }
  });

  test('a remedy links to the pages that it is known to need, and to no other', () => {
    const href = 'https://huggingface.co/settings/tokens';
    const remedy = `Go to ${href}, not to https://huggingface.co/evil or https://evil.example/settings/tokens.`;
    const root = rendered(
      renderSummary(run({ problems: [{ message: remedy.replaceAll(href, ''), remedy }] })),
    );
    expect(elements(root, 'a').map(({ properties }) => properties?.['href'])).toEqual([href]);
  });
});
