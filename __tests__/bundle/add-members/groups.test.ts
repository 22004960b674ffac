import { describe, expect, test } from '@jest/globals';
import { type GroupSpec, people, type SimulatedHub } from '../../../simulator/index.ts';
import { csv, failure, type Run, run, sentUsers, startAcme } from './support.ts';

const NAMES = ['Cohort 2024', 'Research & Development', 'Züri/West #1', '100%'];

/** Who is in each group now. */
function everybody(
  hub: SimulatedHub,
  names: readonly string[] = NAMES,
): Record<string, Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, hub.members(name)]));
}

const ONE = { 'person-1': 'read' };

describe('groups are found', () => {
  test.each([
    ['by name', () => 'Cohort 2024', ['Cohort 2024']],
    ['by id', (ids) => ids[1], ['Research & Development']],
    ['by an id in capitals', (ids) => ids[1]?.toUpperCase(), ['Research & Development']],
    ['by a name in other capitals', () => 'COHORT 2024', ['Cohort 2024']],
    ['by ids and names', (ids) => `${ids[0]}, 100%`, ['Cohort 2024', '100%']],
    ['line by line', () => '\n  Cohort 2024\r\n\nZüri/West #1  \n', ['Cohort 2024', 'Züri/West #1']],
    ['once, however often they are named', (ids) => `100%,${ids[3]},100%`, ['100%']],
    ['all of them by a star', () => ' * ', NAMES],
  ] satisfies [string, (ids: string[]) => string | undefined, string[]][])(
    '%s',
    async (_, written, meant) => {
      const hub = await startAcme({ members: people(3), groups: NAMES });
      const ids = NAMES.map((name) => hub.group(name).id);
      const result = await run(hub, { users: 'person-1', 'resource-group': written(ids) ?? '' });
      expect(result.exitCode).toBe(0);
      expect(everybody(hub)).toEqual(
        Object.fromEntries(NAMES.map((name) => [name, (meant as string[]).includes(name) ? ONE : {}])),
      );
      expect(result.report?.groups).toEqual(meant.map((name) => ({ id: hub.group(name).id, name })));
      expect(result.outputs).toMatchObject({ added: String(meant.length) });
      expect(result.writes).toHaveLength(meant.length);
    },
  );

  test('a star means those that the token can see', async () => {
    const groups = [{ name: 'Mine', users: { 'person-1': 'admin' } }, 'Theirs'] as const;
    const tokens = [{ token: 'hf_group_admin', user: 'person-1', type: 'write' as const }];
    const hub = await startAcme({ members: people(3), groups }, { tokens });
    const inputs = {
      'hf-token': 'hf_group_admin',
      users: 'person-2@acme.com, person-3',
      'resource-group': '*',
    };
    expect((await run(hub, inputs)).exitCode).toBe(0);
    expect(everybody(hub, ['Mine', 'Theirs'])).toEqual({
      Mine: { 'person-1': 'admin', 'person-2': 'read', 'person-3': 'read' },
      Theirs: {},
    });
  });

  test('a name that looks like an id is a name if there is no such id', async () => {
    const name = 'abcdef012345678901234567';
    const hub = await startAcme({ members: people(3), groups: [name, 'Other'] });
    expect((await run(hub, { users: 'person-1', 'resource-group': name })).exitCode).toBe(0);
    expect((await run(hub, { users: 'person-2', 'resource-group': `Other,${name}` })).exitCode).toBe(0);
    expect(hub.members(name)).toEqual({ 'person-1': 'read', 'person-2': 'read' });
  });

  test('an id is the id even if there is a group of that name', async () => {
    const id = 'abcdef012345678901234567';
    const hub = await startAcme({ members: people(3), groups: [{ name: 'Other', id }, id] });
    for (const list of [id, `${id},Other`]) {
      expect((await run(hub, { users: 'person-1', 'resource-group': list })).exitCode).toBe(0);
    }
    expect(hub.group('Other').users.size).toBe(1);
    expect([...hub.org('acme').groups.values()].find(({ name }) => name === id)?.users.size).toBe(0);
  });
});

