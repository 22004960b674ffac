import { describe, expect, test } from '@jest/globals';
import { growth, LINEAR } from '../support/growth.ts';
import { entries, notices, problems, read } from './read.ts';

describe('what is read', () => {
  test('an empty role or group falls back', () => {
    expect(entries('user,role,group\nada,,\nbob, write , x ', { role: 'admin' })).toEqual([
      '2 ada admin -',
      '3 bob write x',
    ]);
  });

  test('a role in capitals is meant as it is written', () => {
    expect(entries('user,role\nada,Write\nbob,ADMIN')).toEqual(['2 ada write -', '3 bob admin -']);
  });

  test('a username and an address in one row are one claim, and each alone is one, too', () => {
    const csv = 'user,email\nada,Ada@acme.com\nbob,\n,carl@acme.com\ndora@acme.com,\ned@acme.com,ED@acme.com';
    expect(read(csv).entries.map(({ address, input, key }) => [address.kind, input, key])).toEqual([
      ['both', 'ada', 'ada ada@acme.com'],
      ['username', 'bob', 'bob'],
      ['email', 'carl@acme.com', 'carl@acme.com'],
      ['email', 'dora@acme.com', 'dora@acme.com'],
      ['email', 'ed@acme.com', 'ed@acme.com'],
    ]);
  });

  test('cells may hold delimiters, quotes, line breaks and number signs', () => {
    const csv = 'user,group,notes\nada,"The ""A"", and B","x\n# y\n\nz"\nbob,C#1,a#b\n"carl",#,#';
    expect(entries(csv)).toEqual(['2 ada read The "A", and B', '6 bob read C#1', '7 carl read #']);
  });

  test('everyone once per group and role, the first mention counts', () => {
    const id = 'ABCDEF0123456789abcdef01';
    const csv = `user,group\nada,x\nADA,x\nada,X\nada,\nada,${id}\nada,${id.toLowerCase()}\nAda@acme.com,x\nada@acme.com,x`;
    expect(entries(csv, { users: 'Ada' })).toEqual([
      'users Ada read -',
      '2 ada read x',
      '4 ada read X',
      `6 ada read ${id}`,
      '8 Ada@acme.com read x',
    ]);
  });

  test('the whole entry', () => {
    expect(read('user,role,group\nAda,write,x').entries).toEqual([
      {
        location: { file: 'members.csv', line: 2 },
        input: 'Ada',
        address: { kind: 'username', username: 'Ada' },
        key: 'ada',
        role: 'write',
        group: 'x',
        state: 'present',
      },
    ]);
  });
});

