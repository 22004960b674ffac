import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { definition, type RunOptions, runBundle } from '../../scripts/runner.ts';
import { type SimulatedHub, startHub, TEST_TOKEN } from '../../simulator/index.ts';

const NAMES = [
  'Cohort 2024',
  'Cohort, "2025"; x',
  '=HYPERLINK("http://x","y")',
  'two\nlines',
  '# not a comment',
];

let hub: SimulatedHub;

beforeEach(async () => {
  hub = await startHub({
    orgs: [
      {
        name: 'acme',
        members: ['ada', 'bob', 'carol'],
        serviceAccounts: ['robot'],
        groups: [
          {
            name: NAMES[0] as string,
            description: 'Everybody of <2024>',
            users: { ada: 'read', bob: 'contributor', robot: 'admin' },
            repos: ['one', 'two'],
            autoJoin: { enabled: true, role: 'read', scope: 'all' },
          },
          ...NAMES.slice(1).map((name) => ({ name, users: { ada: 'write', carol: 'admin' } as const })),
          'Nobody yet',
        ],
      },
    ],
    tokens: [
      { token: 'hf_nothing', user: 'ada', type: 'fineGrained', scoped: [] },
      { token: 'hf_read', user: 'ada', type: 'read' },
    ],
  });
});

afterEach(() => hub.close());

const list = (inputs: Record<string, string> = {}, options: RunOptions = {}) =>
  runBundle('list-groups', {
    ...options,
    inputs: { 'hf-token': TEST_TOKEN, org: 'acme', 'hub-url': hub.url, ...inputs },
  });