describe('a group for each row', () => {
  test('is by id or name, and an empty cell means the input', async () => {
    const hub = await startAcme({ members: people(6), groups: NAMES });
    const files = csv(
      'group,user,role',
      `${hub.group('100%').id},person-1,admin`,
      '"Research & Development",person-2@acme.com,',
      ',person-3,write',
      'Züri/West #1,person-1,',
      ',person-4,',
    );
    const inputs = { csv: 'people.csv', role: 'contributor' };
    const { exitCode, results } = await run(hub, inputs, { files });
    expect(exitCode).toBe(0);
    expect(everybody(hub)).toEqual({
      'Cohort 2024': { 'person-3': 'write', 'person-4': 'contributor' },
      'Research & Development': { 'person-2': 'contributor' },
      'Züri/West #1': { 'person-1': 'contributor' },
      '100%': { 'person-1': 'admin' },
    });
    expect(results.map(({ source }) => source)).toEqual([2, 3, 4, 5, 6].map((line) => `people.csv:${line}`));
  });

  test('needs no input', async () => {
    const hub = await startAcme({ members: people(6), groups: NAMES });
    const files = csv('email;resource_group', 'person-1@acme.com;100%', 'person-2@acme.com;Cohort 2024');
    const inputs = { csv: 'people.csv', 'resource-group': '' };
    expect((await run(hub, inputs, { files })).exitCode).toBe(0);
    expect(everybody(hub)).toMatchObject({ '100%': ONE, 'Cohort 2024': { 'person-2': 'read' } });
  });

  test('may be beside people for every group', async () => {
    const hub = await startAcme({ members: people(6), groups: NAMES });
    const files = csv('user,group', 'person-1,', 'person-2,100%');
    const inputs = { csv: 'people.csv', users: 'person-3', 'resource-group': '*' };
    const { exitCode, results } = await run(hub, inputs, { files });
    expect({ exitCode, results: results.length }).toEqual({ exitCode: 0, results: 4 + 4 + 1 });
    const all = { 'person-1': 'read', 'person-3': 'read' };
    expect(everybody(hub)).toEqual({
      ...Object.fromEntries(NAMES.map((name) => [name, all])),
      '100%': { ...all, 'person-2': 'read' },
    });
  });
});

