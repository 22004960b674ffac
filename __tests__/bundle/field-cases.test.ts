import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from '../../scripts/runner.ts';
import type { SimulatedHub } from '../../simulator/index.ts';
import { start } from '../simulator/client.ts';
import { runStep } from '../support/run-bundle.ts';

/*
 * Rosters in the shapes that people have who do this job, with made-up people: what the action makes of them, and who is
 * in which group of the simulated Hub afterwards.
 */

const EMAILS: Readonly<Record<string, string>> = {
  ada: 'ada@acme.com',
  'grace-hopper': 'grace@acme.com',
  jdoe: 'john.doe@acme.com',
  'jane-d': 'jane.doe@acme.com',
  lovelace: 'betty@acme.com',
  mobrien: "mary.o'brien@acme.com",
  linus: 'linus+hf@acme.com',
  'max-k': 'max@xn--kse-qla.de',
  alan: 'alan@acme.com',
  gone: 'gone@acme.com',
};

const GROUPS = ['Cohort 2024', 'Research', 'Équipe'];

interface Case {
  readonly id: string;
  readonly title: string;
  readonly file?: string | Uint8Array;
  /** Other inputs than `csv: roster.csv` and `resource-group: Cohort 2024`. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Who is in `Cohort 2024` afterwards, and in `Research`. */
  readonly cohort?: Readonly<Record<string, string>>;
  readonly research?: Readonly<Record<string, string>>;
  /** Codes of the results that are not `added`, by input. */
  readonly codes?: Readonly<Record<string, string>>;
  /** Bad input: the errors on lines of the file (or on the inputs, `-`). Nothing is sent then. */
  readonly errors?: readonly (readonly [line: string, message: RegExp])[];
  /** What any message says, besides. */
  readonly said?: RegExp;
}

const BOTH = { ada: 'read', 'grace-hopper': 'read' };
const ADA = { ada: 'read' };
const ROLES_LISTED = /is not a role\. .*`read`, `contributor`, `write`, `admin`/;

