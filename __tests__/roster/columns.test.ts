import { describe, expect, test } from '@jest/globals';
import { readHeading } from '../../src/roster/headings.ts';
import { entries, notices, problems } from './read.ts';

describe('the names of the columns', () => {
  test.each([
    ...['user', 'username', 'login', 'User Name', ' USER-NAME ', '"user"', 'Log In', 'Users', 'userName'],
    ...['HF username', 'hf_user', 'Hugging Face Username', 'User (on the Hub)', '[user]', 'Benutzername'],
    ...[
      "Nom d'utilisateur",
      'Nombre de usuario',
      'Usuário',
      'Nome utente',
      'ユーザー名',
      'ログインID',
      '用户名',
    ],
  ])('%s holds usernames', (name) => {
    expect(entries(`${name},role\nada,write`)).toEqual(['2 ada write -']);
  });

  test.each([
    ...['email', 'e-mail', 'E-Mail', 'mail', 'email address', 'E-mail_Address', 'emailAddress', 'Emails'],
    ...['Email Address [Required]', 'EMAIL ADDRESSES*', 'Primary email', 'Email 1', 'e\u200bmail'],
    ...['E-Mail-Adresse', 'Adresse e-mail', 'Adresse e\u0301lectronique', 'Correo electrónico'],
    ...['Endereço de e-mail', 'Posta elettronica', 'メールアドレス', 'Ｅメール', '电子邮箱', '電子郵件'],
  ])('%s holds addresses', (name) => {
    expect(entries(`${name},role\nada@acme.com,write`)).toEqual(['2 ada@acme.com write -']);
  });

  test.each([
    ...[
      'Role',
      'Roles',
      'Role (read/write)',
      'role:',
      'Rolle',
      'Rôle',
      'Rol',
      'Papel',
      'Ruolo',
      'ロール',
      '角色',
    ],
  ])('%s holds roles', (name) => {
    expect(entries(`user,${name}\nada,admin`)).toEqual(['2 ada admin -']);
  });

  test.each([
    ...[
      'resource-group',
      'group',
      'resource_group',
      'Resource Group',
      'group id',
      'Group-ID',
      'Resource Groups',
    ],
    ...[
      'resourceGroup',
      'Group (id or name)',
      'Gruppe',
      'Groupe',
      'Grupo',
      'Gruppo',
      'グループ1',
      '群组',
      '群組',
    ],
  ])('%s holds groups', (name) => {
    expect(entries(`user,${name}\nada,Cohort 2024`)).toEqual(['2 ada read Cohort 2024']);
  });

  test.each([
    ...[
      'state',
      'Status',
      'active',
      'Enabled',
      'accountEnabled',
      'Account status',
      'User status',
      'Is active',
    ],
    ...['Status [READ ONLY]', 'Membership status', 'employment_status', 'Aktiv', 'Statut', 'ステータス'],
  ])('%s holds states', (name) => {
    expect(entries(`user,${name}\nada,absent`)).toEqual(['2 ada read - absent']);
  });

  test.each([
    ...[
      'expires',
      'Expires at',
      'expiry',
      'until',
      'End date',
      'endDate',
      'Access expiration',
      'Valid until',
    ],
    ...['Expiration date', 'Membership expiry date', 'Gültig bis', 'Date de fin'],
  ])('%s holds end dates', (name) => {
    expect(entries(`user,${name}\nada,2001-01-01`)).toEqual(['2 ada read - expired']);
  });

  test('come in any order, among others', () => {
    expect(entries('Department,ROLE,#,group,user,\nR&D,admin,1,x,ada,')).toEqual(['2 ada admin x']);
  });

  test('are told in one log line, and what is ignored', () => {
    expect(notices('Name,E-Mail,Rolle,\nA,ada@acme.com,read,')).toEqual([
      'Columns: "E-Mail" as `email`, "Rolle" as `role` read; "Name" ignored.',
    ]);
  });
});

