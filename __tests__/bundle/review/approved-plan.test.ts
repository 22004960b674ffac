import { describe, expect, test } from '@jest/globals';
import type { SimulatedHub } from '../../../simulator/index.ts';
import { type FileChange, type PlannedChange, planFileOf } from '../../../src/membership/plan-file.ts';
import { start } from '../../simulator/client.ts';
import { GROUP } from '../../support/run-bundle.ts';
import { run as add } from '../add-members/support.ts';
import { acme, names, PRUNE, sync } from '../sync-members/support.ts';
import { planned, planOf } from './support.ts';

const RESEARCH = 'Research';

function startTwoGroups(): Promise<SimulatedHub> {
  const groups = [
    { name: GROUP, users: { 'person-1': 'read', 'person-2': 'write', boss: 'admin', old: 'write' } },
    { name: RESEARCH, users: { 'person-1': 'admin' } },
  ] as const;
  return start({ orgs: [acme({ members: [...names(9), 'boss', 'old'], groups })], strangers: ['mallory'] });
}

const ROSTER = [
  'user,role,group,expires',
  'person-1,write,,',
  'person-2,write,,',
  'person-3@acme.com,admin,,',
  'boss,admin,,',
  'person-4,read,Research,',
  'person-1,admin,Research,',
  'person-5,read,,2020-01-01',
];

const INPUTS = { ...PRUNE, 'on-existing': 'update' };

/** Writes the plan into the workspace and has it approved. */
const approving = (plan: unknown, inputs: Record<string, string> = {}) =>
  [
    { ...INPUTS, 'approved-plan': 'approved/plan.json', ...inputs },
    { 'approved/plan.json': typeof plan === 'string' ? plan : JSON.stringify(plan) },
  ] as const;

/** Runs sync-members with the roster and an approved plan. */
function apply(hub: SimulatedHub, plan: unknown, rows = ROSTER, given: Record<string, string> = {}) {
  const [inputs, files] = approving(plan, given);
  return sync(hub, inputs, rows, { files });
}

const plan = async (hub: SimulatedHub, rows = ROSTER) =>
  planOf(await sync(hub, { ...INPUTS, 'dry-run': 'true' }, rows));

describe('the plan of a dry run, approved', () => {
  test('is carried out by a second run, and the groups are then what the plan says', async () => {
    const hub = await startTwoGroups();
    const approved = await plan(hub);
    expect(approved.changes.map(({ action, user }) => `${action} ${user}`).toSorted()).toEqual([
      'add person-3',
      'add person-4',
      'remove old',
      'update-role person-1',
    ]);
    const expected = planned(hub, approved);
    const applied = await apply(hub, approved);
    expect(applied.failure).toBe('');
    expect({ [GROUP]: hub.members(GROUP), [RESEARCH]: hub.members(RESEARCH) }).toEqual(expected);
    expect(planOf(applied).hash).toBe(approved.hash);

    const again = await apply(hub, approved);
    expect([again.exitCode, again.writes, planOf(again).changes]).toEqual([0, [], []]);
  });

  test('does not mind changes that are done already', async () => {
    const hub = await startTwoGroups();
    const approved = await plan(hub);
    const expected = planned(hub, approved);
    hub.addMember(GROUP, 'person-3', 'admin');
    hub.removeMember(GROUP, 'old');
    const applied = await apply(hub, approved);
    expect([applied.exitCode, applied.writes.length]).toEqual([0, 2]);
    expect({ [GROUP]: hub.members(GROUP), [RESEARCH]: hub.members(RESEARCH) }).toEqual(expected);
  });

  test.each<[string, (hub: SimulatedHub) => void, readonly string[], string]>([
    ['one more row', () => {}, [...ROSTER, 'person-6,read,,'], `add person-6 (read) in "${GROUP}"`],
    [
      'a higher role',
      () => {},
      ROSTER.with(5, 'person-4,write,Research,'),
      `add person-4 (write) in "${RESEARCH}"`,
    ],
    ['one row less', () => {}, ROSTER.toSpliced(2, 1), `remove person-2 (write) in "${GROUP}"`],
    [
      'a role that changed in the meantime',
      (hub) => hub.addMember(GROUP, 'person-1', 'contributor'),
      ROSTER,
      `update-role person-1 (contributor to write) in "${GROUP}"`,
    ],
    [
      'a member who joined in the meantime',
      (hub) => hub.addMember(GROUP, 'person-7', 'read'),
      ROSTER,
      `remove person-7 (read) in "${GROUP}"`,
    ],
  ])(
    'lets nothing be written if another change is needed, and names it: %s',
    async (_, meanwhile, rows, told) => {
      const hub = await startTwoGroups();
      const approved = await plan(hub);
      meanwhile(hub);
      const before = [hub.members(GROUP), hub.members(RESEARCH)];
      const applied = await apply(hub, approved, [...rows]);
      expect([applied.exitCode, applied.writes]).toEqual([1, []]);
      expect(applied.failure).toContain(`1 change is not in the approved plan: ${told}.`);
      expect([hub.members(GROUP), hub.members(RESEARCH)]).toEqual(before);
      const [other, ...more] = applied.results.filter(({ message }) => message.includes('does not contain'));
      expect([other && told.includes(other.user ?? '-'), more]).toEqual([true, []]);
      // What would have to be approved, to compare.
      expect(planOf(applied).hash).not.toBe(approved.hash);
    },
  );
});

/** A plan with other changes and a hash that fits them, as a person could make it who can write the file. */
function forged(
  { org, changes }: { org: string; changes: readonly FileChange[] },
  others: readonly FileChange[],
) {
  const planned = [...changes, ...others].map(
    ({ action, from, to, ...member }) => ({ action, from, to, member }) as PlannedChange,
  );
  return planFileOf(org, planned);
}

