import { describe, expect, test } from '@jest/globals';
import { people } from '../../../simulator/index.ts';
import { GROUP } from '../../support/run-bundle.ts';
import { csv, run, runHere, sentUsers, startAcme } from './support.ts';

/** Everyone whom the writes of a run named, in the order sent. */
function sentBy({ writes }: Awaited<ReturnType<typeof run>>): string[] {
  return writes.filter(({ method }) => method === 'POST').flatMap(sentUsers);
}

describe.each(['insensitive', 'sensitive'] as const)('on a Hub that is case-%s', (memberCase) => {
  const members = ['Ada', 'bob', 'Carol-Ann', 'dave'];

  test("several names are sent in the Hub's spelling", async () => {
    const hub = await startAcme({ members, memberCase });
    const result = await run(hub, { users: 'ADA bOB carol-ann dave', 'chunk-size': '2' });
    expect(result.exitCode).toBe(0);
    expect(sentBy(result)).toEqual(['Ada', 'bob', 'Carol-Ann', 'dave']);
    expect(result.results.map(({ input, user }) => [input, user])).toEqual([
      ['ADA', 'Ada'],
      ['bOB', 'bob'],
      ['carol-ann', 'Carol-Ann'],
      ['dave', 'dave'],
    ]);
  });

  test("names for one request are added, and reported in the Hub's spelling", async () => {
    const hub = await startAcme({ members, memberCase });
    const { exitCode, results, sent } = await run(hub, { users: 'ADA bOB dave' });
    expect(exitCode).toBe(0);
    expect(hub.members(GROUP)).toEqual({ Ada: 'read', bob: 'read', dave: 'read' });
    expect(results.map(({ user }) => user)).toEqual(['Ada', 'bob', 'dave']);
    // Only a Hub that minds the case refuses them, and is then asked how it spells them.
    expect(sent).toHaveLength(memberCase === 'sensitive' ? 4 : 2);
  });

  test("a lone name is added, and reported in the Hub's spelling", async () => {
    const hub = await startAcme({ members, memberCase });
    const { exitCode, results } = await run(hub, { users: 'aDA' });
    expect(hub.members(GROUP)).toEqual({ Ada: 'read' });
    expect(exitCode).toBe(0);
    expect(results).toMatchObject([{ input: 'aDA', user: 'Ada', status: 'added' }]);
  });

  test("a page of the Hub's own names its person, in `users` and in a file with or without a heading", async () => {
    const hub = await startAcme({ members, memberCase });
    const files = { 'a.csv': `${hub.url}/bob\n`, 'b.csv': `user,role\n${hub.url}/dave,write\n` };
    const { exitCode } = await run(hub, { users: `${hub.url}/Ada`, csv: 'a.csv\nb.csv' }, { files });
    expect(exitCode).toBe(0);
    expect(hub.members(GROUP)).toEqual({ Ada: 'read', bob: 'read', dave: 'write' });
    const other = await run(hub, { csv: 'a.csv' }, { files: { 'a.csv': 'https://github.com/Carol-Ann\n' } });
    expect(other.annotations[0]?.message).toContain('It is the address of a web page');
    expect(Object.keys(hub.members(GROUP))).toHaveLength(3);
  });

  test('a lone name is added if the listing is refused to the token', async () => {
    const hub = await startAcme({ members, memberCase, listing: 'refused' });
    const { exitCode } = await run(hub, { users: 'Ada' });
    expect(hub.members(GROUP)).toEqual({ Ada: 'read' });
    expect(exitCode).toBe(0);
  });

  test('a person who is in the group under another spelling is not sent', async () => {
    const groups = [{ name: GROUP, users: { Ada: 'read', bob: 'write' } }] as const;
    const hub = await startAcme({ members, memberCase, groups });
    for (const users of ['ADA', 'ADA BOB']) {
      const { writes, results } = await run(hub, { users });
      expect(writes).toEqual([]);
      expect(results[0]).toMatchObject({ input: 'ADA', user: 'Ada', code: 'already-member' });
    }
  });

  test.each(['BOB', 'BOB ADA'])("a role is changed by the group's spelling: %s", async (users) => {
    const hub = await startAcme({ members, memberCase, groups: [{ name: GROUP, users: { bob: 'read' } }] });
    const { writes } = await run(hub, { users, role: 'write', 'on-existing': 'update' });
    expect(hub.members(GROUP)).toMatchObject({ bob: 'write' });
    expect(writes.find(({ method }) => method === 'PATCH')?.path).toMatch(/\/users\/bob$/);
  });

  test('two spellings are one person', async () => {
    const hub = await startAcme({ members, memberCase, groups: [GROUP, 'Other'] });
    const files = csv('user,group', 'ada,', 'ADA,', `Ada,${hub.group(GROUP).id}`, 'aDa,Other');
    const { exitCode, results } = await run(hub, { csv: 'people.csv', users: 'adA' }, { files });
    expect(exitCode).toBe(0);
    expect(results.map(({ source, groupName }) => [source, groupName])).toEqual([
      ['users', GROUP],
      ['people.csv:5', 'Other'],
    ]);
    expect([hub.members(GROUP), hub.members('Other')]).toEqual([{ Ada: 'read' }, { Ada: 'read' }]);
  });
});