describe('list-groups', () => {
  test('outputs the groups, their ids, and the path of the CSV', async () => {
    const { outputs, exitCode, annotations } = await list();
    expect({ exitCode, annotations }).toEqual({ exitCode: 0, annotations: [] });
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(definition('list-groups').outputs).sort());
    const groups = JSON.parse(outputs['groups'] as string);
    expect(groups.map(({ name }: { name: string }) => name)).toEqual([...NAMES, 'Nobody yet']);
    expect(groups[0]).toEqual({
      id: hub.group(NAMES[0] as string).id,
      name: NAMES[0],
      description: 'Everybody of <2024>',
      members: 3,
      repos: 2,
      autoJoin: true,
    });
    expect(JSON.parse(outputs['ids'] as string)).toEqual(groups.map(({ id }: { id: string }) => id));
    expect(hub.requests).toHaveLength(1);
  });

  test('tells which groups and members of the listing could not be read', async () => {
    const { id, name } = hub.group(NAMES[0] as string);
    const users = [{ name: 'ada', role: 'read' }, { role: 'read' }];
    const body = [{ id, name, users }, { id: 'unknown' }];
    hub.inject({ kind: 'status', status: 200, body, match: { path: /resource-groups$/ } });
    const { outputs, exitCode, annotations } = await list();
    expect({ exitCode, ids: outputs['ids'] }).toEqual({ exitCode: 0, ids: JSON.stringify([id]) });
    expect(annotations.filter(({ kind }) => kind === 'warning')).toEqual([
      expect.objectContaining({
        message: expect.stringContaining(`lack them: 1 resource group, members of "${name}".`),
      }),
    ]);
  });

  test.each(['null', '[null]'])('fails if the Hub answers %s', async (body) => {
    hub.inject({ kind: 'status', status: 200, body, match: { path: /resource-groups$/ } });
    const { exitCode, annotations } = await list();
    expect(exitCode).toBe(1);
    expect(annotations.map(({ message }) => message).join()).toContain('in a form that cannot be read');
  });

  test('exports a CSV with which add-members changes nothing', async () => {
    const before = NAMES.map((name) => hub.members(name));
    const csv = readFileSync((await list()).outputs['csv'] as string);
    const run = await runBundle('add-members', {
      files: { 'groups.csv': csv },
      inputs: {
        'hf-token': TEST_TOKEN,
        org: 'acme',
        'hub-url': hub.url,
        csv: 'groups.csv',
        'on-existing': 'update',
      },
    });
    expect(run.outputs).toMatchObject({
      skipped: '11',
      added: '0',
      updated: '0',
      missing: '0',
      failed: '0',
      changed: 'false',
    });
    expect(run.exitCode).toBe(0);
    expect(hub.requests.every(({ method }) => method === 'GET')).toBe(true);
    expect(NAMES.map((name) => hub.members(name))).toEqual(before);
  });

  test('exports a CSV that starts no formula in a spreadsheet', async () => {
    const csv = readFileSync((await list()).outputs['csv'] as string, 'utf8');
    expect(csv).toContain(`"'=HYPERLINK(`);
    expect(csv.split('\r\n').some((line) => /(^|,)"?[=+@-]/.test(line))).toBe(false);
  });

  test('exports the role in the organization and who added the member', async () => {
    const lines = readFileSync((await list()).outputs['csv'] as string, 'utf8').split('\r\n');
    expect(lines[0]).toBe('user,role,resource-group,group-name,organization-standing,added-by');
    expect(lines[1]).toMatch(/^ada,read,[0-9a-f]{24},Cohort 2024,read,/);
  });

  test('shows the role and scope of auto-join, and the ids last', async () => {
    const { summary } = await list();
    const { id } = hub.group('Cohort 2024');
    expect(summary).toMatch(
      new RegExp(`<td>as <code>read</code>, all members</td><td><code>${id}</code></td></tr>`),
    );
  });

  test('logs each group with the number of its members', async () => {
    const { stdout } = await list();
    for (const { name } of hub.org('acme').groups.values()) {
      const count = Object.keys(hub.members(name)).length;
      expect(stdout).toMatch(new RegExp(`": ${count} members?$`, 'm'));
    }
  });

  test('says in a public repository what an artifact shows', async () => {
    const run = await list({}, { event: { repository: { private: false } } });
    expect(run.exitCode).toBe(0);
    expect(run.annotations).toEqual([expect.objectContaining({ kind: 'warning' })]);
    expect(run.annotations[0]?.message).toMatch(/public.*artifact.*usernames, roles and groups/);
    expect(run.summary).toContain('Everyone can read this page');
  });

  test('warns about a member whose role a roster cannot hold', async () => {
    hub.addMember('Nobody yet', 'bob', 'no_access');
    const run = await list();
    expect(run.annotations).toEqual([expect.objectContaining({ kind: 'warning' })]);
    expect(run.annotations[0]?.message).toContain('1 membership is not in the CSV');
    expect(run.annotations[0]?.message).toContain('bob (no_access) in Nobody yet');
    expect(JSON.parse(run.outputs['groups'] as string).at(-1).members).toBe(1);
  });

  test('writes a table with links, in which names from the Hub stay text', async () => {
    hub.group('two\nlines').name = '</td><img src=x>\n::error::x';
    const { summary, annotations, stdout } = await list();
    expect(summary).toContain(
      `<a href="${hub.url}/organizations/acme/settings/resource-groups/${hub.group('Cohort 2024').id}">Cohort 2024</a>`,
    );
    expect(summary).toContain('6 resource groups');
    expect(summary).toContain('Everybody of &lt;2024&gt;');
    expect(summary).not.toContain('<img');
    expect(annotations).toEqual([]);
    expect(stdout.replace(`::add-mask::${TEST_TOKEN}`, '')).not.toContain(TEST_TOKEN);
  });

  test('accepts that there are no groups', async () => {
    hub.org('acme').groups.clear();
    const { outputs, exitCode, summary } = await list();
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ groups: '[]', ids: '[]' });
    expect(summary).toContain('The token sees none.');
  });

  test('lists the groups of the account of a read token', async () => {
    const { outputs } = await list({ 'hf-token': 'hf_read' });
    expect(JSON.parse(outputs['ids'] as string)).toHaveLength(NAMES.length);
  });

  test.each([
    ['hf_nothing', 'acme', 'org.read'],
    ['hf_wrong', 'acme', 'does not accept the token'],
    [TEST_TOKEN, 'acne', 'no organization "acne"'],
  ])('fails with token %s and organization %s, and says: %s', async (token, org, text) => {
    const run = await list({ 'hf-token': token, org });
    expect(run.exitCode).toBe(1);
    expect(run.annotations).toHaveLength(1);
    expect(run.annotations[0]?.message).toContain(text);
    expect(run.summary).toContain('could not be listed');
    expect(hub.requests.filter(({ path }) => path.includes('whoami')).length).toBeLessThanOrEqual(1);
  });

  test('says that the plan has no resource groups', async () => {
    hub.org('acme').plan = 'free';
    expect((await list()).annotations[0]?.message).toContain('Team plan');
  });
});