describe('a heading that may be one of ours', () => {
  test.each([
    ['Member Role', 'role'],
    ['Account Role', 'role'],
    ['orgRole', 'role'],
    ['Role in the team', 'role'],
    ['Rôle im Team', 'role'],
    ['Mitgliederrolle', 'role'],
    ['メンバー権限', 'role'],
    ['Department group', 'resource-group'],
    ['Groupe de travail', 'resource-group'],
    ['所属グループ', 'resource-group'],
    ['Account e-mail', 'email'],
    ['Recovery Email', 'email'],
    ['Correo institucional', 'email'],
    ['会社メールアドレス', 'email'],
    ['Portal username', 'user'],
    ['Created by user', 'user'],
  ])('%s is a problem that csv-columns settles', (heading, column) => {
    const csv = `user,email,x,${heading}\nada,,,\n`.replace(
      /^user,email/,
      column === 'email' ? 'user,y' : 'email,y',
    );
    const fixed = csv.replace(/\nada/, column === 'email' ? '\nada' : '\nada@acme.com');
    expect(problems(fixed)).toEqual([
      expect.stringContaining(`1: "${heading}" may be the column \`${column}\``),
    ]);
    expect(problems(fixed)[0]).toContain(`\`${column} = ${heading}\``);
    expect(problems(fixed, { csvColumns: `${column} = -` })).toEqual([]);
  });

  test.each([
    'Work email,name',
    'Work email,Private email',
    'Account username,Work email',
    'GitHub username,email',
    'GitHub username,user',
    'user,status,active',
    'user,mail,Work email',
    'user,Team = Role',
    'user,Employee Role (2024)',
    'user,Member  Role,Department group',
    'user,email,"The ""main"" email"',
  ])('no line that a message about %s advises is refused', (header) => {
    const csv = `${header}\nada@acme.com${header.replaceAll(/[^,]/g, '')}`;
    const lines = problems(csv).flatMap((problem) =>
      [...problem.matchAll(/`((?:user|email|role|resource-group|state) = [^`]+)`/g)].map(
        ([, line = '']) => line,
      ),
    );
    for (const line of lines) {
      // What another line of `csv-columns` or another column settles is not a matter of this line.
      const still = problems(csv, { csvColumns: line }).filter((problem) => problem.startsWith('1:'));
      const [column = '', heading = ''] = line.split(/ = (.*)/s);
      for (const problem of still) {
        expect(problem).not.toContain(`has no column "${heading}"`);
        expect(problem).not.toContain(`\`${column}\`, or something else`);
      }
    }
  });

  test.each([
    ['Work email', 'user', '`email = -` and a column `user`', 'email = -'],
    ['Account username', 'email', '`user = -` and a column `email`', 'user = -'],
  ])('is not to be left out if the file then has no people: %s', (heading, other, advice, line) => {
    expect(problems(`${heading},x\nada@acme.com,`)).toEqual([expect.stringContaining(advice)]);
    const cell = other === 'email' ? 'ada@acme.com' : 'ada';
    expect(problems(`${heading},${other}\n,${cell}`, { csvColumns: line })).toEqual([]);
  });

  test('of another system is not to be left out if the file then has no people', () => {
    const [problem = ''] = problems('GitHub username\nadal');
    expect(problem).not.toContain('user = -');
    expect(problem).toContain('Replace it by a column `user` with the usernames on the Hub');
    expect(problems('user\nadal')).toEqual([]);
  });

  test('is to be renamed if csv-columns could not name it as it is shown', () => {
    const [problem = ''] = problems('user,"The ""main"" role"\nada,');
    expect(problem).toContain('Rename it: if it is that column, to `role`');
    expect(problem).not.toContain('csv-columns');
    expect(problems('user,role\nada,')).toEqual([]);
  });

  test('is offered the column that is known, if there is one', () => {
    expect(problems('email,role,Member Role\nada@acme.com,read,x')[0]).toContain(
      '`role = role` if that one is',
    );
  });

  test.each(['github_username', 'GitHub login', 'Slack username', 'GitLab User'])(
    '%s belongs to another system, and is never offered as ours',
    (heading) => {
      const csv = `email,${heading}\nada@acme.com,adal`;
      expect(problems(csv)).toEqual([
        expect.stringContaining(`1: "${heading}" is a column of another system`),
      ]);
      expect(problems(csv)[0]).not.toContain(`user = ${heading}`);
      expect(entries(csv, { csvColumns: 'user = -' })).toEqual(['2 ada@acme.com read -']);
    },
  );

  test.each([
    ...[
      'name',
      'First Name',
      'full name',
      'displayname',
      'department',
      'team',
      'title',
      'phone',
      'country',
      'id',
    ],
    ...[
      'city',
      'uuid',
      'date',
      'start date',
      'notes',
      'note',
      'cohort',
      'company',
      'language',
      'level',
      'score',
    ],
    ...[
      'grade',
      'manager',
      'location',
      'type',
      'code',
      'name2',
      'verified',
      'used',
      'user id',
      'userid',
      'usr',
    ],
    ...['e-mial', '', '-', '部署', 'Group status', 'Email status', 'Email preference', 'Posting permissions'],
    ...[
      'billing-active',
      'has-2fa',
      'expiration-timestamp',
      'Last login',
      'Suspension Date',
      'userPrincipalName',
    ],
    ...['SamAccountName', 'userType', 'Group or project name', 'Password expiry', 'Start', 'Nachname'],
  ])('an unrelated column "%s" is ignored', (name) => {
    expect(readHeading(name)).toEqual({ kind: 'other' });
    expect(problems(`user,role,group,${name}\nada,,,x`)).toEqual([]);
  });
});

