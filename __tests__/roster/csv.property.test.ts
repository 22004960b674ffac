import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ROLES } from '../../src/roles.ts';
import { entries, read } from './read.ts';

type End = '\n' | '\r\n' | '\r';

/** Text without line ends and control characters, rich in what is special in a CSV. */
const text = fc.string({ unit: fc.constantFrom(...'ab1 ,;\t"#@é\u2028🤗'), maxLength: 8 });
const ignored = fc.array(text, { minLength: 1, maxLength: 3 });
const name = fc.stringMatching(/^[a-z][a-z0-9.]{0,3}[a-z]$/).filter((word) => !word.includes('..'));
const groupName = text.map((group) => group.replaceAll('\t', ' ').trim()).filter((group) => group !== '*');

const person = fc.record({
  kind: fc.constant('person' as const),
  name,
  isEmail: fc.boolean(),
  role: fc.constantFrom('', ...ROLES, 'WRITE'),
  group: groupName,
  ignored: fc.tuple(ignored, ignored),
  isQuoted: fc.boolean(),
  padding: fc.constantFrom('', ' ', '\u00a0'),
});
const line = fc.oneof(
  { weight: 4, arbitrary: person },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('other' as const), text: text.map((rest) => `#${rest}`) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('other' as const), text: fc.constantFrom('', ' ', ' \t ') }),
  },
);
const file = fc.record({
  mark: fc.boolean(),
  delimiter: fc.constantFrom(',', ';', '\t'),
  end: fc.constantFrom<End>('\n', '\r\n', '\r'),
  order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }),
  names: fc.tuple(
    fc.constantFrom('user', 'User Name', 'LOGIN', '"user"'),
    fc.constantFrom('email', 'E-Mail', 'mail'),
    fc.constantFrom('role', ' Role ', '"ROLE"'),
    fc.constantFrom('group', 'resource_group', 'Group ID'),
    fc.constantFrom('Department', 'Abteilung', ''),
    fc.constantFrom('"Notes, and; such"', 'Telefon', '"two ""quoted"" words"'),
  ),
  before: fc.array(fc.constantFrom('', ' ', '# a "comment, with'), { maxLength: 3 }),
  lines: fc.array(line, { minLength: 1, maxLength: 12 }),
  endsWithEnd: fc.boolean(),
});

type File = typeof file extends fc.Arbitrary<infer T> ? T : never;

/** Writes the file, counting the lines as it puts them down: `expected` is what must be read from it. */
function write({ mark, delimiter, end, order, names, before, lines, endsWithEnd }: File) {
  const out: string[] = [...before, order.map((column) => names[column]).join(delimiter)];
  const expected: string[] = [];
  let lineNumber = out.length;
  lines.forEach((item, index) => {
    lineNumber++;
    if (item.kind === 'other') {
      out.push(item.text);
      return;
    }
    const input = `${item.name}${index}${item.isEmail ? '@acme.com' : ''}`;
    const cells = [
      item.isEmail ? '' : input,
      item.isEmail ? input : 'n/a',
      item.role,
      item.group,
      item.ignored[0].join(end),
      item.ignored[1].join(end),
    ];
    const written = order.map((column, place) => {
      const cell = cells[column] ?? '';
      const mustBeQuoted =
        /["\r\n]/.test(cell) || cell.includes(delimiter) || (place === 0 && cell.startsWith('#'));
      if (item.isQuoted || mustBeQuoted) return `"${cell.replaceAll('"', '""')}"`;
      return column < 4 ? `${item.padding}${cell}${item.padding}` : cell;
    });
    out.push(written.join(delimiter));
    expected.push([lineNumber, input, item.role.toLowerCase() || 'read', item.group || '-'].join(' '));
    lineNumber += item.ignored[0].length + item.ignored[1].length - 2;
  });
  return { csv: (mark ? '\uFEFF' : '') + out.join(end) + (endsWithEnd ? end : ''), expected };
}

test('exactly the rows that were written are read, each on its line', () => {
  fc.assert(
    fc.property(file, (drawn) => {
      const { csv, expected } = write(drawn);
      fc.pre(expected.length > 0);
      expect(read(csv).problems).toEqual([]);
      expect(entries(csv)).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

test('a bad row among good ones is always a problem, on its line', () => {
  const badRow = fc.constantFrom(
    ...[
      '@ada,,,,,',
      ',,read,,,',
      ',,,,,',
      'ada,,reader,,,',
      'ada,,,*,,',
      'ada',
      'ada,,,,,,',
      'a b,,,,,',
      'a%41,,,,,',
    ],
    ...['../x,,,,,', ',ada,,,,', '"ada,,,,,', 'ada,,,,x"y,', 'ada,,,,\u0001,', 'ada,,,,,"', 'ada,"x"y,,,,'],
  );
  fc.assert(
    fc.property(file, badRow, fc.boolean(), (drawn, row, isLast) => {
      const { end } = drawn;
      const plain: File = { ...drawn, delimiter: ',', order: [0, 1, 2, 3, 4, 5], endsWithEnd: false };
      const good = write(plain);
      const badLine = good.csv.split(end).length + 1;
      const csv = good.csv + end + row + (isLast ? '' : `${end}bob,,,,,`);
      const lines = read(csv).problems.map((problem) => problem.line);
      expect(lines).toContain(badLine);
    }),
    { numRuns: 1000 },
  );
});

test('no line is lost: each that is neither blank nor a comment is an entry or a problem', () => {
  const cell = fc.string({ unit: fc.constantFrom(...'ab@.# -'), maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 1, maxLength: 3 })),
      fc.constantFrom('\n', '\r\n', '\r'),
      (rows, end) => {
        const written = rows.map((cells) => cells.join(','));
        const result = read(['user,role', ...written].join(end), { users: 'somebody-else' });
        const said = new Set([
          ...result.entries.map(({ source }) => source),
          ...result.problems.map((problem) => `${problem.file}:${problem.line}`),
        ]);
        const seen = new Set<string>();
        written.forEach((row, index) => {
          const person = row.split(',')[0]?.trim().toLowerCase() ?? '';
          if (row.trim() === '' || row.startsWith('#') || seen.has(person)) return;
          expect(said).toContain(`members.csv:${index + 2}`);
          seen.add(person);
        });
      },
    ),
    { numRuns: 2000 },
  );
});

test('arbitrary bytes are never a crash, and what is read from them is well formed', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .string({ unit: fc.constantFrom(...'us,er\n\r"# ;\t@.\0\uFEFFé'), maxLength: 60 })
      .map((csv) => Buffer.from(csv)),
    fc
      .string({ unit: fc.constantFrom(...'a1,\n\r"# '), maxLength: 60 })
      .map((csv) => Buffer.from(`user,role\n${csv}`)),
  );
  fc.assert(
    fc.property(bytes, fc.boolean(), (csv, hasDefaultGroup) => {
      const { entries: found, problems } = read(csv, { hasDefaultGroup });
      expect(found.length + problems.length).toBeGreaterThan(0);
      const lines = Buffer.from(csv)
        .toString('latin1')
        .split(/\r\n|\r|\n/).length;
      for (const { line = 1, message } of problems) {
        expect(line >= 1 && line <= lines).toBe(true);
        expect(message).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }
      for (const { address, group } of found) {
        expect(Object.values(address)[1]).toMatch(/^[\w.'+-]+(@[\w.-]+)?$/);
        expect(group ?? 'x').not.toMatch(/\p{Cc}/u);
      }
    }),
    { numRuns: 5000 },
  );
});
