import { describe, expect, test } from '@jest/globals';
import { parseExpiry } from '../../src/roster/state.ts';
import { entries, problems } from './read.ts';

const states = (heading: string, ...cells: string[]) =>
  entries([`email,${heading}`, ...cells.map((cell, index) => `p${index}@acme.com,${cell}`)].join('\n')).map(
    (entry) => entry.split(' ')[4] ?? 'present',
  );

describe('the state of a row', () => {
  test.each([
    '',
    ' ',
    'present',
    'Active',
    'ENABLED',
    'yes',
    'TRUE',
    '1',
    'Member',
    'aktiv',
    'ja',
    'oui',
    '有効',
  ])('%j means that the person should be in the group', (cell) =>
    expect(states('status', cell)).toEqual(['present']),
  );

  test.each([
    ...[
      'absent',
      'Inactive',
      'disabled',
      'Suspended',
      'terminated',
      'Deactivated',
      'no',
      'False',
      '0',
      'left',
    ],
    ...['DEPROVISIONED', 'former', 'inaktiv', 'nein', 'non', '無効'],
  ])('%j means that the person should not be in the group', (cell) =>
    expect(states('status', cell)).toEqual(['absent']),
  );

  test.each(['suspended', 'Disabled', 'Is suspended', 'accountDisabled', 'Deactivated', 'archived'])(
    'is the other way round under %s',
    (heading) => {
      const cells = ['yes', 'true', '1', 'no', 'False', '0', '', 'present', 'absent', 'suspended'];
      expect(states(heading, ...cells)).toEqual([
        ...['absent', 'absent', 'absent', 'present', 'present', 'present', 'present', 'present', 'absent'],
        'absent',
      ]);
    },
  );

  test.each([
    ['status', 'Pending'],
    ['status', 'CA'],
    ['status', '2'],
    ['status', 'Owner'],
    ['active', 'maybe'],
    ['suspended', 'active'],
  ])('under %s is in doubt if it is %j', (heading, cell) => {
    expect(problems(`email,${heading}\na@acme.com,${cell}`)).toEqual([
      `2: "${cell}" is not a state. Write \`present\` or \`absent\`, or leave the cell empty. If the column is something else, add the line \`state = -\` to the input \`csv-columns\`.`,
    ]);
    const settled = { csvColumns: 'state = -' };
    expect(entries(`email,${heading}\na@acme.com,${cell}`, settled)).toEqual(['2 a@acme.com read -']);
  });

  test('in an export of Slack is what Slack calls its accounts', () => {
    const csv = ['Member', 'Admin', 'Primary Owner', 'Single-Channel Guest', 'Deactivated'].map(
      (status, index) => `p${index}@acme.com,${status},1,0`,
    );
    expect(entries(['email,status,billing-active,has-2fa', ...csv].join('\n'))).toEqual([
      ...[2, 3, 4, 5].map((line) => `${line} p${line - 2}@acme.com read -`),
      '6 p4@acme.com read - absent',
    ]);
  });
});

describe('the end date of a row', () => {
  const at = (now: string, expires: string) =>
    entries(`user,expires\nada,${expires}`, { now: new Date(now) })[0]?.split(' ')[4] ?? 'present';

  test.each([
    ['2026-11-25T00:00:00Z', '2026-11-25', 'present'],
    ['2026-11-25T23:59:59.999Z', '2026-11-25', 'present'],
    ['2026-11-26T00:00:00Z', '2026-11-25', 'expired'],
    ['2026-11-25T10:00:00Z', '2026-11-25T10:00:00Z', 'present'],
    ['2026-11-25T10:00:01Z', '2026-11-25T10:00:00Z', 'expired'],
    ['2026-11-25T09:30:00Z', '2026-11-25T10:00:00+01:00', 'expired'],
    ['2026-11-25T09:30:00Z', '2026-11-25 10:00:00.5-01:00', 'present'],
    ['2026-11-25T09:30:00Z', '', 'present'],
  ])('at %s, with %j, is %s', (now, expires, state) => expect(at(now, expires)).toBe(state));

  test.each([
    ...[
      '01/02/27',
      '46023',
      '30d',
      '2027-02-30',
      '2027-13-01',
      '2027-1-1',
      '2027-01-01T10:00:00',
      'never',
      '0',
    ],
    ...['2027-01-01T25:00:00Z', '2027-01-01T10:00Z', '01.02.2027', '2027-01-01Z'],
  ])('%j is a problem that says what to write', (expires) => {
    expect(parseExpiry(expires)).toBeUndefined();
    expect(problems(`user,expires\nada,${expires}`)).toEqual([
      expect.stringMatching(/^2: .* is not an end date\. Write the last day as `YYYY-MM-DD`.*`expires = -`/),
    ]);
  });

  test('leaves a person who is absent absent', () => {
    expect(entries('user,state,expires\nada,absent,2001-01-01')).toEqual(['2 ada read - absent']);
  });
});

describe('two rows for one person and group', () => {
  test('with two states or end dates contradict each other', () => {
    const csv =
      'user,state,expires\nada,,\nADA,absent,\nbob,,2090-01-01\nbob,,2091-01-01\ncarl,,\ncarl,,2001-01-01';
    expect(problems(csv)).toEqual([
      '3: "ADA" has the state `absent` here, but `present` on line 2, in the same group. Keep one of the two.',
      '5: "bob" has the end date `2091-01-01` here, but `2090-01-01` on line 4, in the same group. Keep one of the two.',
      '7: "carl" has the state `absent (expired)` here, but `present` on line 6, in the same group. Keep one of the two.',
    ]);
  });

  test('of people who should not be there do not, whatever the role', () => {
    expect(entries('user,role,state,expires\nada,write,absent,\nada,read,,2001-01-01')).toEqual([
      '2 ada write - absent',
    ]);
  });

  test('name the file of the other one', () => {
    const files = ['a', 'b'].map((name) => ({
      path: `${name}.csv`,
      bytes: Buffer.from(`user,role\nada,${name === 'a' ? 'read' : 'write'}`),
    }));
    expect(problems('', { files })).toEqual([
      'b.csv:2: "ada" has the role `write` here, but `read` on line 2 of a.csv, in the same group. Keep one of the two.',
    ]);
  });
});

describe('max-role', () => {
  test('makes a row above it a problem on its line', () => {
    expect(problems('user,role\nada,write\nbob,admin\ncarl,', { maxRole: 'write' })).toEqual([
      expect.stringMatching(/^3: The role `admin` is above `write`/),
    ]);
  });

  test('does not keep a person from being taken out', () => {
    expect(problems('user,role,state\nada,admin,absent', { maxRole: 'read' })).toEqual([]);
  });

  test('holds for the input role, once', () => {
    expect(problems('user\nada\nbob', { role: 'admin', maxRole: 'read' })).toEqual([
      expect.stringMatching(/^-: The input `role` is `admin`/),
    ]);
  });
});