describe('nothing is written', () => {
  async function refused(
    hub: SimulatedHub,
    inputs: Record<string, string>,
    files: Record<string, string> = {},
  ): Promise<string> {
    return failure(await runRefused(hub, inputs, files));
  }

  async function runRefused(
    hub: SimulatedHub,
    inputs: Record<string, string>,
    files: Record<string, string>,
  ): Promise<Run> {
    const before = everybody(hub, [...hub.org('acme').groups.keys()]);
    const result = await run(hub, inputs, { files });
    expect(result).toMatchObject({ exitCode: 1, writes: [] });
    expect(everybody(hub, Object.keys(before))).toEqual(before);
    expect(result.results.map(({ code }) => code)).toEqual(result.results.map(() => 'not-attempted'));
    expect(result.outputs).toMatchObject({ added: '0', changed: 'false' });
    expect(result.sent.length).toBeLessThanOrEqual(3);
    return result;
  }

  test('if a group does not exist: those that do are listed, with a suggestion', async () => {
    const hub = await startAcme({ members: people(3), groups: NAMES });
    const message = await refused(hub, { users: 'person-1', 'resource-group': 'Cohort 2025' });
    expect(message).toContain('There is no resource group "Cohort 2025"');
    expect(message).toContain('Did you mean "Cohort 2024"?');
    for (const name of NAMES) expect(message).toContain(`"${name}" (${hub.group(name).id})`);
  });

  test('if the name of a group has a comma, its id is the way to give it', async () => {
    const hub = await startAcme({ members: people(3), groups: ['R&D, Paris', 'Cohort 2024'] });
    const message = await refused(hub, { users: 'person-1', 'resource-group': 'R&D, Paris' });
    expect(message).toContain(
      `"R&D, Paris" has a comma in its name: give it by its id, ${hub.group('R&D, Paris').id}.`,
    );
    expect(message).not.toContain('Did you mean');
  });

  test('if a cell names several groups with commas: the message says to write one row for each', async () => {
    const hub = await startAcme({ members: people(3), groups: NAMES });
    const files = csv('user,group', 'person-1,"Cohort 2024, Züri/West #1"', 'person-2,Cohort 2025');
    const message = await refused(hub, { csv: 'people.csv', 'resource-group': '' }, files);
    expect(message).toMatch(
      /"Cohort 2024, Züri\/West #1" in acme that the token can see\. Write one row for each group\./,
    );
    expect(message.match(/Write one row for each group/g)).toHaveLength(1);
  });

  test('if the spelling of a group is wrong in more than its case', async () => {
    const hub = await startAcme({ members: people(3), groups: NAMES });
    const message = await refused(hub, { users: 'person-1', 'resource-group': 'Cohorte 2024' });
    expect(message).toContain('Did you mean "Cohort 2024"?');
    const spaces = await refused(hub, { users: 'person-1', 'resource-group': 'Cohort  2024' });
    expect(spaces).toContain('"Cohort 2024" differs only in its spaces');
  });

  test('if two groups differ in case only from the name, and none is written like it', async () => {
    const hub = await startAcme({ members: people(3), groups: ['cohort', 'COHORT'] });
    const message = await refused(hub, { users: 'person-1', 'resource-group': 'Cohort' });
    expect(message).toContain('2 resource groups are named "Cohort"');
  });

  test('if an id does not exist', async () => {
    const hub = await startAcme({ members: people(3), groups: NAMES });
    const message = await refused(hub, { users: 'person-1', 'resource-group': '0123456789abcdef01234567' });
    expect(message).toContain('"0123456789abcdef01234567"');
    expect(message).toContain('"Cohort 2024"');
  });

  test('if some groups do not exist: each is told, on the rows that name it or with the input', async () => {
    const hub = await startAcme({ members: people(3), groups: NAMES });
    const files = csv('user,group', 'person-1,Cohort 2024', 'person-2,Cohirt 2024', 'person-3,Nowhere');
    const inputs = { csv: 'people.csv', users: 'person-1', 'resource-group': '100%,10%' };
    const result = await runRefused(hub, inputs, files);
    expect(failure(result)).toContain(
      'no resource group "10%" in acme that the token can see. Did you mean "100%"?',
    );
    const onRows = result.annotations.flatMap(({ properties, message }) =>
      properties['file'] === undefined ? [] : [[properties['line'], message]],
    );
    expect(onRows).toEqual([
      ['3', expect.stringMatching(/no resource group "Cohirt 2024".*Did you mean "Cohort 2024"\?/)],
      ['4', expect.stringMatching(/no resource group "Nowhere"/)],
    ]);
  });

  test('if two groups have one name: their ids are told', async () => {
    const hub = await startAcme({ members: people(3), groups: ['Twin', 'Twin', 'Other'] });
    const ids = [...hub.org('acme').groups.values()].slice(0, 2).map(({ id }) => id);
    const message = await refused(hub, { users: 'person-1', 'resource-group': 'Other,Twin' });
    expect(message).toContain(`Write the id of one (${ids.join(', ')})`);
    const [first = ''] = ids;
    expect((await run(hub, { users: 'person-1', 'resource-group': first })).exitCode).toBe(0);
    expect(hub.members(first)).toEqual(ONE);
  });

  test('if there is no group at all', async () => {
    const hub = await startAcme({ members: people(3), groups: [] });
    expect(await refused(hub, { users: 'person-1', 'resource-group': '*' })).toContain('no resource group');
    expect(await refused(hub, { users: 'person-1', 'resource-group': 'Any' })).toContain('no resource group');
  });

  test('if the groups cannot be listed: only ids can name them', async () => {
    const spec = {
      name: 'acme',
      members: people(3),
      groups: ['Cohort 2024'],
      groupListing: 'refused' as const,
    };
    const hub = await startAcme(spec);
    const message = await refused(hub, { users: 'person-1', 'resource-group': 'Cohort 2024' });
    expect(message).toContain('only be given by their ids, not by their names. Ask an admin of acme');
    const id = hub.group('Cohort 2024').id;
    expect((await run(hub, { users: 'person-1', 'resource-group': id })).exitCode).toBe(0);
    expect(hub.members('Cohort 2024')).toEqual(ONE);
  });

  test('if there are very many groups: the message stays short', async () => {
    const groups = Array.from({ length: 500 }, (_, index) => `Group ${index}`);
    const hub = await startAcme({ members: people(3), groups });
    const message = await refused(hub, { users: 'person-1', 'resource-group': 'Any' });
    expect(message).toContain('and 470 more');
    expect(message.length).toBeLessThan(4_000);
  });
});