describe('near misses', () => {
  test.each([
    ['user,rol', 'rol', undefined],
    ['user,rolle', 'rolle', undefined],
    ['user,rolw', 'rolw', 'role'],
    ['user,grup', 'grup', 'resource-group'],
    ['user,Group Nmae', 'Group Nmae', 'resource-group'],
    ['user,Group name', 'Group name', 'resource-group'],
    ['user,Gruppenname', 'Gruppenname', 'resource-group'],
    ['user,Gruppen-ID', 'Gruppen-ID', 'resource-group'],
    ['user,Nom du groupe', 'Nom du groupe', 'resource-group'],
    ['user,Nombre del grupo', 'Nombre del grupo', 'resource-group'],
    ['user,ID do grupo', 'ID do grupo', 'resource-group'],
    ['user,Nome del gruppo', 'Nome del gruppo', 'resource-group'],
    ['user,グループ名', 'グループ名', 'resource-group'],
    ['user,群组名称', '群组名称', 'resource-group'],
    ['user,Staus', 'Staus', 'state'],
    ['user,expired', 'expired', 'expires'],
    ['usr,role', 'usr', 'user'],
    ['e-mial,role', 'e-mial', 'email'],
  ])('%s', (header, wrong, right) => {
    expect(problems(`${header}\n`, { users: 'ada' })).toEqual(
      right === undefined
        ? []
        : [expect.stringContaining(`1: No column is called "${wrong}". Did you mean \`${right}\`?`)],
    );
  });

  test('are read as what was meant, so that the mistakes below are found, too', () => {
    expect(problems('usr,rolw\na/b,reader').map((problem) => problem.slice(0, 2))).toEqual(['1:', '2:']);
  });

  test('are passed over if the right column is there, or csv-columns says that there is none', () => {
    expect(entries('user,role,rolw,group\nada,write,x,1')).toEqual(['2 ada write 1']);
    expect(entries('user,グループ名,group\nada,x,1')).toEqual(['2 ada read 1']);
    expect(entries('user,rolw\nada,x', { csvColumns: 'role = -' })).toEqual(['2 ada read -']);
  });
});