describe('what is wrong', () => {
  test.each([
    [',write,', 'This row names no person.'],
    ['Ada Lovelace,,', 'is not a username and not an email address.'],
    ['"ada@acme.com,bob@acme.com",,', 'It looks like several people'],
    ['"Lovelace, Ada",,', 'A username has only letters'],
    ['"ada@acme.com,read",,', 'The role does not go beside the person'],
    ['"ada\nbob",,', 'is not a username'],
    ['ada:write,,', 'The role does not go beside the person, but into a column `role`'],
    [
      'ada,reader,',
      '"reader" is not a role. The closest role is `read`. The roles are `read`, `contributor`, `write`, `admin`.',
    ],
    ['ada,no_access,', '"no_access" is not a role. The roles are'],
    ['ada,3,', '"3" is not a role. The roles are'],
    ['ada,,*', 'Only the input `resource-group` knows `*`.'],
    ['ada,,x;y', 'Write one row for each group.'],
    ['ada,,"x\ny"', 'Write one row for each group.'],
    ['ada,,x\u0000', 'holds characters that no group'],
    ['ada,\u0007,', 'is not a role'],
    [
      'ada,,x,y',
      'This row has 4 cells, but the first row has 3 cells. A cell that holds a comma must stand in double quotes.',
    ],
    ['  # no comment,,', 'is not a username'],
    ['#N/A,,', 'is not a username'],
    ['#101,,', 'is not a username'],
    ['https://github.com/ada,,', 'address of a web page'],
  ])('%j', (row, message) => {
    const csv = `user,role,group\nok,,\n${row}\nfine,,`;
    expect(problems(csv)).toEqual([expect.stringContaining(message)]);
    expect(problems(csv)[0]).toMatch(/^3: /);
    expect(entries(csv)).toHaveLength(2);
  });

  test.each([
    ['viewer', ' The closest role is `read`.'],
    ['Member', ' The closest role is `read`.'],
    ['guest', ' The closest role is `read`.'],
    ['reader', ' The closest role is `read`.'],
    ['developer', ' The closest role is `write`.'],
    ['EDITOR', ' The closest role is `write`.'],
    ['writer', ' The closest role is `write`.'],
    ['contributer', ' Did you mean `contributor`?'],
    ['admn', ''],
    ['administrator', ''],
    ['owner', ''],
  ])('the role %s gets the advice %j, which is never `admin`', (role, advice) => {
    const message = `2: "${role}" is not a role.${advice} The roles are \`read\`, \`contributor\`, \`write\`, \`admin\`.`;
    expect(problems(`user,role\nada,${role}`)).toEqual([message]);
  });

  test('everything at once, one problem for each row', () => {
    const csv = 'user,role,group\na/b,reader,*\nbob!\n,read,\nada,read,x\nADA,write,x';
    const found = problems(csv);
    expect(found.map((problem) => problem.slice(0, 2))).toEqual(['2:', '3:', '4:', '6:']);
    expect(found[0]).toMatch(/"a\/b".*`\*`.*"reader"/);
  });

  test('a username in the column of addresses', () => {
    expect(problems('email,role\nada,')).toEqual([
      '2: "ada" is not an email address. Usernames go into a column called `user`.',
    ]);
  });

  test.each([
    ['-,ada@acme.com', '"-" is not a username'],
    ['Ada Lovelace,ada@acme.com', '"Ada Lovelace" is not a username'],
    ['ada,n/a', '"n/a" is not a username'],
    ['ada,bob', '"bob" is not an email address'],
    ['ada@acme.com,bob@acme.com', 'two different email addresses'],
  ])('a row whose two columns do not both name a person: %s', (row, message) => {
    expect(problems(`user,email\n${row}`)).toEqual([expect.stringMatching(/^2: /)]);
    expect(problems(`user,email\n${row}`)[0]).toContain(message);
  });

  test('one person in one group with two roles', () => {
    const csv =
      'user,email,role,group\nada,,read,x\n,A@acme.com,,y\nADA,,write,x\n,a@ACME.com,admin,y\nada,,write,y\nbob,,write,';
    expect(problems(csv, { users: 'bob' })).toEqual([
      '4: "ADA" has the role `write` here, but `read` on line 2, in the same group. Keep one of the two.',
      '5: "a@ACME.com" has the role `admin` here, but `read` on line 3, in the same group. Keep one of the two.',
      '7: "bob" has the role `write` here, but `read` in the input `users`, in the same group. Keep one of the two.',
    ]);
  });

  test('no group anywhere', () => {
    expect(problems('user,group\nada,x\nbob,\ncarl, ', { hasDefaultGroup: false })).toEqual([
      expect.stringContaining('3: This row names no group.'),
      expect.stringContaining('4: This row names no group.'),
    ]);
    expect(problems('user\nada\nbob', { hasDefaultGroup: false })).toEqual([
      expect.stringContaining('1: The rows have no group: add a column `resource-group`'),
    ]);
  });

  test.each(['', '\n\n', '# no one\n', 'user,role\n', '\uFEFF', '   \n\t\n'])('no one: %j', (csv) => {
    expect(problems(csv)).toEqual(['1: This file names no one, and neither do the inputs.']);
    expect(problems(csv, { users: 'ada' })).toEqual([]);
  });

  test('is said with the file', () => {
    const location = { file: 'members.csv', line: 2 };
    expect(read('user\na/b').problems).toEqual([{ location, message: expect.any(String) }]);
    expect(read('').problems[0]?.location).toEqual({ file: 'members.csv', line: 1 });
  });
});