describe('people who are in the group with another role', () => {
  const groups: GroupSpec[] = [
    { name: 'Cohort 2024', users: { 'person-1': 'read', 'person-2': 'write', 'person-3': 'admin' } },
  ];
  const users = 'person-1, person-2, person-3@acme.com, person-4';

  test('keep it, and that is said', async () => {
    const hub = await startAcme({ members: people(6), groups });
    const { exitCode, codes, results, writes, outputs } = await run(hub, { users, role: 'write' });
    expect(exitCode).toBe(0);
    expect(codes).toEqual({
      'person-1': 'role-differs',
      'person-2': 'already-member',
      'person-3@acme.com': 'role-differs',
      'person-4': 'added',
    });
    expect(writes.map(sentUsers)).toEqual([['person-4']]);
    expect(outputs).toMatchObject({ added: '1', skipped: '3', updated: '0' });
    expect(results[0]?.message).toContain('read was kept');
    expect(hub.members('Cohort 2024')).toEqual({
      'person-1': 'read',
      'person-2': 'write',
      'person-3': 'admin',
      'person-4': 'write',
    });
  });

  test('get the new one with on-existing: update, up or down', async () => {
    const hub = await startAcme({ members: people(6), groups });
    const inputs = { users, role: 'write', 'on-existing': 'update' };
    const { exitCode, codes, writes, outputs } = await run(hub, inputs);
    expect(exitCode).toBe(0);
    expect(codes).toEqual({
      'person-1': 'role-updated',
      'person-2': 'already-member',
      'person-3@acme.com': 'role-updated',
      'person-4': 'added',
    });
    expect(outputs).toMatchObject({ added: '1', updated: '2', skipped: '1', changed: 'true' });
    const changes = writes.filter(({ method }) => method === 'PATCH');
    // In an order left to chance.
    expect(changes.map(({ path, body }) => [path.replace(/.*users\//, ''), body]).toSorted()).toEqual([
      ['person-1', { role: 'write' }],
      ['person-3', { role: 'write' }],
    ]);
    expect(new Set(Object.values(hub.members('Cohort 2024')))).toEqual(new Set(['write']));
    expect(await run(hub, inputs)).toMatchObject({ exitCode: 0, writes: [] });
  });

  test('get it by their rows, service accounts too', async () => {
    const bots = [{ name: 'Cohort 2024', users: { bot: 'read', 'person-1': 'read' } }] as const;
    const hub = await startAcme({ members: people(6), serviceAccounts: ['bot'], groups: bots });
    const files = csv('user,role', 'bot,ADMIN', 'person-1,contributor');
    const inputs = { csv: 'people.csv', 'on-existing': 'update' };
    expect((await run(hub, inputs, { files })).exitCode).toBe(0);
    expect(hub.members('Cohort 2024')).toEqual({ bot: 'admin', 'person-1': 'contributor' });
  });
});

describe('a dry run', () => {
  const groups: GroupSpec[] = [{ name: 'Cohort 2024', users: { 'person-1': 'read', 'person-2': 'write' } }];
  const users = 'person-1, person-2, person-3, nobody, person-4@acme.com, nobody@acme.com, eve@x.test';

  test.each([
    ['keep', 'role-differs', { planned: '2', skipped: '2', missing: '3' }],
    ['update', 'would-update', { planned: '3', skipped: '1', missing: '3' }],
  ] as const)('says all that would happen and writes nothing (%s)', async (onExisting, code, counts) => {
    const hub = await startAcme({ members: people(6), groups });
    const before = hub.members('Cohort 2024');
    const inputs = { users, 'dry-run': 'true', 'on-existing': onExisting };
    const { exitCode, results, writes, report, outputs, summary } = await run(hub, inputs);
    const told = results.map(({ input, status, code: why }) => [
      input,
      (why as string) === 'dry-run' ? status : why,
    ]);
    expect(Object.fromEntries(told)).toEqual({
      'person-1': 'already-member',
      'person-2': code,
      'person-3': 'would-add',
      nobody: 'not-in-organization',
      'person-4@acme.com': 'would-add',
      'nobody@acme.com': 'email-not-found',
      'eve@x.test': 'email-not-searchable',
    });
    expect(exitCode).toBe(1);
    expect(writes).toEqual([]);
    expect(hub.members('Cohort 2024')).toEqual(before);
    expect(report?.dryRun).toBe(true);
    expect(outputs).toMatchObject({ ...counts, added: '0', updated: '0', changed: 'false' });
    expect(summary).toMatch(/dry run/i);
  });

  test('is no failure if everyone would be added, or could not be found with allow-missing', async () => {
    const hub = await startAcme({ members: people(6), groups });
    const inputs = { 'dry-run': 'true', users: 'person-3,person-4' };
    expect(await run(hub, inputs)).toMatchObject({ exitCode: 0, writes: [] });
    const missing = { 'dry-run': 'true', users, 'allow-missing': 'true' };
    expect(await run(hub, missing)).toMatchObject({ exitCode: 0, writes: [] });
  });

  test.each(['nobody', 'nobody@acme.com', 'eve@x.test'])('finds a lone mistake: %s', async (lone) => {
    const hub = await startAcme({ members: people(6), groups });
    const { exitCode, outputs, writes } = await run(hub, { 'dry-run': 'true', users: lone });
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ missing: '1', planned: '0' });
    expect(writes).toEqual([]);
  });

  test('finds one person asked for with two roles, and a group that does not exist', async () => {
    const hub = await startAcme({ members: people(6), groups });
    const files = csv('user,role', 'person-3,read', 'person-3@acme.com,write');
    const conflict = await run(hub, { 'dry-run': 'true', csv: 'people.csv' }, { files });
    expect(conflict).toMatchObject({ exitCode: 1, codes: { 'person-3': 'conflicting-roles' }, writes: [] });
    const inputs = { 'dry-run': 'true', users: 'person-3', 'resource-group': 'Cohort' };
    expect(failure(await run(hub, inputs))).toContain('"Cohort 2024"');
  });

  test('says that the listing could not be checked', async () => {
    const hub = await startAcme({ members: people(6), groups, listing: 'refused' });
    const { exitCode, results } = await run(hub, { 'dry-run': 'true', users: 'person-3 nobody' });
    expect(exitCode).toBe(0);
    expect(results.map(({ status, code }) => [status, code])).toEqual([
      ['would-add', 'dry-run'],
      ['would-add', 'dry-run'],
    ]);
    expect(results[0]?.message).toContain('could not be checked');
  });
});

