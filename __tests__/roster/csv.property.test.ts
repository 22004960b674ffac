import { expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { ROLES } from '../../src/roles.ts';
import { readRows } from '../../src/roster/csv-records.ts';
import { formatLocation } from '../../src/roster/entry.ts';
import { entries, read } from './read.ts';

type End = '\n' | '\r\n' | '\r';

/** Text without line ends and control characters, rich in what is special in a CSV. */
const text = fc.string({ unit: fc.constantFrom(...'ab1 ,;|\t"#@é\u2028🤗'), maxLength: 8 });
const ignored = fc.array(text, { minLength: 1, maxLength: 3 });
const name = fc.stringMatching(/^[a-z][a-z0-9.]{0,3}[a-z]$/).filter((word) => !word.includes('..'));
const groupName = text.map((group) => group.replace(/[\t;|]/g, ' ').trim()).filter((group) => group !== '*');

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
    arbitrary: fc.record({ kind: fc.constant('other' as const), text: text.map((rest) => `# ${rest}`) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('other' as const), text: fc.constantFrom('', ' ', ' \t ') }),
  },
);
const file = fc.record({
  mark: fc.boolean(),
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  end: fc.constantFrom<End>('\n', '\r\n', '\r'),
  order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }),
  names: fc.tuple(
    fc.constantFrom('user', 'User Name', 'LOGIN', '"user"', 'Benutzer'),
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
      item.isEmail ? input : '',
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
      'a/b,,,,,',
      ',,read,,,',
      ',,,,x,',
      'ada,,reader,,,',
      'ada,,,*,,',
      'ada,,,,,,x',
      'a b,,,,,',
      'a%41,,,,,',
    ],
    ...['../x,,,,,', ',ada,,,,', '"ada,,,,,', 'ada,,x"y,,,', 'ada,,,\u0001,,', 'ada,"x"y,,,,', '#N/A,,,,,'],
  );
  fc.assert(
    fc.property(file, badRow, fc.boolean(), (drawn, row, isLast) => {
      const { end } = drawn;
      const plain: File = { ...drawn, delimiter: ',', order: [0, 1, 2, 3, 4, 5], endsWithEnd: false };
      const good = write(plain);
      const badLine = good.csv.split(end).length + 1;
      const csv = good.csv + end + row + (isLast ? '' : `${end}bob,,,,,`);
      const lines = read(csv).problems.map(({ location }) => location && 'line' in location && location.line);
      expect(lines).toContain(badLine);
    }),
    { numRuns: 1000 },
  );
});

test('no row is lost: each with text in a used cell is an entry or a problem, on the line that an editor shows', () => {
  const cell = fc.string({ unit: fc.constantFrom(...'ab@.# -\u200b'), maxLength: 4 });
  const notes = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'ab,# '), maxLength: 4 }),
    fc.constantFrom('"x\ny"', '"a, ""b"""', 'x "y"', '#'),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, notes), { maxLength: 8 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.constantFrom(';', '|'),
      (rows, end, delimiter) => {
        let line = 1;
        const expected: string[] = [];
        const written = rows.map(([user, role, note], index) => {
          line++;
          const isComment = /^#\s/.test(user);
          const row = [`${user}x${index}`, role, isComment ? '' : note].join(delimiter);
          if (isComment) return row;
          expected.push(`members.csv:${line}`);
          line += note.split('\n').length - 1;
          return row;
        });
        const csv = [['user', 'role', 'notes'].join(delimiter), ...written].join(end);
        const { entries: found, problems } = read(csv, { users: 'another' });
        const said = [...found, ...problems].map(({ location }) => location && formatLocation(location));
        expect(said.filter((place) => place !== 'users').sort()).toEqual(expected.sort());
      },
    ),
    { numRuns: 3000 },
  );
});

test('quotes that are wrong hide no row: the rows around are read as without it', () => {
  const slip = fc.constantFrom('"x', 'x"', '"x"y', '"x" y "z"', '"', '""x', '"""', 'x""');
  fc.assert(
    fc.property(fc.array(fc.option(slip, { nil: 'x' }), { minLength: 1, maxLength: 6 }), (notes) => {
      const csv = ['user,notes', ...notes.map((note, index) => `ada${index},${note}`)].join('\n');
      const quotes = csv.match(/"/g)?.length ?? 0;
      const { entries: found, problems } = read(csv);
      const lines = new Set(
        [...found, ...problems].map(({ location }) => location && formatLocation(location)),
      );
      // Two slips can make one right cell of several lines between them; then its rows are one.
      const inside = [...csv.matchAll(/(?<=,)"(?:[^"]|"")*"(?=[,\n]|$)/g)].reduce(
        (sum, [cell]) => sum + cell.split('\n').length - 1,
        0,
      );
      expect(lines.size).toBeGreaterThanOrEqual(notes.length - inside);
      if (quotes === 1) expect(found).toHaveLength(notes.length);
    }),
    { numRuns: 2000 },
  );
});

