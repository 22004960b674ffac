import { describe, expect, test } from '@jest/globals';
import { entries, problems, read } from './read.ts';

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

  test('the username counts for more than the e-mail, whatever that looks like', () => {
    const csv = 'user,email\nada,ada@acme.com\nbob,n/a\n,carl@acme.com\ndora@acme.com,';
    expect(entries(csv)).toEqual([
      '2 ada read -',
      '3 bob read -',
      '4 carl@acme.com read -',
      '5 dora@acme.com read -',
    ]);
  });

  test('cells may hold delimiters, quotes, line breaks and number signs', () => {
    const csv = 'user,group,notes\nada,"The ""A"", and B","x\n# y\n\nz"\nbob,C#1,a#b\n"carl",#,#';
    expect(entries(csv)).toEqual(['2 ada read The "A", and B', '6 bob read C#1', '7 carl read #']);
  });

  test('everybody once a group and role, the first mention counts', () => {
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
        source: 'members.csv:2',
        input: 'Ada',
        address: { kind: 'username', username: 'Ada' },
        role: 'write',
        group: 'x',
      },
    ]);
  });
});

describe('what is wrong', () => {
  test.each([
    [',write,', 'This row names nobody.'],
    [',,', 'This row names nobody.'],
    ['@ada,,', 'Write `ada`.'],
    ['Ada Lovelace,,', 'is not a username and not an e-mail.'],
    ['"a,b",,', 'It looks like several people'],
    ['"ada\nbob",,', 'is not a username'],
    [
      'ada,reader,',
      '"reader" is not a role. Did you mean `read`? The roles are `read`, `contributor`, `write`, `admin`.',
    ],
    ['ada,no_access,', '"no_access" is not a role. The roles are'],
    ['ada,,*', 'Only the input `resource-group` knows `*`.'],
    ['ada,,"x\ny"', '"x\\u{A}y" is no group'],
    ['ada,,x\u0000', 'holds a control character'],
    ['ada,\u0007,', 'is not a role'],
    ['ada', 'This row has 1 cell, where the first row has 3 cells. Write a comma for each empty cell, too.'],
    [
      'ada,,x,y',
      'This row has 4 cells, where the first row has 3 cells. A cell that holds a comma must stand in double quotes.',
    ],
    ['  # no comment,,', 'is not a username'],
  ])('%j', (row, message) => {
    const found = problems(`user,role,group\nok,,\n${row}\nfine,,`);
    expect(found[0]).toContain(message);
    expect(found[0]).toMatch(/^3: /);
    expect(entries(`user,role,group\nok,,\n${row}\nfine,,`)).toHaveLength(2);
  });

  test('everything at once, by line', () => {
    const csv = 'user,role,group\n@a,reader,*\nbob\n,,\nada,read,x\nADA,write,x';
    expect(problems(csv).map((problem) => problem.slice(0, 2))).toEqual(['2:', '2:', '2:', '3:', '4:', '6:']);
  });

  test('a username in the column of e-mails', () => {
    expect(problems('email,role\nada,')).toEqual([
      '2: "ada" is not an e-mail. Usernames go into a column called `user`.',
    ]);
  });

  test('a malformed username, even beside a good e-mail', () => {
    expect(problems('user,email\n-,ada@acme.com')).toEqual([
      expect.stringContaining('2: "-" is not a username'),
    ]);
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
      expect.stringContaining('1: Nobody has a group: add a column `resource-group`'),
    ]);
  });

  test.each(['', '\n\n', '# nobody\n', 'user,role\n', '\uFEFF', '   \n\t\n'])('nobody: %j', (csv) => {
    expect(problems(csv)).toEqual(['-: There is nobody in this file, and nobody in the input `users`.']);
    expect(problems(csv, { users: 'ada' })).toEqual([]);
  });

  test('is said with the file', () => {
    expect(read('user\n@ada').problems).toEqual([
      { file: 'members.csv', line: 2, message: expect.any(String) },
    ]);
    expect(read('').problems[0]?.file).toBe('members.csv');
  });
});

describe('quotes that do not match', () => {
  test.each([
    ['user,notes\nada,"x\nbob,y', [2]],
    ['user,notes\nada,"x\nbob,y\ncarl,"z"\n', [2]],
    ['user,notes\n"ada\nbob,y\ncarl,z\n', [2]],
    ['user,notes\nada,x "y" z\nbob,"x"y\ncarl, "x"\ndora,"', [2, 3, 4, 5]],
    ['user,notes,more\nada,"x\ny","z\nbob,,', [3]],
    ['user,notes\r\n\r\n#\r\nada,"x\r\nbob,y', [4]],
    ['user,"notes\nada,x', [1]],
  ])('%j', (csv, lines) => {
    const found = read(csv).problems;
    expect(found.map(({ line }) => line)).toEqual(lines);
    for (const { message } of found) expect(message).toContain('A double quote');
  });

  test('hide no other mistake', () => {
    expect(problems('user,role\nada,"\nbob,reader\ncarl,"write"\n@x,')).toHaveLength(3);
  });
});

describe('bytes', () => {
  test('a byte-order mark is no part of the first column', () => {
    expect(entries('\uFEFFuser,role\nada,write')).toEqual(['2 ada write -']);
    expect(entries('\uFEFFada')).toEqual(['1 ada read -']);
    expect(entries('\uFEFF# people\nada')).toEqual(['2 ada read -']);
  });

  test('text that is not UTF-8 is a problem on each of its lines, and hides no other', () => {
    const csv = 'user,role,name\r\nada,,J\xfcrgen\r\nbob,reader,\r\nm\xfcller,,"x\r\n\xe9"\r\n';
    expect(problems(Buffer.from(csv, 'latin1'))).toEqual([
      expect.stringMatching(/^2: .* not UTF-8.*"CSV UTF-8"/),
      expect.stringContaining('3: "reader"'),
      expect.stringContaining('4: This line holds bytes that are not UTF-8'),
      expect.stringContaining('5: This line holds bytes that are not UTF-8'),
    ]);
  });

  test.each([
    ['\uFEFFuser\nada', 'marked'],
    ['user\nada', 'not marked'],
  ])('UTF-16 is told as such: %#', (csv) => {
    const little = Buffer.from(csv, 'utf16le');
    const big = Buffer.from(little).swap16();
    for (const bytes of [little, big]) {
      expect(problems(bytes)).toEqual([expect.stringMatching(/^1: The file is in UTF-16.* "CSV UTF-8"/)]);
    }
  });

  test.each(['\n', '\r\n', '\r'])('line end %j', (end) => {
    expect(entries(['user,role', '', '# x', 'ada,', 'bob,write', ''].join(end))).toEqual([
      '4 ada read -',
      '5 bob write -',
    ]);
  });

  test('200,000 rows take a second or so', () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => `user-${i},write,Cohort ${i % 50}`);
    const bytes = Buffer.from(['user,role,group', ...rows].join('\r\n'));
    const start = performance.now();
    const { entries: found, problems: wrong } = read(bytes);
    expect([found.length, wrong.length, found.at(-1)?.source]).toEqual([200_000, 0, 'members.csv:200001']);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