describe('quotes', () => {
  test.each([
    ['user,notes\n"ada\nbob,y\ncarl,z\n', [2]],
    ['user,role\n"ada"x,\nbob,x"y"', [2, 3]],
    ['user,"role\nada,write', [1]],
    ['user,notes\nada,"x\nbob\ncarl,y', [2]],
    ['user,notes,role\nada,"a, "b" c",', [2]],
    ['user,role,notes\nada,"x, "y"', [2]],
  ])('that are wrong in a used cell, or that can have moved one, are a problem: %j', (csv, lines) => {
    const found = read(csv).problems;
    expect(found.map(({ location }) => location)).toEqual(
      lines.map((line) => ({ file: 'members.csv', line })),
    );
    for (const { message } of found) expect(message).toMatch(/double quote/);
  });

  test.each([
    ['inside', 'user,notes\nada,x "y" z\nbob,5" disk'],
    ['text behind the closing one', 'user,notes\nada,"x"y\nbob,"z" z'],
    ['one that is not closed', 'user,notes\nada,"x\nbob,y'],
    ['one in each row', 'user,notes\nada,"x\nbob,"y'],
    ['space around', 'user,notes\nada, "x, y" \nbob,\t"z"'],
  ])('are text in a cell that is not used: %s', (_, csv) => {
    expect(problems(csv)).toEqual([]);
    expect(entries(csv)).toEqual(['2 ada read -', '3 bob read -']);
  });

  test('hide no other mistake', () => {
    expect(problems('user,role\nada,"\nbob,reader\ncarl,"write"\nx y,')).toHaveLength(3);
  });

  test('take time in proportion to the file, however they stand', () => {
    for (const row of ['a,"', 'a,"""x', 'a,""x', '"a""b', 'a,"b"c', '"""",""', ' " ']) {
      const file = (rows: number) => Buffer.from(`user,notes\n${`${row}\n`.repeat(rows)}`);
      expect(growth(5_000, (rows) => read(file(rows)))).toBeLessThan(LINEAR);
    }
    expect(growth(30_000, (cells) => read(`user,notes\n${'",'.repeat(cells)}`))).toBeLessThan(LINEAR);
    expect(growth(60_001, (quotes) => read(`user\n${'"'.repeat(quotes)}`))).toBeLessThan(LINEAR);
  });
});

describe('what spreadsheets leave behind', () => {
  test.each([
    ['empty columns', 'user,role,,\nada,write,,\n', ['2 ada write -']],
    ['extra empty cells', 'user,role\nada,write,,,\nbob,,\n', ['2 ada write -', '3 bob read -']],
    ['missing cells', 'user,notes,role\nada\nbob,x', ['2 ada read -', '3 bob read -']],
    ['empty rows', 'user,role\n,\n , \n"",""\nada,\n\u200b,\u00a0\n', ['5 ada read -']],
    [
      'a repeated header',
      'user,role\nada,\nuser,role\nbob,\n user , role,\nUser,ROLE\n',
      ['2 ada read -', '4 bob read -'],
    ],
    [
      'a marked file behind another',
      '\ufeff"user"\nada\n\ufeff"user"\n"bob"',
      ['2 ada read -', '4 bob read -'],
    ],
    ['a line sep=', 'sep=;\r\nuser;role\r\nada;write\r\n', ['3 ada write -']],
    ['a quoted line sep=', '"sep=|"\nuser|role\nada|write', ['3 ada write -']],
    ['odd spaces', 'user,role\n\u200bada\u00a0,\u2009write\ufeff', ['2 ada write -']],
    ['decomposed accents', 'user,group\nada,E\u0301quipe', ['2 ada read \u00c9quipe']],
    ['emoji that need their joiners', 'user,group\nada,👩‍💻 team\u200b', ['2 ada read 👩‍💻 team']],
    ['our own guard against formulas', "user,email\n,'+ada@acme.com", ['2 +ada@acme.com read -']],
  ])('does not matter: %s', (_, csv, expected) => {
    expect(problems(csv)).toEqual([]);
    expect(entries(csv)).toEqual(expected);
  });
});

describe('comments', () => {
  test.each([
    [
      '# people\nuser,role\nada,\n#\n#\tx\nbob,',
      ['3 ada read -', '6 bob read -'],
      '3 comment lines were skipped.',
    ],
    ['#TYPE Selected.User\n"user","role"\n"ada",', ['3 ada read -'], '1 comment line was skipped.'],
    ['\n#a;b\n# c,d\nuser,role\nada,', ['5 ada read -'], '2 comment lines were skipped.'],
    ['#x\nada\nbob', ['2 ada read -', '3 bob read -'], '1 comment line was skipped.'],
  ])('are skipped and counted: %j', (csv, expected, notice) => {
    expect(problems(csv)).toEqual([]);
    expect(entries(csv)).toEqual(expected);
    expect(notices(csv)).toContain(notice);
  });

  test.each([
    ['a ticket number', 'Ticket,user\n#101,ada\n102,bob', ['2 ada read -', '3 bob read -']],
    ['a heading', '#,user\n1,ada', ['2 ada read -']],
    ['a heading before a tab', '#\tuser\n1\tada', ['2 ada read -']],
    ['a heading with a sign', '#user,role\nada,write', ['2 ada write -']],
  ])('are not made by any other number sign: %s', (_, csv, expected) => {
    expect(problems(csv)).toEqual([]);
    expect(entries(csv)).toEqual(expected);
  });
});

