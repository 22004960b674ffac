import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type SimulatedHub, TEST_TOKEN } from '../../../simulator/index.ts';
import { GROUP } from '../../support/run-bundle.ts';
import { csv, type Run, run, startAcme } from './support.ts';

/** What holds for every bad input: nothing was done, and it is said once, in words, without the token. */
function expectRefused(hub: SimulatedHub, result: Run, token = TEST_TOKEN): void {
  expect(result.exitCode).toBe(1);
  expect(result.sent).toEqual([]);
  expect(hub.members(GROUP)).toEqual({});
  expect(result.stderr).toBe('');
  // A runner shows these lines where ACTIONS_STEP_DEBUG is on.
  expect(result.stdout.replace(/^::debug::.*$/gm, '')).not.toMatch(/\bat \S+ \(|node:internal|unforeseen/);
  const told = [
    result.stdout.replaceAll(`::add-mask::${token}\n`, ''),
    result.summary,
    JSON.stringify(result.outputs),
    JSON.stringify(result.report),
    result.reportCsv,
  ];
  if (token !== '') expect(told.join('\n')).not.toContain(token);
}

/** The errors without a place: `setFailed` is the last thing that is said. */
function failures({ annotations }: Run): string[] {
  return annotations
    .filter(({ kind, properties }) => kind === 'error' && properties['file'] === undefined)
    .map(({ message }) => message);
}

/** `line: message` of the errors on `people.csv`. */
function rowErrors({ annotations }: Run): string[] {
  return annotations
    .filter(({ kind, properties }) => kind === 'error' && properties['file'] === 'people.csv')
    .map(({ properties, message }) => `${properties['line']}: ${message}`);
}

describe('an input', () => {
  const cases: [string, Record<string, string>, RegExp][] = [
    ['no token', { 'hf-token': '' }, /^No token\. Set `hf-token/],
    ['a token with a line break', { 'hf-token': 'hf_a\nhf_b' }, /`hf-token` has white space/],
    ['no org', { org: '' }, /^`org` is required\./],
    ['neither users nor csv', { users: '' }, /No one is named\. Set `users`.*or `csv`/],
    ['a misspelt role', { role: 'contributer' }, /Did you mean `contributor`\?/],
    ['yes', { 'allow-missing': 'yes' }, /`allow-missing` is "yes".*`true`, `false`/],
    ['too many people in a request', { 'chunk-size': '1001' }, /`chunk-size` is "1001"/],
    ['a star beside a group', { 'resource-group': `*,${GROUP}` }, /`resource-group` has `\*`/],
    ['http', { 'hub-url': 'http://huggingface.co' }, /`hub-url` must begin with https/],
    ['credentials', { 'hub-url': 'https://me:secret@huggingface.co' }, /must not have a name or password/],
  ];

  test.each(cases)('that is wrong ends the step: %s', async (_, inputs, message) => {
    const hub = await startAcme();
    const result = await run(hub, { users: 'ada', ...inputs });
    expectRefused(hub, result, inputs['hf-token'] ?? TEST_TOKEN);
    expect(result.annotations).toHaveLength(1);
    expect(failures(result)[0]).toMatch(message);
    expect(failures(result)[0]).not.toContain('me:secret');
  });

  test('that is wrong is told with all the others', async () => {
    const hub = await startAcme();
    const result = await run(hub, { org: '', role: 'boss', 'chunk-size': 'x', 'dry-run': 'y' });
    expectRefused(hub, result);
    const [message = '', ...more] = failures(result);
    expect(more).toEqual([]);
    for (const name of ['org', 'role', 'chunk-size', 'dry-run', 'users'])
      expect(message).toContain(`\`${name}\``);
  });

  test('from the environment is checked as well', async () => {
    const hub = await startAcme();
    const inputs = { users: 'ada', 'hub-url': '' };
    const result = await run(hub, inputs, { env: { HF_ENDPOINT: 'http://hub.acme.com' } });
    expectRefused(hub, result);
    expect(failures(result)[0]).toMatch(/`hub-url` must begin with https/);
  });
});