describe('csv-columns', () => {
  test('names the columns', () => {
    const csv = 'HF account,Login,Contact,Team\nada,other,ada@acme.com,x';
    const csvColumns = '# ours\nuser = HF account\n\ngroup = Team\nemail=-';
    expect(entries(csv, { csvColumns })).toEqual(['2 ada read x']);
  });

  test('finds a heading whatever its case, and without its brackets', () => {
    const csv = 'E-Mail (work),x\nada@acme.com,y';
    expect(entries(csv, { csvColumns: 'email = e-mail (WORK)' })).toEqual(['2 ada@acme.com read -']);
    expect(entries(csv, { csvColumns: 'email = "E-Mail"' })).toEqual(['2 ada@acme.com read -']);
  });

  test('settles two headings for one column', () => {
    const csv = 'Email Address,Email\nada@acme.com,bob@acme.com';
    expect(problems(csv)[0]).toContain('`email = Email Address`');
    expect(entries(csv, { csvColumns: 'email = Email' })).toEqual(['2 bob@acme.com read -']);
  });

  test('can ignore a column that looks like ours', () => {
    expect(entries('user,state\nada,CA', { csvColumns: 'state = -' })).toEqual(['2 ada read -']);
  });

  test('can have several headings for a column, of which a file has one', () => {
    const csvColumns = 'user = HF account\nuser = Hub name';
    expect(entries('Hub name,x\nada,1', { csvColumns })).toEqual(['2 ada read -']);
    expect(problems('Hub name,HF account\nada,1', { csvColumns })[0]).toContain('fits 2 columns');
  });

  test.each([
    ['user HF account', 'is not of the form `column = heading`'],
    ['user =', 'is not of the form `column = heading`'],
    ['person = Name', '"person" is not a column. The columns are `user`, `email`'],
    ['role = -\nrole = Role', '`role` has a heading on one line and `-` on another'],
  ])('%j is a problem of the input', (csvColumns, message) => {
    expect(problems('user\nada', { csvColumns })[0]).toContain(`-: In the input \`csv-columns\`: `);
    expect(problems('user\nada', { csvColumns })[0]).toContain(message);
  });

  test('must name a column that the file has, and one only', () => {
    expect(problems('user,role\nada,read', { csvColumns: 'user = Hub name' })).toEqual([
      expect.stringMatching(/^1: This file has no column "Hub name",.* Its columns are "user", "role"\.$/),
    ]);
    expect(problems('x,x\nada,1', { csvColumns: 'user = x' })[0]).toContain('fits 2 columns');
    expect(problems('x,y\nada,1', { csvColumns: 'user = x\nemail = X' })).toEqual([
      '1: "X" stands for both `user` and `email` in the input `csv-columns`. Remove one of the two lines.',
    ]);
  });
});