describe('bytes', () => {
  test('a byte-order mark is no part of the first column', () => {
    expect(entries('\uFEFFuser,role\nada,write')).toEqual(['2 ada write -']);
    expect(entries('\uFEFFada')).toEqual(['1 ada read -']);
    expect(entries('\uFEFF# people\nada')).toEqual(['2 ada read -']);
  });

  test('UTF-16 with a byte-order mark is read, of both orders', () => {
    const little = Buffer.from('\uFEFFuser;group\nada;Équipe', 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16()]) {
      expect(entries(bytes)).toEqual(['2 ada read Équipe']);
    }
  });

  test('UTF-16 without a mark is told as such', () => {
    const little = Buffer.from('user\nada', 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16()]) {
      expect(problems(bytes)).toEqual([expect.stringMatching(/^1: The file looks like UTF-16.*"CSV UTF-8"/)]);
    }
  });

  test('a file in Windows-1252 is read if all used cells are ASCII, and told', () => {
    const csv = Buffer.from('user,name,Größe\nada,Jürgen,1\nbob,,', 'latin1');
    expect(entries(csv)).toEqual(['2 ada read -', '3 bob read -']);
    expect(notices(csv)).toContainEqual(expect.stringContaining('read as Windows-1252'));
    expect(read(csv).notices.map(({ isAnnotation }) => isAnnotation ?? false)).toEqual([false, true]);
  });

  test('letters of an unknown encoding are a problem in a used cell, on each of its lines', () => {
    const csv = Buffer.from('user,group,name\nada,\xc9quipe,\nbob,x,M\xfcller\nm\xfcller,,', 'latin1');
    expect(problems(csv)).toEqual([
      expect.stringMatching(/^2: The file is not UTF-8.*"CSV UTF-8"/),
      expect.stringMatching(/^4: The file is not UTF-8/),
    ]);
  });

  test.each([
    ['an Excel workbook', Buffer.from('PK\x03\x04 [Content_Types].xml xl/workbook.xml', 'latin1')],
    [
      'an OpenDocument spreadsheet',
      Buffer.from('PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet'),
    ],
    ['an Excel workbook of the old kind', Buffer.from('d0cf11e0a1b11ae1', 'hex')],
    ['a ZIP archive', Buffer.from('PK\x03\x04 x.csv')],
    ['a Git LFS pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n')],
    ['an HTML page', Buffer.from('\n<!DOCTYPE html><html><body>Sign in</body></html>')],
    ['an HTML page', Buffer.from('<table><tr><td>user</td></tr></table>')],
    ['an XML file', Buffer.from('<?xml version="1.0"?><Workbook/>')],
    ['a PDF', Buffer.from('%PDF-1.7\n')],
    ['a JSON file', Buffer.from('[\n  {"email": "ada@acme.com"}]')],
    ['a binary file', Buffer.from('user,ada\0\0\0\0')],
  ])('%s under the name of a CSV is one problem that names it', (what, bytes) => {
    expect(problems(bytes)).toEqual([expect.stringContaining(`1: This is ${what}`)]);
    expect(problems(bytes)[0]).toMatch(/not a CSV file\. \w/);
  });

  test.each(['\n', '\r\n', '\r'])('line end %j', (end) => {
    expect(entries(['user,role', '', '# x', 'ada,', 'bob,write', ''].join(end))).toEqual([
      '4 ada read -',
      '5 bob write -',
    ]);
  });

  test('200,000 rows are read to the last', () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => `user-${i},write,Cohort ${i % 50}`);
    const bytes = Buffer.from(['user,role,group', ...rows].join('\r\n'));
    const { entries: found, problems: wrong } = read(bytes);
    expect([found.length, wrong.length]).toEqual([200_000, 0]);
    expect(found.at(-1)?.location).toEqual({ file: 'members.csv', line: 200_001 });
  });

  test('more rows than an organization has people are one problem', () => {
    const location = { file: 'members.csv', line: 500_002 };
    expect(read(Buffer.from(`user\n${'a\n'.repeat(500_002)}`)).problems).toEqual([
      { location, message: expect.stringContaining('more than 500,000 rows') },
    ]);
  });

  test('of a file that is wrong throughout, the first problems are told, and how many more there are', () => {
    const found = read(Buffer.from(`user\n${'a b\n'.repeat(6_000)}`)).problems;
    expect(found).toHaveLength(5_001);
    expect(found[0]?.message).toBe(
      '"members.csv" has 1,000 more rows with mistakes. Correct those that are marked first.',
    );
  });
});