describe('chunks', () => {
  test.each([
    ['1', [1, 1, 1, 1, 1, 1, 1]],
    ['3', [3, 3, 1]],
    ['7', [7]],
    ['1000', [7]],
  ])('have at most chunk-size people: %s', async (size, sizes) => {
    const hub = await startAcme({ members: people(9) });
    const users = people(7).map(({ user }) => user);
    const { exitCode, writes } = await run(hub, { users: users.join(' '), 'chunk-size': size });
    expect(exitCode).toBe(0);
    expect(writes.map((write) => sentUsers(write).length)).toEqual(sizes);
    expect(writes.flatMap(sentUsers)).toEqual(users);
    expect(Object.keys(hub.members('Cohort 2024'))).toEqual(users);
  });

  test('have fifty unless told, in the order of the input', async () => {
    const hub = await startAcme({ members: people(130) });
    const users = people(120)
      .map(({ user }) => user)
      .toReversed();
    const { writes } = await run(hub, { users: users.join(' ') });
    expect(writes.map((write) => sentUsers(write).length)).toEqual([50, 50, 20]);
    expect(writes.flatMap(sentUsers)).toEqual(users);
  });

  test('mix roles', async () => {
    const hub = await startAcme({ members: people(4) });
    const files = csv('user,role', 'person-1,admin', 'person-2,', 'person-3,write', 'person-4,contributor');
    const { writes } = await run(hub, { csv: 'people.csv' }, { files });
    expect(writes).toHaveLength(1);
    expect(hub.members('Cohort 2024')).toEqual({
      'person-1': 'admin',
      'person-2': 'read',
      'person-3': 'write',
      'person-4': 'contributor',
    });
  });
});