test('arbitrary bytes are never a crash, and what is read from them is well formed', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .string({ unit: fc.constantFrom(...'us,er\n\r"# ;|\t@.\0\uFEFFé'), maxLength: 60 })
      .map((csv) => Buffer.from(csv)),
    fc
      .string({ unit: fc.constantFrom(...'a1,\n\r"# '), maxLength: 60 })
      .map((csv) => Buffer.from(`user,role\n${csv}`)),
    fc
      .string({ unit: fc.constantFrom(...'a1,\n\r"# é'), maxLength: 60 })
      .map((csv) => Buffer.from(`\ufeffuser,role\n${csv}`, 'utf16le')),
    fc
      .string({ unit: fc.constantFrom(...'a1,\n"é'), maxLength: 60 })
      .map((csv) => Buffer.from(`user,group\n${csv}`, 'latin1')),
  );
  fc.assert(
    fc.property(bytes, fc.boolean(), fc.string({ maxLength: 20 }), (csv, hasDefaultGroup, csvColumns) => {
      const { entries: found, problems } = read(csv, { hasDefaultGroup });
      expect(found.length + problems.length).toBeGreaterThan(0);
      expect(() => read(csv, { csvColumns: `user = ${csvColumns}` })).not.toThrow();
      const text =
        csv[0] === 0xff ? Buffer.from(csv).toString('utf16le') : Buffer.from(csv).toString('latin1');
      const lines = text.split(/\r\n|\r|\n/).length;
      for (const { location, message } of problems) {
        const line = location && 'line' in location ? location.line : 1;
        expect(line >= 1 && line <= lines).toBe(true);
        expect(message).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }
      const places = problems.map(({ location }) => JSON.stringify(location));
      expect(new Set(places).size).toBe(places.length);
      for (const { address, group } of found) {
        for (const part of Object.values(address).slice(1)) expect(part).toMatch(/^[\w.'+-]+(@[\w.-]+)?$/);
        expect(group ?? 'x').not.toMatch(/\p{Cc}/u);
      }
    }),
    { numRuns: 5000 },
  );
});

/** The rows as our own reader reads them: after a mistake in the first line, csv-parse reads none. */
function repaired(csv: string, delimiter: string) {
  const { rows } = readRows(`x"\n${csv}`, delimiter, 0, 0);
  expect(rows.next().value?.mistakes?.get(0)).toBe('inside');
  return [...rows];
}

test('our own reader reads well-formed files as csv-parse does', () => {
  const any = fc.string({ unit: fc.constantFrom(...'ab1,;|\t"\n\r #é'), maxLength: 8 });
  const quote = (cell: string, isQuoted: boolean) =>
    isQuoted || /[,"\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  const cells = fc.array(fc.tuple(any, fc.boolean()), { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(cells, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      (rows, end) => {
        const csv = rows
          .map((row) => row.map(([cell, isQuoted]) => quote(cell, isQuoted)).join(','))
          .join(end);
        fc.pre(!/(^|[\r\n])#/.test(csv));
        const options = { record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true };
        const expected: string[][] = parse(csv, options);
        expect(repaired(csv, ',').map(({ cells }) => cells)).toEqual(expected);
      },
    ),
    { numRuns: 2000 },
  );
});

test('what is read does not depend on which of the two readers reads it, nor on how the text is cut', () => {
  const piece = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'ab,;"\n\r #\t\0é\ufeff🤗'), maxLength: 12 }),
    fc.constantFrom('"a"', '"a,\r\nb"', '"a ""b"""', '""', '# a "b', '\n# ', '\ufeff"a"', '\n#\n', '\n,\n'),
  );
  const csvs = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  const filler = fc.oneof(
    { weight: 4, arbitrary: fc.constant('') },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 0, max: 30 }).map((short) => `${'a'.repeat(16 * 1024 - short)}\n`),
    },
  );
  fc.assert(
    fc.property(filler, csvs, fc.constantFrom(',', ';', '\t', ' ', '#'), (before, csv, delimiter) => {
      expect([...readRows(before + csv, delimiter).rows]).toEqual(repaired(before + csv, delimiter));
    }),
    { numRuns: 5000 },
  );
});
