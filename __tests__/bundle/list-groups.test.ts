import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { definition, runBundle } from '../../scripts/runner.ts';
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
            autoJoin: { enabled: true, role: 'read' },
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

const list = (inputs: Record<string, string> = {}) =>
  runBundle('list-groups', {
    inputs: { 'hf-token': TEST_TOKEN, org: 'acme', 'hub-url': hub.url, ...inputs },
  });

describe('list-groups', () => {
  test('puts out the groups, their ids, and where the CSV is', async () => {
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

  test('add-members run on its CSV changes nothing', async () => {
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

  test('the CSV starts no formula in a spreadsheet', async () => {
    const csv = readFileSync((await list()).outputs['csv'] as string, 'utf8');
    expect(csv).toContain(`"'=HYPERLINK(`);
    expect(csv.split('\r\n').some((line) => /(^|,)"?[=+@-]/.test(line))).toBe(false);
  });

  test('somebody with a role that no group knows is left out of the CSV, and that is said', async () => {
    hub.addMember('Nobody yet', 'bob', 'no_access');
    const run = await list();
    expect(run.annotations).toEqual([expect.objectContaining({ kind: 'warning' })]);
    expect(run.annotations[0]?.message).toContain('1 membership is not in the CSV');
    expect(JSON.parse(run.outputs['groups'] as string).at(-1).members).toBe(1);
  });

  test('the summary is a table with links, and names from the Hub stay text', async () => {
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

  test('no groups is an answer, too', async () => {
    hub.org('acme').groups.clear();
    const { outputs, exitCode, summary } = await list();
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ groups: '[]', ids: '[]' });
    expect(summary).toContain('The token sees none.');
  });

  test('a read token sees the groups of its owner', async () => {
    const { outputs } = await list({ 'hf-token': 'hf_read' });
    expect(JSON.parse(outputs['ids'] as string)).toHaveLength(NAMES.length);
  });

  test.each([
    ['hf_nothing', 'acme', 'org.read'],
    ['hf_wrong', 'acme', 'does not accept the token'],
    [TEST_TOKEN, 'acne', 'no organization "acne"'],
  ])('%s in %s fails with the cause and the remedy: %s', async (token, org, text) => {
    const run = await list({ 'hf-token': token, org });
    expect(run.exitCode).toBe(1);
    expect(run.annotations).toHaveLength(1);
    expect(run.annotations[0]?.message).toContain(text);
    expect(hub.requests.filter(({ path }) => path.includes('whoami')).length).toBeLessThanOrEqual(1);
  });

  test('a plan without groups is told as such', async () => {
    hub.org('acme').plan = 'free';
    expect((await list()).annotations[0]?.message).toContain('Team plan');
  });
});