describe('a header', () => {
  test.each([
    ['id,userPrincipalName,userType\n1,ada@acme.com,Member', 'email = userPrincipalName'],
    ['Student,SIS Login ID\n"Lovelace, Ada",ada@acme.com', 'email = SIS Login ID'],
    ['Student,Number\nAda,7', 'email = Contact'],
    ['Student,Number, \nAda,7,ada@acme.com', 'email = Contact'],
    ['Student,Number', 'email = Contact'],
  ])('%j has no column of people: a heading above addresses is the example', (csv, line) => {
    expect(problems(csv)).toEqual([expect.stringContaining(`for example: \`${line}\`.`)]);
  });

  test('stands in double quotes as a whole', () => {
    expect(problems('"email,role"\n"ada@acme.com,read"')).toEqual([
      expect.stringContaining('1: The whole row stands in double quotes'),
    ]);
  });

  test.each([
    ['user,user', 'Two columns are called "user"'],
    ['user, Login', 'Both "user" and "Login"'],
    ['mail,E-Mail', 'Both "mail" and "E-Mail"'],
    ['user,role,Role', 'Both "role" and "Role"'],
    ['user,status,accountEnabled', 'Both "status" and "accountEnabled"'],
    ['user,group,Group ID', 'write one row for each group'],
    ['user,Group 1,Group 2', 'write one row for each group'],
  ])('%s is ambiguous', (header, message) => {
    expect(problems(`${header}\n`, { users: 'ada' })).toEqual([expect.stringContaining(message)]);
  });

  test.each(['role,group\nwrite,x', 'name;team\nada;x', 'identifier,github_username\nada@acme.com,adal'])(
    '%j names no person',
    (csv) => {
      expect(problems(csv)).toEqual([expect.stringContaining('1: The first row must name the columns')]);
    },
  );

  test.each([
    ['Ada Lovelace,ada@acme.com,R&D', 'column 1,email,column 3'],
    ['ada@acme.com;write;2027-01-01', 'email;role;expires'],
    ['ada,write\nbob,reader', 'user,role'],
    ['ada@acme.com,bob@acme.com', 'email,column 2'],
    ['ada@acme.com,user\nbob@acme.com,user', 'email,column 2'],
  ])('that is missing above %j is told, with the line to put there', (csv, line) => {
    expect(problems(csv)).toEqual([expect.stringMatching(/^1: The header is missing/)]);
    expect(problems(csv)[0]).toContain(`\`${line}\``);
    expect(problems(`${line}\n${csv.split('\n')[0]}`)).toEqual([]);
  });

  test('is not needed for a single column', () => {
    expect(entries('# people\n\nada\nbob@acme.com\n')).toEqual(['3 ada read -', '4 bob@acme.com read -']);
    expect(entries('ada@acme.com (Ada)\nBob <bob@acme.com>')).toEqual([
      '1 ada@acme.com read -',
      '2 bob@acme.com read -',
    ]);
  });

  test.each(['E-Mail', 'emails', 'Email Address [Required]'])(
    '%s may stand above a single column',
    (name) => {
      expect(entries(`${name}\nbob@acme.com\n`)).toEqual(['2 bob@acme.com read -']);
    },
  );

  test.each(['emil', 'rolf', 'Name', 'luser'])('%s above a single column is a person, not a slip', (name) => {
    expect(entries(`${name}\nada`)).toEqual([`1 ${name} read -`, '2 ada read -']);
  });

  test('of a single column with a slip is one if it stands above addresses', () => {
    expect(problems('e-mial\nada@acme.com\nbob@acme.com')).toEqual([
      expect.stringContaining('Did you mean `email`?'),
    ]);
  });

  test.each(['Unser Team\nada\nx y', 'version:v1.0\r\nMember object ID [x] Required\r\nada@acme.com'])(
    'of a single column that is neither a name nor a person is one problem: %j',
    (csv) => {
      expect(problems(csv)).toEqual([
        expect.stringMatching(/^1: .* The first row must be the heading `user` or `email`/),
      ]);
    },
  );

  test('with a thousand columns and more is none', () => {
    expect(problems(`user${',x'.repeat(1_000)}\nada`)).toEqual([
      expect.stringContaining('more than 1000 cells'),
    ]);
  });
});

describe('the delimiter', () => {
  test.each([
    ['user,role\nada,write', 'comma'],
    ['user;role\nada;write', 'semicolon'],
    ['user\trole\nada\twrite', 'tab'],
    ['user|role\nada|write', 'vertical bar'],
    ['user;role;a, b, c and d\nada;write;', 'semicolon, with commas in a name'],
    ['"user";"role"\n"ada";"write"', 'semicolon, with quotes'],
    ['user;name;role\nada;;write', 'semicolon, if "user;name" without it would be a column'],
    ['user,role,x;y;z;w\nada,write,', 'comma, with semicolons in a name'],
  ])('%j: %s', (csv) => {
    expect(entries(csv)).toEqual(['2 ada write -']);
  });

  test.each([
    ['Student,\nLovelace,ada@acme.com', '2'],
    ['ada,\nlovelace,,grace@acme.com\n', '2'],
    ['ada\nlovelace;ada@acme.com\n', '2'],
  ])('%j has no header and a second cell: no word in it is taken for a person', (csv, line) => {
    expect(problems(csv)).toEqual([expect.stringMatching(new RegExp(`^${line}: `))]);
  });

  test('a file of a single column can have empty cells behind it', () => {
    expect(entries('ada,,\ngrace-hopper,,')).toEqual(['1 ada read -', '2 grace-hopper read -']);
  });

  test('is not what is in the cells', () => {
    expect(problems('user\nada;bob\ncarl,write')).toEqual([
      expect.stringContaining('2: "ada;bob" is not a username'),
      expect.stringContaining('3: This row has 2 cells, but the first row has 1 cell.'),
    ]);
  });
});
