import { describe, expect, test } from '@jest/globals';
import type { EmailFilter, MemberSpec, OrgSpec, SimulatedHub } from '../../../simulator/index.ts';
import { people } from '../../../simulator/index.ts';
import { GROUP } from '../../support/run-bundle.ts';
import { csv, run, runHere, sentUsers, startAcme } from './support.ts';

const ADMIN: MemberSpec = { user: 'admin', email: 'admin@acme.com', role: 'admin' };

/** Members of acme with addresses in its domain, and one with an address in another. */
const MANY: readonly MemberSpec[] = [
  ...people(40),
  ADMIN,
  { user: 'grace', email: 'grace@partner.org' },
  ...people(9).map(({ user }) => ({ user: `last-${user}`, email: `last-${user}@acme.com` })),
];

/** Looks-up of addresses that cannot exist (hub-api.md, trap 1). */
function probes(hub: SimulatedHub): string[] {
  return hub.requests.flatMap(({ query }) =>
    query['email']?.startsWith('no-such-person-') ? [query['email'].replace(/.*@/, '')] : [],
  );
}

describe('whatever the filter does, no one is added who was not asked for', () => {
  const FILTERS: readonly EmailFilter[] = ['filter', 'everyone', 'nobody', 'error', 'one-stranger'];
  const SHOWN = ['shown', 'hidden', 'null for some'] as const;
  const ORGANIZATIONS: readonly (readonly [string, readonly MemberSpec[]])[] = [
    ['one member', [ADMIN]],
    ['two members', [ADMIN, { user: 'grace', email: 'grace@partner.org' }]],
    ['many members', MANY],
  ];
  /** Who has these addresses; the others must lead to no one. */
  const HOLDERS = new Map(MANY.map(({ user, email }) => [email, user]));
  const ASKED = [
    'person-3@acme.com',
    'nobody@acme.com',
    'grace@partner.org',
    'eve@partner.org',
    'eve@x.test',
  ];

  const cases = FILTERS.flatMap((filter) =>
    SHOWN.flatMap((shown) => ORGANIZATIONS.map(([name, members]) => [filter, name, shown, members] as const)),
  );

  function start(filter: EmailFilter, shown: (typeof SHOWN)[number], members: readonly MemberSpec[]) {
    const some = members.map((member, index) => ({ ...member, verified: index % 3 > 0 }));
    return startAcme({
      members: shown === 'null for some' ? some : members,
      verifiedEmailsVisible: shown !== 'hidden',
      emailFilterInside: filter,
      emailFilter: filter === 'filter' ? 'everyone' : filter,
    });
  }

  function expectOnly(hub: SimulatedHub, asked: readonly string[], codes: Record<string, string>): void {
    const rightful = asked.filter((email) => codes[email] === 'added').map((email) => HOLDERS.get(email));
    expect(Object.keys(hub.members(GROUP)).toSorted()).toEqual(rightful.toSorted());
    for (const email of asked)
      expect(codes[email]).toMatch(/^(added|email-(not-found|not-searchable|ambiguous))$/);
  }

  test.each(cases)('%s, %s, addresses %s: each address alone', async (filter, _, shown, members) => {
    for (const email of ASKED) {
      const hub = await start(filter, shown, members);
      const codes = await runHere(hub, [email]);
      expectOnly(hub, [email], codes);
      const inside = email === 'person-3@acme.com' && members.length > 2;
      if (inside && filter === 'filter') expect(codes[email]).toBe('added');
    }
  });

  test.each(cases)('%s, %s, addresses %s: all addresses together', async (filter, _, shown, members) => {
    const hub = await start(filter, shown, members);
    const bundled = members === MANY;
    const codes = bundled ? (await run(hub, { users: ASKED.join(' ') })).codes : await runHere(hub, ASKED);
    expectOnly(hub, ASKED, codes);
    if (!bundled) return;
    if (filter === 'filter' || shown === 'shown') expect(codes['person-3@acme.com']).toBe('added');
    if (shown === 'shown') expect(codes['grace@partner.org']).toBe('added');
  });
});