describe('service accounts, which no listing knows,', () => {
  const serviceAccounts = ['ci-bot', 'Deploy-Bot'];

  test('are added, alone and among members', async () => {
    const hub = await startAcme({ members: people(60), serviceAccounts });
    expect((await run(hub, { users: 'ci-bot' })).exitCode).toBe(0);
    const others = await run(hub, { users: 'person-1 Deploy-Bot person-2', role: 'write' });
    expect(others.exitCode).toBe(0);
    expect(hub.members(GROUP)).toEqual({
      'ci-bot': 'read',
      'Deploy-Bot': 'write',
      'person-1': 'write',
      'person-2': 'write',
    });
  });

  test('go apart from the members whom the listing knows', async () => {
    const hub = await startAcme({ members: people(60), serviceAccounts });
    const { writes } = await run(hub, {
      users: 'ci-bot person-1 Deploy-Bot person-2',
      'chunk-size': '3',
    });
    expect(writes.map(sentUsers)).toEqual([
      ['person-1', 'person-2'],
      ['ci-bot', 'Deploy-Bot'],
    ]);
  });

  test('are skipped if they are in the group', async () => {
    const groups = [{ name: GROUP, users: { 'ci-bot': 'read', 'Deploy-Bot': 'admin' } }] as const;
    const hub = await startAcme({ members: people(3), serviceAccounts, groups });
    const { codes, writes } = await run(hub, { users: 'CI-Bot deploy-bot' });
    expect(codes).toEqual({ 'CI-Bot': 'already-member', 'deploy-bot': 'role-differs' });
    expect(writes).toEqual([]);
  });

  test('are added to a group that SCIM manages, although regular members are refused', async () => {
    const hub = await startAcme({
      members: people(3),
      serviceAccounts,
      groups: [{ name: GROUP, scim: true }],
    });
    const { exitCode, codes } = await run(hub, { users: 'person-1 ci-bot person-2' });
    expect(hub.members(GROUP)).toEqual({ 'ci-bot': 'read' });
    expect(exitCode).toBe(1);
    // The Hub's words name SCIM, so two who are refused alone prove that the cause is the group.
    expect(codes).toEqual({ 'person-1': 'not-attempted', 'ci-bot': 'added', 'person-2': 'not-attempted' });
    expect((await run(hub, { users: 'deploy-bot' })).exitCode).toBe(0);
  });

  test.each(['named', 'plain', 'empty', 'html'] as const)(
    'are found among typos (errors: %s)',
    async (wording) => {
      const hub = await startAcme(
        { members: people(60), serviceAccounts },
        { strangers: ['mallory'], wording },
      );
      const typos = ['persn-1', 'persno-2', 'mallory', 'peson-3', 'person-300'];
      const named = ['person-1', ...typos.slice(0, 3), 'ci-bot', 'person-2', ...typos.slice(3), 'Deploy-Bot'];
      const { exitCode, codes } = await run(hub, { users: named.join('\n') });
      expect(Object.keys(hub.members(GROUP)).toSorted()).toEqual([
        'Deploy-Bot',
        'ci-bot',
        'person-1',
        'person-2',
      ]);
      expect(exitCode).toBe(1);
      for (const typo of typos) expect(codes[typo]).toBe('not-in-organization');
    },
  );
});