describe('a plan file edited by hand', () => {
  const entry = (hub: SimulatedHub, user: string): FileChange => ({
    ...{ group: hub.group(GROUP).id, groupName: GROUP, action: 'add', user, from: null, to: 'admin' },
  });

  test.each<[string, (hub: SimulatedHub, text: string) => string]>([
    ['the id of the group', (hub, text) => text.replaceAll(hub.group(GROUP).id, hub.group(RESEARCH).id)],
    [
      'an entry more',
      (hub, text) => text.replace('"changes":[', `"changes":[${JSON.stringify(entry(hub, 'mallory'))},`),
    ],
    ['an entry less', (_, text) => text.replace(/\{"group"[^}]*\},/, '')],
    ['a role', (_, text) => text.replace('"to":"read"', '"to":"write"')],
    ['the hash', (_, text) => text.replace(/"hash":"./, '"hash":"z')],
  ])('is refused before the first request: %s', async (_, edit) => {
    const hub = await startTwoGroups();
    const text = JSON.stringify(await plan(hub));
    const edited = edit(hub, text);
    expect(edited).not.toBe(text);
    const { exitCode, failure, sent } = await apply(hub, edited);
    expect([exitCode, sent]).toEqual([1, []]);
    expect(failure).toContain('`approved-plan`: The plan was edited');
  });

  test('with a hash that fits grants nothing that the roster does not ask for', async () => {
    const hub = await startTwoGroups();
    const approved = forged(await plan(hub), [entry(hub, 'mallory'), entry(hub, 'person-9')]);
    const applied = await apply(hub, approved);
    expect(applied.exitCode).toBe(0);
    expect(hub.members(GROUP)).toEqual({
      ...{ 'person-1': 'write', 'person-2': 'write', 'person-3': 'admin', boss: 'admin' },
    });
  });
});

test.each<[string, unknown, string]>([
  ['no JSON', 'changes: all', 'is not a plan'],
  ['nothing', '', 'is not a plan'],
  ['another file', { version: 1, org: 'acme', results: [] }, 'is not a plan'],
  ['half a plan', '{"version":1,"org":"acme","hash":"","changes":[{"gro', 'is not a plan'],
  ['another version', { version: 2, org: 'acme', hash: '', changes: [] }, 'has version "2"'],
  ['another organization', planFileOf('other', []), 'is for the organization "other"'],
  ['deep nesting', `${'['.repeat(100_000)}`, 'is not a plan'],
  ['more than a plan can be', ' '.repeat(33 * 1024 ** 2), 'larger than 32 MiB. Split the roster'],
])('a plan file that is %s is an error that says so, and nothing is sent', async (_, text, message) => {
  const hub = await startTwoGroups();
  for (const given of [{}, { 'dry-run': 'true' }]) {
    const { exitCode, failure, sent, outputs } = await apply(hub, text, ROSTER, given);
    expect([exitCode, sent]).toEqual([1, []]);
    expect(failure).toContain('`approved-plan`: ');
    expect(failure).toContain(message);
    expect(outputs).toMatchObject({ added: '0', changed: 'false', plan: '' });
  }
});

test.each([
  ['that is not there', 'approved/paln.json', 'Did you mean'],
  ['outside of the workspace', '/etc/hostname', 'lies outside of the workspace'],
  ['that is two files', 'people.csv\napproved/plan.json', 'Write the path of one plan file'],
])('a plan file %s is an error, and nothing is sent', async (_, path, message) => {
  const hub = await startTwoGroups();
  const { exitCode, failure, sent } = await apply(hub, planFileOf('acme', []), ROSTER, {
    'approved-plan': path,
  });
  expect([exitCode, sent]).toEqual([1, []]);
  expect(failure).toContain(message);
});

describe('the hash is the same', () => {
  test('in a dry run and in a real one, in any order, any capitals, any chunks, whatever the dates', async () => {
    const rows = [
      'person-1,write,',
      'person-2,write,',
      'person-3@acme.com,admin,',
      'boss,admin,',
      'person-4,read,',
    ];
    const variants: [string[], Record<string, string>][] = [
      [rows, { 'dry-run': 'true' }],
      [rows.toReversed(), { 'dry-run': 'true', 'chunk-size': '1' }],
      [
        rows.map((row) => row.toUpperCase().replace(/,(WRITE|ADMIN|READ),/, (role) => role.toLowerCase())),
        {},
      ],
      [rows.map((row) => `${row}2999-01-01`), { 'chunk-size': '2' }],
    ];
    const hashes = new Set<string>();
    for (const [order, inputs] of variants) {
      const hub = await startTwoGroups();
      const ran = await sync(hub, { ...INPUTS, ...inputs }, ['user,role,expires', ...order]);
      expect(ran.failure).toBe('');
      hashes.add(planOf(ran).hash);
    }
    expect(hashes.size).toBe(1);
  });
});

test('add-members keeps to an approved plan, too', async () => {
  const hub = await startTwoGroups();
  const inputs = { users: 'person-3 person-1', role: 'write', 'on-existing': 'update' };
  const approved = planOf(await add(hub, { ...inputs, 'dry-run': 'true' }));
  const [given, files] = approving(approved, inputs);
  const { 'on-unlisted': _, 'max-removals': __, ...ofAdd } = given;
  const more = await add(hub, { ...ofAdd, users: 'person-3 person-1 person-4' }, { files });
  expect([more.exitCode, more.writes]).toEqual([1, []]);
  const applied = await add(hub, ofAdd, { files });
  expect([applied.exitCode, applied.outputs['added'], applied.outputs['updated']]).toEqual([0, '1', '1']);
  expect(hub.members(GROUP)).toMatchObject({ 'person-1': 'write', 'person-3': 'write', 'person-2': 'write' });
});