describe('a look-up counts only if it is proven', () => {
  const hidden: Partial<OrgSpec> = { members: MANY, verifiedEmailsVisible: false };

  test('by one probe for each domain, however many addresses it has', async () => {
    const hub = await startAcme({ ...hidden, emailDomains: ['acme.com', 'partner.org'] });
    const users = 'person-1@acme.com person-2@acme.com person-3@ACME.com grace@partner.org eve@x.test';
    const { codes } = await run(hub, { users });
    expect(hub.members(GROUP)).toEqual({
      'person-1': 'read',
      'person-2': 'read',
      'person-3': 'read',
      grace: 'read',
    });
    expect(codes['eve@x.test']).toBe('email-not-searchable');
    expect(probes(hub).toSorted()).toEqual(['acme.com', 'partner.org', 'x.test']);
  });

  test('so that a thousand addresses of a domain that is not searched cost one request', async () => {
    const hub = await startAcme(hidden);
    const users = people(1000, 'x.test').map(({ email }) => email);
    const { outputs, sent } = await run(hub, { users: users.join('\n') });
    expect(outputs).toMatchObject({ missing: '1000', added: '0' });
    expect(sent.length).toBeLessThanOrEqual(3);
  });

  test('not by an only member who shows another address', async () => {
    const hub = await startAcme({ members: MANY });
    const body = [
      { user: 'person-2', verifiedEmail: 'person-2@acme.com', role: 'read', _id: '1', fullname: '' },
    ];
    hub.inject({ kind: 'wrong-json', body, match: { path: '/members' } });
    const { codes } = await run(hub, { users: 'person-1@acme.com' });
    expect(codes).toEqual({ 'person-1@acme.com': 'email-ambiguous' });
    expect(hub.members(GROUP)).toEqual({});
  });

  test('by the verified address itself, among however many others', async () => {
    const hub = await startAcme({ members: MANY, emailFilterInside: 'everyone' });
    const { codes } = await run(hub, { users: 'Person-7@Acme.com' });
    expect(codes).toEqual({ 'Person-7@Acme.com': 'added' });
    expect(hub.members(GROUP)).toEqual({ 'person-7': 'read' });
    expect(probes(hub)).toEqual([]);
  });

  test('and the verified address may be in other letters than the one asked for', async () => {
    const hub = await startAcme({ members: [ADMIN, { user: 'ada', email: 'Ada.L@ACME.com' }] });
    await run(hub, { users: 'ada.l@acme.com' });
    expect(hub.members(GROUP)).toEqual({ ada: 'read' });
  });

  test.each([true, false])('no one is chosen if two have one address (shown: %s)', async (shown) => {
    const twins = ['ada', 'ada-2'].map((user) => ({ user, email: 'ada@acme.com' }));
    const hub = await startAcme({ members: [...MANY, ...twins], verifiedEmailsVisible: shown });
    const alone = await run(hub, { users: 'ada@acme.com' });
    const others = await run(hub, { users: 'ada@acme.com person-1@acme.com' });
    expect(alone.codes).toEqual({ 'ada@acme.com': 'email-ambiguous' });
    expect(others.codes).toEqual({ 'ada@acme.com': 'email-ambiguous', 'person-1@acme.com': 'added' });
    expect(hub.members(GROUP)).toEqual({ 'person-1': 'read' });
  });

  test('letters that mean something in an address of the web reach the Hub as they are', async () => {
    const odd = ["o'neil+a_b@acme.com", 'a.b-c@sub.acme.com'];
    const members = odd.map((email, index) => ({ user: `odd-${index}`, email }));
    const hub = await startAcme({ ...hidden, members, emailDomains: ['acme.com', 'sub.acme.com'] });
    await run(hub, { users: odd.join(',') });
    expect(hub.members(GROUP)).toEqual({ 'odd-0': 'read', 'odd-1': 'read' });
  });
});

describe('a listing whose next page', () => {
  const users = 'person-1@acme.com, person-30@acme.com, person-40, eve@x.test';

  test('leads elsewhere is read no further, and no other server gets to see the token', async () => {
    const evil = await startAcme({ members: people(500) });
    const hub = await startAcme({ members: people(40), pageSizeCap: 20, linkOrigin: evil.url });
    const { codes } = await run(hub, { users });
    expect(evil.requests).toEqual([]);
    expect(Object.keys(hub.members(GROUP)).toSorted()).toEqual(['person-1', 'person-30', 'person-40']);
    expect(codes['eve@x.test']).toBe('email-not-searchable');
  });

  test('is the same again is read no further', async () => {
    const members = people(40);
    const hub = await startAcme({ members, pageSizeCap: 20, linkLoop: true });
    const { codes, sent } = await run(hub, { users: members.map(({ email }) => email).join(' ') });
    expect(Object.values(codes)).toEqual(members.map(() => 'added'));
    expect(sent.filter(({ query }) => query['limit'] === '10000')).toHaveLength(2);
  });
});