describe('the users input', () => {
  test.each([
    ['a name with a space sign', 'ada\nad%20a', /"ad%20a" is not a username and not an email address/],
    ['a page of another site', 'github.com/ada', /address of a web page/],
    ['half an address', 'ada@', /"ada@"/],
    ['an address without a domain', 'ada@acme', /"ada@acme".*An email address looks like/],
    ['a way out of the path', '../../whoami-v2', /"\.\.\/\.\.\/whoami-v2"/],
    ['two dots', '..', /"\.\."/],
    ['an address that the Hub would not take', 'ada.@acme.com', /"ada\.@acme\.com"/],
    ['a name beside an address', 'Ada Lovelace ada@acme.com', /only the email address/],
    ['no one', ',,\n,', /`users` names no one/],
  ])('that is wrong ends the step: %s', async (_, users, message) => {
    const hub = await startAcme();
    const result = await run(hub, { users });
    expectRefused(hub, result);
    const [about, failed, ...more] = failures(result);
    expect(more).toEqual([]);
    expect(about).toMatch(message);
    expect(failed).toMatch(/^Nothing was changed/);
    expect(result.outputs).toMatchObject({ added: '0', failed: '0', changed: 'false' });
    expect(result.summary).toMatch(/nothing was changed/i);
  });

  test('without a group ends the step', async () => {
    const hub = await startAcme();
    const result = await run(hub, { users: 'ada', 'resource-group': '' });
    expectRefused(hub, result);
    expect(failures(result)[0]).toMatch(/`users` have no group.*`resource-group`/);
  });
});

describe('a row of the CSV', () => {
  const HEADER = 'user,email,role,group';
  const rows: [string, string, RegExp][] = [
    ['no person', ',,read,', /names no person\. Write a username or an email address/],
    ['neither a username nor an address', 'ada lovelace,,,', /"ada lovelace" is not a username/],
    ['an address without a domain', ',ada@acme,,', /"ada@acme" is not a username and not an email address/],
    ['a username among the addresses', ',ada,,', /"ada" is not an email address/],
    ['an unknown role', 'ada,,owner,', /"owner" is not a role\. .*`read`, `contributor`, `write`, `admin`/],
    ['a near miss of a role', 'ada,,wirte,', /Did you mean `write`\?/],
    ['too many cells', 'ada,,read,,,x', /has 6 cells, but the first row has 4/],
    ['a star for a group', 'ada,,read,*', /Only the input `resource-group` knows `\*`/],
    ['a quote that is not closed', '"ada,,read,', /double quote opens a cell here/],
    ['a quote in the middle', 'a"da,,read,', /double quote stands inside a cell/],
    [
      'the same person with another role',
      'BOB,,write,',
      /"BOB" has the role `write` here, but `admin` on line 2/,
    ],
  ];

  test.each(rows)('that is wrong ends the step before the first request: %s', async (_, row, message) => {
    const hub = await startAcme();
    const files = csv(HEADER, 'bob,,admin,', '# a comment', '', row, 'carol,,,');
    const result = await run(hub, { csv: 'people.csv' }, { files });
    expectRefused(hub, result);
    expect(rowErrors(result)).toEqual([expect.stringMatching(message)]);
    expect(rowErrors(result)[0]).toMatch(/^5: /);
    expect(failures(result)).toHaveLength(1);
    expect(result.summary).toContain('people.csv:5');
  });

  test('whose address has no heading above it takes no name for a username', async () => {
    const hub = await startAcme();
    const result = await run(hub, { csv: 'people.csv' }, { files: csv('Student,', 'bob,carol@acme.com') });
    expectRefused(hub, result);
    expect(rowErrors(result)).toEqual([expect.stringMatching(/^2: .*no header/)]);
  });

  test('is found with all the others, each on the line that an editor shows', async () => {
    const hub = await startAcme();
    const files = csv(
      '# people of 2024',
      HEADER,
      '"bob",,read,"Cohort\t2024"',
      'ada,,"',
      '',
      'read",',
      'carol,,raed,',
      '  ,,read,',
      'dave,,,\r',
      'mallory!,,,',
    );
    const result = await run(hub, { csv: 'people.csv', users: 'bo/b' }, { files });
    expectRefused(hub, result);
    expect(rowErrors(result).map((line) => line.replace(/:.*/, ''))).toEqual(['3', '7', '8', '10']);
    expect(failures(result)).toEqual([
      expect.stringMatching(/"bo\/b"/),
      expect.stringMatching(/^Nothing was changed: 5 rows/),
    ]);
  });

  test('is told beside twenty others, though the runner shows ten', async () => {
    const hub = await startAcme();
    const files = csv('user', ...Array.from({ length: 21 }, (_, index) => `not ok ${index}`), 'fine');
    const result = await run(hub, { csv: 'people.csv' }, { files });
    expectRefused(hub, result);
    expect(result.annotations.length).toBeLessThanOrEqual(10);
    for (let index = 0; index < 21; index += 1) {
      expect(result.summary).toContain(`not ok ${index}`);
      expect(result.stdout).toContain(`not ok ${index}`);
    }
  });

  test('may be the first', async () => {
    const hub = await startAcme();
    for (const [header, message] of [
      ['name,group', /one of them must be `user` or `email`/],
      ['usr,role', /Did you mean `user`\?/],
      ['user,rolw', /Did you mean `role`\?/],
      ['user,User Name', /Keep one of them/],
    ] as const) {
      const result = await run(hub, { csv: 'people.csv' }, { files: csv(header, 'ada,read') });
      expectRefused(hub, result);
      expect(rowErrors(result)[0]).toMatch(message);
      expect(rowErrors(result)[0]).toMatch(/^1: /);
    }
  });

  test.each([
    ['Latin-1', Buffer.from('user\nada\nJ\xfcrgen\n', 'latin1'), /^3: .*not UTF-8/],
    ['UTF-16', Buffer.from('user\nada\n', 'utf16le'), /^1: .*UTF-16/],
    ['no text at all', Buffer.from([0x50, 0x4b, 3, 4, 0, 0xff]), /^1: /],
    ['nothing', Buffer.alloc(0), /^1: This file names no one/],
    ['a header alone', Buffer.from('user,role\n'), /^1: This file names no one/],
    ['comments alone', Buffer.from('# user\n\n'), /^1: This file names no one/],
  ])('cannot be read from %s', async (_, bytes, message) => {
    const hub = await startAcme();
    const result = await run(hub, { csv: 'people.csv' }, { files: { 'people.csv': bytes } });
    expectRefused(hub, result);
    expect(rowErrors(result)[0]).toMatch(message);
  });

  test('has no group, and neither has the input', async () => {
    const hub = await startAcme();
    const inputs = { csv: 'people.csv', 'resource-group': '' };
    const without = await run(hub, inputs, { files: csv('user', 'ada') });
    expectRefused(hub, without);
    expect(rowErrors(without)[0]).toMatch(/^1: The rows have no group/);
    const empty = await run(hub, inputs, { files: csv('user,group', `ada,${GROUP}`, 'bob,') });
    expectRefused(hub, empty);
    expect(rowErrors(empty)[0]).toMatch(/^3: This row names no group/);
  });

  test('contradicts the users input', async () => {
    const hub = await startAcme();
    const files = csv('user,role', 'bob,read', 'ADA,write');
    const result = await run(hub, { csv: 'people.csv', users: 'ada' }, { files });
    expectRefused(hub, result);
    expect(rowErrors(result)).toEqual([
      expect.stringMatching(/^3: "ADA" has the role `write` here, but `read` in the input/),
    ]);
  });
});