describe('people who are not in the organization', () => {
  const typos = ['persn-1', 'mallory', 'peson-3', 'persom-4', 'person5', 'person-6o'];
  const good = people(12).map(({ user }) => user);
  /** Typos before, between and after the others. */
  const mixed = [
    typos.slice(0, 4),
    good.slice(0, 6),
    typos.slice(4, 5),
    good.slice(6),
    typos.slice(5),
  ].flat();

  test('are named, each with its cause, and everyone else is added', async () => {
    const hub = await startAcme({ members: people(60) }, { strangers: ['mallory'] });
    const { exitCode, codes, summary, annotations, outputs } = await run(hub, { users: mixed.join(',') });
    expect(Object.keys(hub.members(GROUP))).toEqual(good);
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ added: '12', missing: '6', failed: '0' });
    for (const typo of typos) {
      expect(codes[typo]).toBe('not-in-organization');
      expect(summary).toContain(typo);
      expect(annotations.some(({ kind, message }) => kind === 'error' && message.includes(typo))).toBe(true);
    }
  });

  test('do not fail the step with allow-missing', async () => {
    const hub = await startAcme({ members: people(60) }, { strangers: ['mallory'] });
    const files = csv('user', ...mixed);
    const inputs = { csv: 'people.csv', 'allow-missing': 'true' };
    const { exitCode, outputs, annotations } = await run(hub, inputs, { files });
    expect(exitCode).toBe(0);
    expect(Object.keys(hub.members(GROUP))).toEqual(good);
    expect(outputs).toMatchObject({ added: '12', missing: '6', failed: '0', changed: 'true' });
    expect(annotations.map(({ kind, properties }) => [kind, properties['line']])).toEqual(
      [2, 3, 4, 5, 12, 19].map((line) => ['warning', String(line)]),
    );
  });

  test.each([
    ['a typo', 'persn-1'],
    ['a stranger', 'mallory'],
  ])('alone: %s', async (_, users) => {
    const hub = await startAcme({ members: people(60) }, { strangers: ['mallory'] });
    const { exitCode, codes } = await run(hub, { users });
    expect({ exitCode, codes }).toEqual({ exitCode: 1, codes: { [users]: 'not-in-organization' } });
    expect((await run(hub, { users, 'allow-missing': 'true' })).exitCode).toBe(0);
  });

  test.each(['named', 'plain', 'empty', 'html'] as const)(
    'are told from the others where the listing is refused to the token (errors: %s)',
    async (wording) => {
      const acme = { members: people(60), listing: 'refused' as const, serviceAccounts: ['ci-bot'] };
      const hub = await startAcme(acme, { strangers: ['mallory'], wording });
      const { exitCode, outputs } = await run(hub, { users: [...mixed, 'ci-bot'].join(' ') });
      expect(Object.keys(hub.members(GROUP)).toSorted()).toEqual([...good, 'ci-bot'].toSorted());
      expect(exitCode).toBe(1);
      expect(outputs).toMatchObject({ added: '13' });
    },
  );

  test.each([2, 3, 4, 5, 6])(
    'do not keep the one good one from being added where the listing is refused: %i of them',
    async (count) => {
      for (let place = 0; place <= count; place += 1) {
        const hub = await startAcme({ members: people(60), listing: 'refused' }, { strangers: ['mallory'] });
        const users = typos.slice(0, count).toSpliced(place, 0, 'person-1');
        const codes = await runHere(hub, users);
        expect({ place, code: codes['person-1'] }).toEqual({ place, code: 'added' });
        expect(hub.members(GROUP)).toEqual({ 'person-1': 'read' });
      }
    },
  );
});

describe('members whom the Hub refuses', () => {
  test.each([1, 2, 3])('do not keep others from being added: %i of nine', async (count) => {
    const bad = people(count).map(({ user }) => ({ user, suspended: true }));
    const good = people(9).slice(count);
    const users = people(9).map(({ user }) => user);
    for (const roster of [users, users.toReversed(), [...users.slice(2), ...users.slice(0, 2)]]) {
      const hub = await startAcme({ members: [...bad, ...good] });
      const codes = await runHere(hub, roster);
      expect(Object.keys(hub.members(GROUP)).toSorted()).toEqual(good.map(({ user }) => user));
      for (const { user } of bad) expect(codes[user]).toBe('refused');
    }
  });
});

test("a member whose name is part of many others' is told from a person who is not there", async () => {
  const hub = await startAcme({ members: [...people(600), { user: 'person', suspended: true }] });
  const { codes } = await run(hub, { users: 'person' });
  expect(codes).toEqual({ person: 'refused' });
});

test("the lone spelling of such a member leads to the Hub's", async () => {
  const hub = await startAcme({ members: [...people(600), 'Person'], memberCase: 'sensitive' });
  await run(hub, { users: 'person' });
  expect(hub.members(GROUP)).toEqual({ Person: 'read' });
});

describe('a person on a page of the listing that was not read', () => {
  const members = people(60).map((one, index) => ({ ...one, suspended: index === 50 }));

  test('is not said to be missing', async () => {
    const hub = await startAcme({ members, pageSizeCap: 10 });
    const { codes } = await run(hub, { users: 'person-1 person-40 person-51 persno-1' });
    expect(codes).toEqual({
      'person-1': 'added',
      'person-40': 'added',
      'person-51': 'refused',
      'persno-1': 'not-in-organization',
    });
  });

  test('is not said to be missing in a dry run', async () => {
    const hub = await startAcme({ members, pageSizeCap: 10 });
    const { results, exitCode } = await run(hub, { users: 'person-1 person-40', 'dry-run': 'true' });
    expect(exitCode).toBe(0);
    expect(results.map(({ status }) => status)).toEqual(['would-add', 'would-add']);
    expect(results[1]?.message).toContain('could not be checked');
  });
});