const CASES: readonly Case[] = [
  {
    id: 'F01',
    title: 'a line with a version and a long bracketed heading stand above addresses',
    file: 'version:v1.0\r\nMember object ID or user principal name [memberObjectIdOrUpn] Required\r\nada@acme.com\r\ngrace@acme.com\r\n',
    errors: [['1', /first row must be the heading `user` or `email`/]],
  },
  {
    id: 'F02',
    title: 'a directory has an empty address and a disabled account',
    file: 'userPrincipalName,displayName,surname,mail,givenName,id,userType,accountEnabled\r\nada@acme.com,Ada Lovelace,Lovelace,ada@acme.com,Ada,1,Member,True\r\ngrace@acme.com,Grace Hopper,Hopper,,Grace,2,Member,True\r\ngone@acme.com,Gone Person,Person,gone@acme.com,Gone,3,Member,False\r\n',
    errors: [['3', /names no person/]],
  },
  {
    id: 'F03',
    title: 'headings have notes in brackets, and one person is suspended',
    file: 'First Name [Required],Last Name [Required],Email Address [Required],Org Unit Path [Required],Status [READ ONLY]\nAda,Lovelace,ada@acme.com,/,Active\nGone,Person,gone@acme.com,/,Suspended\n',
    cohort: ADA,
    codes: { 'gone@acme.com': 'absent' },
  },
  {
    id: 'F04',
    title: 'a mailing group has several columns that speak of its members',
    file: 'Email address,Nickname,Group status,Email status,Email preference,Posting permissions\nada@acme.com,"Lovelace, Ada",owner,,All email,Allowed\ngrace@acme.com,,member,,All email,Allowed\n',
    cohort: BOTH,
  },
  {
    id: 'F05',
    title: 'the handle of a chat tool is the Hub name of another member',
    file: 'username,email,status,billing-active,has-2fa,has-sso,userid,fullname,displayname,expiration-timestamp\njdoe,jane.doe@acme.com,Member,1,0,0,U1,Jane Doe,jane,\n',
    codes: { jdoe: 'identity-conflict' },
    said: /jdoe.*jane-d/,
  },
  {
    id: 'F08',
    title: 'a display name of one word is the Hub name of another member',
    file: 'User id,User name,email,User status\n1,Lovelace,ada@acme.com,Active\n',
    codes: { Lovelace: 'identity-conflict' },
    said: /lovelace.*ada/i,
  },
  {
    id: 'F09',
    title: 'the usernames are those of GitHub',
    file: '"identifier","github_username","github_id","name"\n"ada@acme.com","adal","101","Ada Lovelace"\n"grace@acme.com","","",""\n',
    errors: [['1', /must be `user` or `email`/]],
  },
  {
    id: 'F11',
    title: 'some rows have a username and others an address',
    file: 'first_name,last_name,username,email\nAda,L,ada,\nGrace,H,,grace@acme.com\n',
    cohort: BOTH,
  },
  {
    id: 'F13',
    title: 'every line ends in empty columns',
    file: 'email,role,,,\nada@acme.com,read,,,\ngrace@acme.com,write,,,\n',
    cohort: { ada: 'read', 'grace-hopper': 'write' },
  },
  {
    id: 'F13b',
    title: 'some rows have an extra empty cell',
    file: '"email","firstname"\n"ada@acme.com","Ada"\n"grace@acme.com","Grace",\n',
    cohort: BOTH,
  },
  { id: 'F16', title: 'the last lines are blank', file: 'email\nada@acme.com\n   \n\n', cohort: ADA },
  {
    id: 'F17',
    title: 'a ticket number begins with #',
    file: 'Ticket,Email\n#101,ada@acme.com\n102,grace@acme.com\n',
    cohort: BOTH,
  },
  {
    id: 'F19',
    title: 'the first line names the delimiter',
    file: 'sep=;\r\nemail;role\r\nada@acme.com;write\r\n',
    cohort: { ada: 'write' },
  },
  {
    id: 'F20',
    title: 'a line with a type stands above the header',
    file: '#TYPE Selected.Microsoft.ActiveDirectory.Management.ADUser\r\n"SamAccountName","Mail"\r\n"alovelace","ada@acme.com"\r\n',
    cohort: ADA,
  },
  {
    id: 'F22',
    title: 'a no-break space follows the address',
    file: 'email,role\nada@acme.com\u00a0,read\n',
    cohort: ADA,
  },
  {
    id: 'F23b',
    title: 'a zero-width space follows the address',
    file: 'email,role\nada@acme.com\u200b,read\n',
    cohort: ADA,
  },
  {
    id: 'F24',
    title: 'two files with marks and headers were put together',
    file: '\ufeffemail,role\nada@acme.com,read\n\ufeffemail,role\ngrace@acme.com,read\n',
    cohort: BOTH,
  },
  {
    id: 'F24b',
    title: 'a header stands in the middle',
    file: 'user\nada\nuser\ngrace-hopper\n',
    cohort: BOTH,
  },
  {
    id: 'F25',
    title: 'spaces stand around the delimiters',
    file: 'Email, Name, Phone, Notes\nada@acme.com, Ada L, 0123, n1\ngrace@acme.com , Grace H, 0124, n2\n',
    cohort: BOTH,
  },
  {
    id: 'F26b',
    title: 'users has names before addresses',
    inputs: { users: 'Ada Lovelace <ada@acme.com>\nGrace Hopper <grace@acme.com>' },
    cohort: BOTH,
  },
  {
    id: 'F26c',
    title: 'a cell has a name before the address',
    file: 'email,role\nAda Lovelace <ada@acme.com>,read\n',
    cohort: ADA,
  },
  {
    id: 'F27',
    title: 'users separates addresses by semicolons',
    inputs: { users: 'ada@acme.com; grace@acme.com;alan@acme.com' },
    cohort: { ...BOTH, alan: 'read' },
  },
  {
    id: 'F29',
    title: 'users has pairs of an address and a name in brackets',
    inputs: { users: '(ada@acme.com, Ada Lovelace)\n(grace@acme.com, Grace Hopper)' },
    errors: [['-', /Write only the email address or the username/]],
  },
  {
    id: 'F30',
    title: 'usernames are mentions and pages of the Hub',
    file: 'user,role\n@ada,read\nhttps://huggingface.co/grace-hopper,read\nhuggingface.co/alan,read\n',
    cohort: { ...BOTH, alan: 'read' },
  },
  { id: 'F31', title: 'an address is a link', file: 'email,role\nmailto:ada@acme.com,read\n', cohort: ADA },
  {
    id: 'F32',
    title: 'an address has an apostrophe',
    file: "email\nmary.o'brien@acme.com\n",
    cohort: { mobrien: 'read' },
  },
  {
    id: 'F33',
    title: 'an address stands there twice, in capitals once',
    file: 'Email\nADA@ACME.COM\nada@acme.com\nGrace@Acme.Com\n',
    cohort: BOTH,
  },
  { id: 'F34', title: 'a domain has an umlaut', file: 'email\nmax@käse.de\n', cohort: { 'max-k': 'read' } },
  {
    id: 'F35',
    title: 'a cell has several groups',
    file: 'user,group\nada,Cohort 2024;Research\n',
    inputs: { 'resource-group': '' },
    errors: [['2', /one row for each group/]],
  },
  {
    id: 'F35b',
    title: 'there are two columns of groups',
    file: 'user,group,group\nada,Cohort 2024,Research\n',
    inputs: { 'resource-group': '' },
    errors: [['1', /one row for each group/]],
  },
  {
    id: 'F36',
    title: 'the headings are German',
    file: 'Vorname;Nachname;E-Mail-Adresse;Rolle;Gruppe\r\nAda;Lovelace;ada@acme.com;write;Research\r\n',
    research: { ada: 'write' },
  },
  {
    id: 'F37',
    title: 'the heading of the role has a note in brackets',
    file: 'Email,Role (read/write)\nada@acme.com,write\n',
    cohort: { ada: 'write' },
  },
  {
    id: 'F37b',
    title: 'a column may be the role',
    file: 'Email,Member Role\nada@acme.com,read\n',
    inputs: { role: 'admin' },
    errors: [['1', /"Member Role".*`csv-columns`: `role = Member Role`/]],
  },
  {
    id: 'F38',
    title: 'roles are numbers',
    file: 'Email,Role\nada@acme.com,3\n',
    errors: [['2', ROLES_LISTED]],
  },
  {
    id: 'F40',
    title: 'two columns hold addresses',
    file: 'Timestamp,Email Address,Email,Comments\n2026/01/02 10:00:00,ada@acme.com,ada@acme.com,hi\n',
    errors: [['1', /Both "Email Address" and "Email"/]],
  },
  {
    id: 'F41',
    title: 'a workbook has the name of a CSV',
    file: Buffer.from('PK\x03\x04\x14\0\0\0\b\0[Content_Types].xml xl/workbook.xml', 'latin1'),
    errors: [['1', /Excel workbook.*CSV UTF-8/]],
  },
  {
    id: 'F43',
    title: 'a cell that is not used has quotes inside',
    file: 'email,name\nada@acme.com,Ada "Countess" Lovelace\ngrace@acme.com,Grace\n',
    cohort: BOTH,
  },
  {
    id: 'F44',
    title: 'the only heading is a plural',
    file: 'emails\nada@acme.com\ngrace@acme.com\n',
    cohort: BOTH,
  },
  {
    id: 'F46',
    title: 'several columns have no header',
    file: 'Ada Lovelace,ada@acme.com,R&D,Engineer\nGrace Hopper,grace@acme.com,R&D,Admiral\n',
    errors: [['1', /header is missing.*`column 1,email,column 3,column 4`/]],
  },
  {
    id: 'F47',
    title: 'users is a list with check boxes',
    inputs: { users: '- [x] ada\n- [ ] grace-hopper' },
    cohort: BOTH,
  },
  {
    id: 'F48',
    title: 'cells have several people',
    file: 'Username,Email,Full Name,Status\nada;adal,ada@acme.com;ada@acme.com,Ada L;Ada L,Active;Inactive\n',
    errors: [['2', /several people/]],
  },
  {
    id: 'F49',
    title: 'a row has no address',
    file: 'email,role,name\nada@acme.com,read,Ada\n,read,Grace\n',
    errors: [['3', /names no person/]],
  },
  {
    id: 'F51',
    title: 'a column of a tracker may be the role',
    file: 'Name,Email Address,Username,Initials,Account Role,Suspension Date\nJane Doe,jane.doe@acme.com,jdoe,JD,Member,\n',
    errors: [['1', /"Account Role".*`csv-columns`/]],
  },
  {
    id: 'F52',
    title: 'semicolons separate, and a quoted name has a comma',
    file: 'Name;E-Mail;Role\r\n"Lovelace, Ada";ada@acme.com;WRITE \r\n',
    cohort: { ada: 'write' },
  },
  {
    id: 'F36c',
    title: 'the headings are Japanese, and the role is none of a group',
    file: 'ログインID,氏名,権限,メールアドレス,グループ1\nadal,エイダ,受講者,ada@acme.com,A\n',
    errors: [['2', ROLES_LISTED]],
  },
  {
    id: 'F57',
    title: 'a list without a header has names behind addresses',
    file: 'ada@acme.com (Ada Lovelace)\ngrace@acme.com (Grace Hopper)\n',
    cohort: BOTH,
  },
  {
    id: 'F58',
    title: 'a single column has an unknown heading',
    file: 'Handle\nada\ngrace-hopper\n',
    cohort: BOTH,
    codes: { Handle: 'not-in-organization' },
    said: /"Handle".*probably a heading/,
  },
  {
    id: 'F60',
    title: 'the roles are those of another tool',
    file: 'Name,Username,Email,Path,Group or project name,Type,Role,Membership status,Access expiration\nJane Doe,jdoe,jane.doe@acme.com,acme,Acme,Group,Developer,approved,\n',
    errors: [['2', ROLES_LISTED]],
  },
];