describe('one person', () => {
  test('whose address is written twice, in different letters, is asked for once', async () => {
    const hub = await startAcme({ members: MANY });
    const { results, writes, exitCode } = await run(
      hub,
      { users: 'Person-1@acme.com', csv: 'people.csv' },
      { files: csv('person-1@ACME.com', 'PERSON-1@acme.com') },
    );
    expect(exitCode).toBe(0);
    expect(results.map(({ source, input, user }) => ({ source, input, user }))).toEqual([
      { source: 'users', input: 'Person-1@acme.com', user: 'person-1' },
    ]);
    expect(writes.map(sentUsers)).toEqual([['person-1']]);
  });

  test.each([true, false])('who is in the group already is not sent (addresses shown: %s)', async (shown) => {
    const groups = [{ name: GROUP, users: { 'person-1': 'read', 'person-2': 'admin' } }] as const;
    const hub = await startAcme({ members: MANY, groups, verifiedEmailsVisible: shown });
    const { codes, writes } = await run(hub, { users: 'person-1@acme.com,person-2@acme.com' });
    expect(codes).toEqual({ 'person-1@acme.com': 'already-member', 'person-2@acme.com': 'role-differs' });
    expect(writes).toEqual([]);
    expect((await run(hub, { users: 'person-1@acme.com' })).writes).toEqual([]);
  });

  test.each([true, false])(
    'by name and by address with one role is one request and one result (addresses shown: %s)',
    async (shown) => {
      const hub = await startAcme({ members: MANY, verifiedEmailsVisible: shown });
      const { codes, writes, exitCode } = await run(hub, {
        users: 'PERSON-1, person-1@acme.com, person-2@acme.com',
      });
      expect(exitCode).toBe(0);
      expect(codes).toEqual({ 'PERSON-1': 'added', 'person-2@acme.com': 'added' });
      expect(writes.flatMap(sentUsers)).toEqual(['person-1', 'person-2']);
    },
  );

  test.each([true, false])(
    'by name and by address with two roles gets neither, and everyone else is added (addresses shown: %s)',
    async (shown) => {
      const hub = await startAcme({ members: MANY, verifiedEmailsVisible: shown });
      const files = csv(
        'user,role',
        'person-1,read',
        'person-2,write',
        'person-1@acme.com,admin',
        'person-1@acme.com,admin',
      );
      const { exitCode, results, writes, annotations } = await run(hub, { csv: 'people.csv' }, { files });
      expect(exitCode).toBe(1);
      expect(results.map(({ source, code }) => [source, code])).toEqual([
        ['people.csv:2', 'conflicting-roles'],
        ['people.csv:3', 'added'],
      ]);
      expect(results[0]?.message).toMatch(
        /"person-1" .*people\.csv:2.* read.*"person-1@acme\.com" .*people\.csv:4.* admin/,
      );
      expect(writes.flatMap(sentUsers)).toEqual(['person-2']);
      expect(hub.members(GROUP)).toEqual({ 'person-2': 'write' });
      expect(annotations[0]).toMatchObject({ kind: 'error', properties: { file: 'people.csv', line: '2' } });
    },
  );

  test('may have two roles in two groups', async () => {
    const hub = await startAcme({ members: MANY, groups: [GROUP, 'Other'] });
    const files = csv('user,role,group', 'person-1,read,', 'person-1@acme.com,admin,Other');
    expect((await run(hub, { csv: 'people.csv' }, { files })).exitCode).toBe(0);
    expect(hub.members(GROUP)).toEqual({ 'person-1': 'read' });
    expect(hub.members('Other')).toEqual({ 'person-1': 'admin' });
  });

  test('of whom the Hub knows two groups by one name is named with both', async () => {
    const hub = await startAcme({ members: MANY, groups: [GROUP, 'Other'] });
    const { id } = hub.group('Other');
    const files = csv(
      'user,role,group',
      'person-1,read,Other',
      `person-1,write,${id}`,
      `person-2,write,${id}`,
    );
    const { exitCode, codes } = await run(hub, { csv: 'people.csv' }, { files });
    expect({ exitCode, codes }).toEqual({
      exitCode: 1,
      codes: { 'person-1': 'conflicting-roles', 'person-2': 'added' },
    });
    expect(hub.members('Other')).toEqual({ 'person-2': 'write' });
  });
});

describe('addresses that lead to no one', () => {
  test('are named with what to do, each, and everyone else is added', async () => {
    const hub = await startAcme({ members: MANY, verifiedEmailsVisible: false });
    const users = 'person-1@acme.com nobody@acme.com eve@x.test';
    const { exitCode, codes, summary, annotations } = await run(hub, { users });
    expect(exitCode).toBe(1);
    expect(codes).toEqual({
      'person-1@acme.com': 'added',
      'nobody@acme.com': 'email-not-found',
      'eve@x.test': 'email-not-searchable',
    });
    expect(hub.members(GROUP)).toEqual({ 'person-1': 'read' });
    expect(summary).toContain('nobody@acme.com');
    expect(summary).toContain('eve@x.test');
    expect(annotations.filter(({ kind }) => kind === 'error').length).toBe(3);
  });

  test('do not fail the step with allow-missing', async () => {
    const hub = await startAcme({ members: MANY });
    const users = 'person-1@acme.com nobody@acme.com eve@x.test';
    const { exitCode, outputs, annotations } = await run(hub, { users, 'allow-missing': 'true' });
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ added: '1', missing: '2', failed: '0' });
    expect(annotations.map(({ kind }) => kind)).toEqual(['warning', 'warning']);
  });
});
