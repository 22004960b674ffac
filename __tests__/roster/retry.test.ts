import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatLocation, RETRY_MARK, type RosterEntry, type RosterText } from '../../src/roster/entry.ts';
import { retryCsv } from '../../src/roster/retry.ts';
import { parseRoster } from '../../src/roster/roster.ts';

const file = (path: string, text: string) => ({ path, bytes: Buffer.from(text) });

function parse(text: Partial<RosterText>) {
  const roster = parseRoster({ role: 'read', hasDefaultGroup: true, now: new Date('2026-11-25'), ...text });
  expect(roster.problems).toEqual([]);
  return roster;
}

/** What a row asks for, whichever file it stands in. */
const asked = ({ location: _, input: __, mayBeHeading: ___, ...rest }: RosterEntry) => rest;

function retry(text: Partial<RosterText>, isFailed: (entry: RosterEntry) => boolean): string {
  return retryCsv(text.files ?? [], parse(text).entries.filter(isFailed), text.csvColumns);
}

/** Gives the file back, with the same other inputs, and returns what it asks for. */
function again(csv: string, { csvColumns }: Partial<RosterText>) {
  const roster = parse({ files: [file('retry.csv', csv)], ...(csvColumns ? { csvColumns } : {}) });
  expect(roster.isPart).toBe(true);
  return roster.entries.map(asked);
}

describe('retry-csv', () => {
  test('has the rows in the own columns and words of the roster', () => {
    const text = {
      files: [
        file(
          'members.csv',
          'sep=;\nName;E-Mail;Rolle;Aktiv\n"L; Ada";ada@acme.com; WRITE ;ja\nG;g@acme.com;;nein\nA;a@acme.com;;',
        ),
      ],
    };
    expect(retry(text, ({ key }) => key !== 'a@acme.com')).toBe(
      [
        RETRY_MARK,
        'Name,E-Mail,Rolle,Aktiv',
        '"L; Ada",ada@acme.com,WRITE,ja',
        'G,g@acme.com,,nein',
        '',
      ].join('\r\n'),
    );
  });

  test('is empty if nothing failed', () => {
    expect(retry({ files: [file('members.csv', 'user\nada')] }, () => false)).toBe('');
  });

  test('brings files of several headers and people of the inputs under one header', () => {
    const text: Partial<RosterText> = {
      users: 'ada, grace@acme.com',
      removeUsers: 'linus',
      files: [
        file('a.csv', 'login;group;suspended\nalan;Équipe;no\nbob;;yes'),
        file('b.csv', 'Name,E-Mail,expires\nC,carl@acme.com,2027-01-01'),
        file('c.csv', 'dora\ned@acme.com'),
      ],
    };
    const csv = retry(text, () => true);
    expect(csv).toBe(
      `\ufeff${[
        RETRY_MARK,
        'user,email,resource-group,state,expires',
        'ada,,,,',
        'grace@acme.com,,,,',
        'linus,,,absent,',
        'alan,,Équipe,,',
        'bob,,,absent,',
        ',carl@acme.com,,,2027-01-01',
        'dora,,,,',
        'ed@acme.com,,,,',
        '',
      ].join('\r\n')}`,
    );
    expect(again(csv, text)).toEqual(parse(text).entries.map(asked));
  });

  test('uses the headings that csv-columns names, so that the same inputs read it', () => {
    const text = {
      users: 'ada',
      files: [file('a.csv', 'Hub name,Login,Access\nbob,other,write')],
      csvColumns: 'user = Hub name\nrole = Access',
    };
    const csv = retry(text, () => true);
    expect(csv).toContain('Hub name,Access\r\nada,\r\nbob,write');
    expect(again(csv, text)).toEqual(parse(text).entries.map(asked));
  });

  test('starts no formula, and reads the same all the same', () => {
    const text = {
      files: [file('a.csv', 'email,group,notes\n+a@acme.com,=1+1,=HYPERLINK("x")\n-b@acme.com,@x,+1')],
    };
    const csv = retry(text, () => true);
    for (const line of csv.split('\r\n')) {
      for (const cell of line.split(',')) expect(cell).not.toMatch(/^"?\s*[=+\-@]/);
    }
    expect(again(csv, text)).toEqual(parse(text).entries.map(asked));
  });

  test('given back asks for exactly the rows that failed, whatever the files', () => {
    const name = fc.stringMatching(/^[a-z]{3,6}$/);
    const group = fc.constantFrom('', 'Équipe', 'A, B', '"Q"', '=x', 'a  b', '#1', "'s");
    const cell = fc.string({ unit: fc.constantFrom(...'ab ,;"\n#=é'), maxLength: 6 });
    const row = fc.record({
      name,
      kind: fc.constantFrom('user', 'email', 'both'),
      role: fc.constantFrom('', 'write', 'ADMIN'),
      group,
      state: fc.constantFrom('', 'yes', 'no', 'absent'),
      expires: fc.constantFrom('', '2020-01-01', '2030-01-01'),
      notes: cell,
    });
    const header = fc.constantFrom(
      'user,email,role,group,active,expires,notes',
      'Login,E-Mail,Rolle,Gruppe,Status,until,Notes',
      'username,mail,role,resource-group,suspended,end date,"x ""y"""',
    );
    const delimiter = fc.constantFrom(',', ';', '|');
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const rosters = fc.array(fc.tuple(header, delimiter, fc.array(row, { maxLength: 4 })), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(
        rosters,
        fc.array(name, { maxLength: 3 }),
        fc.func(fc.boolean()),
        (drawn, users, isFailed) => {
          let count = 0;
          const files = drawn.map(([names, mark, rows], index) => {
            const lines = rows.map(({ kind, role, group: place, state, expires, notes, ...one }) => {
              const person = `${one.name}${count++}`;
              const [user, email] = [
                kind === 'email' ? '' : person,
                kind === 'user' ? '' : `${person}@acme.com`,
              ];
              return [user, email, role, place, state, expires, notes].map(quote).join(mark);
            });
            return file(`f${index}.csv`, [names.replaceAll(',', mark), ...lines].join('\n'));
          });
          const text = { files, users: [...new Set(users)].join('\n') };
          fc.pre(count > 0);
          const { entries } = parse(text);
          const failed = entries.filter(({ location }) => isFailed(formatLocation(location)));
          fc.pre(failed.length > 0);
          expect(again(retryCsv(files, failed), {})).toEqual(failed.map(asked));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

test('the mark of a part is found in every encoding, and whatever stands above it', () => {
  const isPart = (bytes: Uint8Array) =>
    parseRoster({ files: [{ path: 'x.csv', bytes }], role: 'read', hasDefaultGroup: true }).isPart;
  const csv = `${RETRY_MARK},,\nuser\nada`;
  expect(isPart(Buffer.from(csv))).toBe(true);
  expect(isPart(Buffer.from(`\ufeff${csv}`))).toBe(true);
  expect(isPart(Buffer.from(`\ufeff${csv}`, 'utf16le'))).toBe(true);
  expect(isPart(Buffer.from(`\ufeff${csv}`, 'utf16le').swap16())).toBe(true);
  expect(isPart(Buffer.from(`sep=,\n${csv}`))).toBe(true);
  expect(isPart(Buffer.from(`# x\n\n${csv}`))).toBe(true);
  expect(isPart(Buffer.from(`user\nada\n${csv}`))).toBe(true);
  expect(isPart(Buffer.from('user\nada'))).toBe(false);
});
