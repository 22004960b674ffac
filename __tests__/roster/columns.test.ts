import { describe, expect, test } from '@jest/globals';
import { entries, problems } from './read.ts';

describe('the names of the columns', () => {
  test.each(['user', 'username', 'login', 'User Name', ' USER-NAME ', '"user"', 'Log In'])(
    '%s holds usernames',
    (name) => {
      expect(entries(`${name},role\nada,write`)).toEqual(['2 ada write -']);
    },
  );

  test.each(['email', 'e-mail', 'E-Mail', 'mail', 'email address', 'E-mail_Address'])(
    '%s holds e-mails',
    (name) => {
      expect(entries(`${name},role\nada@acme.com,write`)).toEqual(['2 ada@acme.com write -']);
    },
  );

  test.each(['resource-group', 'group', 'resource_group', 'Resource Group', 'group id', 'Group-ID'])(
    '%s holds groups',
    (name) => {
      expect(entries(`user,${name}\nada,Cohort 2024`)).toEqual(['2 ada read Cohort 2024']);
    },
  );

  test('come in any order, among others', () => {
    expect(entries('Department,ROLE,#,group,user,\nR&D,admin,1,x,ada,')).toEqual(['2 ada admin x']);
  });
});

describe('near misses', () => {
  test.each([
    ['user,rol', 'rol', 'role'],
    ['user,Roles', 'Roles', 'role'],
    ['user,rôle', 'rôle', 'role'],
    ['user,grup', 'grup', 'resource-group'],
    ['user,Resource-Groups', 'Resource-Groups', 'resource-group'],
    ['user,Group Name', 'Group Name', 'resource-group'],
    ['usr,role', 'usr', 'user'],
    ['e-mial,role', 'e-mial', 'email'],
  ])('%s is a problem', (header, wrong, right) => {
    expect(problems(`${header}\n`, { users: 'ada' })).toEqual([
      expect.stringContaining(`1: No column is called "${wrong}". Did you mean \`${right}\`?`),
    ]);
  });

  test('are read as what was meant, so that the mistakes below are found, too', () => {
    expect(problems('usr,rol\n@ada,reader')).toHaveLength(4);
  });

  test.each([
    ...[
      'name',
      'First Name',
      'full name',
      'department',
      'team',
      'title',
      'phone',
      'country',
      'city',
      'id',
      'uuid',
    ],
    ...[
      'date',
      'start date',
      'notes',
      'note',
      'status',
      'cohort',
      'company',
      'language',
      'level',
      'score',
      'grade',
    ],
    ...[
      'state',
      'active',
      'manager',
      'location',
      'type',
      'code',
      'name2',
      'verified',
      'org role',
      'used',
      'user id',
    ],
    ...['email 2', 'usr', 'e-mial', '', '-', 'Rôle im Team', '部署'],
  ])('an unrelated column "%s" is passed over', (name) => {
    expect(problems(`user,${name}\nada,x`)).toEqual([]);
  });

  test('are passed over where the right column is there', () => {
    expect(entries('user,role,roles,group id,group name\nada,write,x,1,2')).toEqual(['2 ada write 1']);
  });
});

describe('a header', () => {
  test.each([
    ['user,user', 'Two columns called "user"'],
    ['user, Login', 'Both "user" and "Login"'],
    ['mail,E-Mail', 'Both "mail" and "E-Mail"'],
    ['user,role,Role', 'Both "role" and "Role"'],
    ['user,group,Group ID', 'Both "group" and "Group ID"'],
  ])('%s is ambiguous', (header, message) => {
    expect(problems(`${header}\n`, { users: 'ada' })).toEqual([expect.stringContaining(message)]);
  });

  test.each(['ada,write\nbob,reader', 'role,group\nwrite,x', 'name;team\nada;x'])(
    '%j names no person',
    (csv) => {
      expect(problems(csv)).toEqual([expect.stringContaining('1: The first row must name the columns')]);
    },
  );

  test('is not needed for a single column', () => {
    expect(entries('# people\n\nada\nbob@acme.com\n')).toEqual(['3 ada read -', '4 bob@acme.com read -']);
  });

  test('may stand above a single column', () => {
    expect(entries('E-Mail\nbob@acme.com\n')).toEqual(['2 bob@acme.com read -']);
  });

  test.each(['emil', 'rolf', 'Name', 'luser'])('%s is a person, not a slip', (name) => {
    expect(entries(`${name}\nada`)).toEqual([`1 ${name} read -`, '2 ada read -']);
  });

  test.each([
    ['users\nada', 'user'],
    ['Emails\nada@acme.com', 'email'],
    ['e-mial\nada@acme.com\nbob@acme.com', 'email'],
  ])('%j has a slip in its only column', (csv, meant) => {
    expect(problems(csv)).toEqual([expect.stringContaining(`Did you mean \`${meant}\`?`)]);
  });

  test('of a single column that is neither a name nor a person is a problem, and the rest is read', () => {
    expect(problems('Unser Team\nada\nx y')).toEqual([
      expect.stringMatching(/^1: "Unser Team" is not .* If it is the header, write `user` or `email`\.$/),
      expect.stringContaining('3: "x y"'),
    ]);
  });
});

describe('the delimiter', () => {
  test.each([
    ['user,role\nada,write', 'comma'],
    ['user;role\nada;write', 'semicolon'],
    ['user\trole\nada\twrite', 'tab'],
    ['user;role;a, b, c and d\nada;write;', 'semicolon, with commas in a name'],
    ['"user";"role"\n"ada";"write"', 'semicolon, with quotes'],
    ['user;name;role\nada;;write', 'semicolon, where "user;name" without it would be a column'],
    ['user,role,x;y;z;w\nada,write,', 'comma, with semicolons in a name'],
  ])('%j: %s', (csv) => {
    expect(entries(csv)).toEqual(['2 ada write -']);
  });

  test('is not what is in the cells', () => {
    expect(problems('user\nada;write\nbob,write')).toEqual([
      expect.stringContaining('2: "ada;write"'),
      expect.stringContaining('3: This row has 2 cells, where the first row has 1 cell.'),
    ]);
  });
});
