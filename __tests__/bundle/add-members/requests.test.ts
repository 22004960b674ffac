import { describe, expect, test } from '@jest/globals';
import { people, type SimulatedHub } from '../../../simulator/index.ts';
import { GROUP } from '../../support/run-bundle.ts';
import { csv, type Run, run, runHere, startAcme, trace } from './support.ts';

/** Names, or email addresses, of the first `count` of `people()`. */
function names(count: number, at = ''): string {
  return people(count)
    .map(({ user }) => `${user}${at}`)
    .join('\n');
}

function expectAdded(hub: SimulatedHub, result: Run, count: number): void {
  expect(result.exitCode).toBe(0);
  expect(result.outputs).toMatchObject({ added: String(count), changed: 'true' });
  expect(Object.keys(hub.members(GROUP)).toSorted()).toEqual(
    people(count)
      .map(({ user }) => user)
      .toSorted(),
  );
}

describe('usernames', () => {
  test('one costs two requests', async () => {
    const hub = await startAcme({ members: people(30) });
    const result = await run(hub, { users: names(1) });
    expectAdded(hub, result, 1);
    expect(trace(result.sent)).toEqual([
      'GET resource-groups',
      `POST resource-groups/${hub.group(GROUP).id}/users`,
    ]);
  });

  test('one costs two requests if the group is given by its id', async () => {
    const hub = await startAcme({ members: people(30), groups: [GROUP, 'Another'] });
    const { id } = hub.group(GROUP);
    const result = await run(hub, { users: names(1), 'resource-group': id });
    expectAdded(hub, result, 1);
    expect(trace(result.sent)).toEqual([`GET resource-groups/${id}`, `POST resource-groups/${id}/users`]);
  });

  test.each([2, 10, 50])('%i cost two requests if they go into one', async (count) => {
    const hub = await startAcme({ members: people(2999) });
    const result = await run(hub, { users: names(count) });
    expectAdded(hub, result, count);
    expect(trace(result.sent)).toEqual([
      'GET resource-groups',
      `POST resource-groups/${hub.group(GROUP).id}/users`,
    ]);
  });

  test('fifty of whom one left cost six requests: the listing is asked after the refusal', async () => {
    const hub = await startAcme({ members: people(50).slice(1) }, { strangers: ['person-1'] });
    const { id } = hub.group(GROUP);
    const result = await run(hub, { users: names(50), 'allow-missing': 'true' });
    expect(result.codes['person-1']).toBe('not-in-organization');
    expect(Object.keys(hub.members(GROUP))).toHaveLength(49);
    expect(trace(result.sent)).toEqual([
      'GET resource-groups',
      `POST resource-groups/${id}/users`,
      'GET members',
      `POST resource-groups/${id}/users`,
      `POST resource-groups/${id}/users`,
      `GET resource-groups/${id}`,
    ]);
  });

  test('1,000 of whom 2 % left cost at most 44', async () => {
    const all = people(1000);
    const left = all.filter((_, index) => index % 50 === 7).map(({ user }) => user);
    const members = all.filter(({ user }) => !left.includes(user));
    const hub = await startAcme({ members: [...members, ...['x', 'y', 'z']] }, { strangers: left });
    const codes = await runHere(
      hub,
      all.map(({ user }) => user),
    );
    expect(Object.keys(hub.members(GROUP))).toHaveLength(980);
    expect(left.map((user) => codes[user])).toEqual(left.map(() => 'not-in-organization'));
    expect(hub.requests.length).toBeLessThanOrEqual(44);
  });

  test.each([
    ['one page', Number.POSITIVE_INFINITY],
    ['two pages', 500],
    ['300 pages', 10],
  ])('120 in chunks of 50 cost at most six, in an organization of %s', async (_, pageSizeCap) => {
    const hub = await startAcme({ members: people(2999), pageSizeCap });
    const result = await run(hub, { users: names(120) });
    expectAdded(hub, result, 120);
    expect(result.sent.length).toBeLessThanOrEqual(6);
  });

  test('120 of whom the listing shows the last only on page 300 cost at most six', async () => {
    const hub = await startAcme({ members: people(2999).toReversed(), pageSizeCap: 10 });
    const result = await run(hub, { users: names(120) });
    expectAdded(hub, result, 120);
    expect(result.sent.length).toBeLessThanOrEqual(6);
  });
});