describe('the CSV file', () => {
  async function refusedFile(path: string, options: Parameters<typeof run>[2] = {}): Promise<string> {
    const hub = await startAcme();
    const result = await run(hub, { csv: path }, options);
    expectRefused(hub, result);
    expect(result.annotations).toHaveLength(1);
    expect(result.outputs).toMatchObject({ added: '0', failed: '0', changed: 'false' });
    expect(result.summary).not.toBe('');
    expect(result.stdout).not.toContain(result.workspace);
    return failures(result)[0] ?? '';
  }

  const files = { 'lists/members.csv': 'ada\n' };

  test.each([
    ['nowhere.csv', /does not exist in the workspace\. Is the repository checked out/],
    ['lists/member.csv', /Did you mean "lists\/members\.csv"\?/],
    ['lists', /is a folder/],
    ['lists/members.csv/deeper.csv', /does not exist/],
    ['../event.json', /lies outside of the workspace/],
    ['/etc/passwd', /lies outside of the workspace/],
    ['lists/../../event.json', /lies outside of the workspace/],
    ['../nowhere.csv', /lies outside of the workspace/],
  ])('that cannot be had ends the step: %s', async (path, message) => {
    expect(await refusedFile(path, { files })).toMatch(message);
  });

  test('that is a link out of the workspace is not read', async () => {
    const outside = join(mkdtempSync(join(tmpdir(), 'outside-')), 'secret.csv');
    writeFileSync(outside, 'ada\n');
    // The workspace is made by the runner: a folder of the test stands in for it.
    const workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
    symlinkSync(outside, join(workspace, 'people.csv'));
    const message = await refusedFile('people.csv', { env: { GITHUB_WORKSPACE: workspace } });
    expect(message).toMatch(/lies outside of the workspace/);
    expect(message).not.toContain(outside);
  });
});