async function acme(): Promise<SimulatedHub> {
  const members = Object.entries(EMAILS).map(([user, email]) => ({ user, email }));
  const emailDomains = ['acme.com', 'xn--kse-qla.de'];
  return start({ orgs: [{ name: 'acme', emailDomains, members, groups: GROUPS }] });
}

function inputsOf({ file, inputs }: Case): Record<string, string> {
  return { 'resource-group': 'Cohort 2024', ...(file === undefined ? {} : { csv: 'roster.csv' }), ...inputs };
}

async function expectAsPromised(one: Case): Promise<void> {
  const hub = await acme();
  const step = await runStep(hub, {
    inputs: inputsOf(one),
    files: one.file === undefined ? {} : { 'roster.csv': one.file },
  });
  expect(hub.members('Cohort 2024')).toEqual(one.cohort ?? {});
  expect(hub.members('Research')).toEqual(one.research ?? {});
  expect(hub.members('Équipe')).toEqual({});
  const told = step.annotations.filter(({ kind }) => kind === 'error');
  if (one.errors !== undefined) {
    expect([step.exitCode, hub.requests]).toEqual([1, []]);
    const onRows = told.filter(({ message }) => !message.startsWith('Nothing was changed'));
    expect(onRows.map(({ properties }) => properties['line'] ?? '-')).toEqual(
      one.errors.map(([line]) => line),
    );
    one.errors.forEach(([, message], index) => {
      expect(onRows[index]?.message).toMatch(message);
    });
    return;
  }
  const codes = (step.report?.results ?? []).filter(({ code }) => code !== 'added');
  expect(Object.fromEntries(codes.map(({ input, code }) => [input, code]))).toEqual(one.codes ?? {});
  if (one.said !== undefined) expect(codes.map(({ message }) => message).join('\n')).toMatch(one.said);
  const fails = codes.some(({ status }) => status !== 'skipped');
  expect(step.exitCode).toBe(fails ? 1 : 0);
}