describe('email addresses', () => {
  test('600 in an organization of 3,000 cost at most sixteen', async () => {
    const hub = await startAcme({ members: people(2999) });
    const result = await run(hub, { users: names(600, '@acme.com') });
    expectAdded(hub, result, 600);
    expect(result.sent.length).toBeLessThanOrEqual(16);
  });

  test.each([true, false])('one in 300 pages costs at most five (addresses shown: %s)', async (shown) => {
    const members = people(2999).toReversed();
    const hub = await startAcme({ members, pageSizeCap: 10, verifiedEmailsVisible: shown });
    const result = await run(hub, { users: names(1, '@acme.com') });
    expectAdded(hub, result, 1);
    expect(result.sent.length).toBeLessThanOrEqual(5);
  });

  test.each([1, 2, 12, 50, 100])(
    '%i whose addresses are hidden cost that and at most five',
    async (count) => {
      const hub = await startAcme({ members: people(2999), verifiedEmailsVisible: false });
      const result = await run(hub, { users: names(count, '@acme.com') });
      expectAdded(hub, result, count);
      expect(result.sent.length).toBeLessThanOrEqual(count + 5);
    },
  );

  test('of which the listing shows all but one cost one look-up, and its proof, more', async () => {
    const [first, ...others] = people(300);
    const members = [...others, { user: 'person-1', email: 'person-1@acme.com', verified: false }];
    const hub = await startAcme({ members: first === undefined ? [] : members });
    const result = await run(hub, { users: names(40, '@acme.com') });
    expectAdded(hub, result, 40);
    expect(result.sent.length).toBe(2 + 2 + 1);
  });
});

describe('a person whom the Hub refuses', () => {
  test.each([0, 24, 49])('costs at most 18 requests among fifty: in place %i', async (place) => {
    const members = people(50).map((one, index) => ({ ...one, suspended: index === place }));
    const hub = await startAcme({ members });
    const codes = await runHere(
      hub,
      members.map(({ user }) => user),
    );
    expect(Object.values(codes).filter((code) => code === 'added')).toHaveLength(49);
    expect(codes[`person-${place + 1}`]).toBe('refused');
    expect(hub.requests.length).toBeLessThanOrEqual(18);
  });

  test('five of them, and five typos, cost no more than is bearable among two hundred', async () => {
    const members = people(200).map((one, index) => ({ ...one, suspended: index % 40 === 7 }));
    const hub = await startAcme({ members });
    const typos = ['a', 'b', 'c', 'd', 'e'].map((letter) => `perso-${letter}`);
    const codes = await runHere(hub, [...typos, ...members.map(({ user }) => user)]);
    expect(Object.keys(hub.members(GROUP))).toHaveLength(195);
    expect(typos.map((typo) => codes[typo])).toEqual(typos.map(() => 'not-in-organization'));
    expect(hub.requests.length).toBeLessThanOrEqual(70 + 8);
  });
});

describe('a second run', () => {
  test.each([
    ['usernames', ''],
    ['email addresses', '@acme.com'],
  ])('of the same %s sends no write', async (_, at) => {
    const hub = await startAcme({ members: people(80) });
    await run(hub, { users: names(60, at) });
    const again = await run(hub, { users: names(60, at) });
    expect(again).toMatchObject({ exitCode: 0, writes: [] });
    expect(again.outputs).toMatchObject({ added: '0', skipped: '60', changed: 'false' });
  });

  test('of a CSV with groups, roles, a stranger and a service account sends no write but for the stranger', async () => {
    const hub = await startAcme(
      { members: people(5), serviceAccounts: ['ci-bot'], groups: [GROUP, 'Other'] },
      { strangers: ['mallory'] },
    );
    const files = csv(
      'user,role,group',
      'PERSON-1,write,',
      'person-2@acme.com,admin,Other',
      'person-1,read,Other',
      'ci-bot,,',
    );
    const inputs = { csv: 'people.csv', 'allow-missing': 'true' };
    expect((await run(hub, inputs, { files })).outputs).toMatchObject({ added: '4' });
    expect(await run(hub, inputs, { files })).toMatchObject({ exitCode: 0, writes: [] });
    const withStranger = { 'people.csv': `${files['people.csv']}mallory,,\n` };
    const third = await run(hub, inputs, { files: withStranger });
    expect(third.exitCode).toBe(0);
    expect(third.writes.map(({ body }) => body)).toEqual([{ users: [{ user: 'mallory', role: 'read' }] }]);
  });
});

test('several groups cost one look at all of them', async () => {
  const groups = ['One', 'Two', 'Three', 'Four'];
  const hub = await startAcme({ members: people(30), groups });
  const result = await run(hub, { users: names(3), 'resource-group': groups.join(',') });
  expect(result.outputs).toMatchObject({ added: '12' });
  expect(result.sent).toHaveLength(2 + 4);
});

test('the report and the Hub count alike', async () => {
  const hub = await startAcme({ members: people(30) });
  const { report, sent } = await run(hub, { users: `${names(3)} nobody-1 nobody-2` });
  expect(report?.requests).toEqual({ total: sent.length, retries: 0, rateLimitWaitSeconds: 0 });
});