describe('a roster in which', () => {
  test.each(CASES.map((one) => [one.title, one.id, one] as const))(
    '%s comes out as promised (%s)',
    (_, __, one) => expectAsPromised(one),
  );

  test('a column of a tracker is settled not to be the role has a username of another member (F51)', async () => {
    const { file = '' } = CASES.find(({ id }) => id === 'F51') ?? {};
    await expectAsPromised({
      id: 'F51',
      title: '',
      file,
      inputs: { 'csv-columns': 'role = -' },
      codes: { jdoe: 'identity-conflict' },
      said: /jdoe.*jane-d/,
    });
  });
});

const SHARED = join(root, '..', 'shared', 'field-cases.json');
const whenShared = existsSync(SHARED) ? test : test.skip;

whenShared('every case of the shared file is known here, letter for letter', () => {
  const shared = JSON.parse(readFileSync(SHARED, 'utf8')) as {
    cases: { id: string; file?: string; fileBase64?: string; inputs: Record<string, string> }[];
  };
  const known = new Map(CASES.map((one) => [one.id, one]));
  expect(shared.cases.map(({ id }) => id).filter((id) => !known.has(id))).toEqual([]);
  for (const { id, file, fileBase64, inputs } of shared.cases) {
    const one = known.get(id) as Case;
    expect([id, inputsOf(one)]).toEqual([id, inputs]);
    if (fileBase64 === undefined) expect([id, one.file]).toEqual([id, file]);
  }
});
