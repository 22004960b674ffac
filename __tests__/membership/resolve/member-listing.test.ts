import { describe, expect, test } from '@jest/globals';
import type { SimulatedHub } from '../../../simulator/index.ts';
import { type MemberListing, readMemberListing } from '../../../src/membership/resolve/member-listing.ts';
import { type Asked, persons, run, startAcme, startCohort, tally } from '../over-the-wire.ts';
import { asked, withClient } from './clients.ts';

interface Sought {
  readonly usernames?: readonly string[];
  readonly emails?: readonly string[];
  readonly whole?: boolean;
  readonly decides?: boolean;
  readonly chunkSize?: number;
}

/** Reads the listing for these people, and counts the pages. */
async function read(
  hub: SimulatedHub,
  { usernames = [], emails = [], whole = false, decides = false, chunkSize = 50 }: Sought,
) {
  const sought = { usernames: new Set(usernames), emails: new Set(emails), whole, decides };
  const { value, sent } = await withClient(hub, (client) =>
    readMemberListing(client, 'acme', sought, chunkSize),
  );
  return { listing: value, pages: asked(sent).length };
}

const CUT = { pageSizeCap: 10 };

describe('the member listing', () => {
  test('that leads in a circle is not complete, and is not read again and again', async () => {
    const hub = await startAcme({ members: ['ada'] });
    for (const cursor of ['a', 'b', 'a', 'b', 'a', 'b']) {
      const headers = { link: `<${hub.url}/api/organizations/acme/members?cursor=${cursor}>; rel="next"` };
      const body = [{ user: 'ada' }];
      hub.inject({ kind: 'status', status: 200, body, headers, match: { path: /members$/ } });
    }
    const { listing, pages } = await read(hub, { usernames: ['ada'], whole: true });
    expect({ pages, complete: listing?.complete }).toEqual({ pages: 3, complete: false });
  });

  test('tells of the people sought only, in the spelling of the Hub, with their verified addresses', async () => {
    const hub = await startAcme({
      members: ['Ada', { user: 'bob', email: 'B.O.B@acme.com' }, { user: 'carol', verified: false }, 'dave'],
    });
    const { listing, pages } = await read(hub, {
      usernames: ['ada', 'carol', 'no-such'],
      emails: ['b.o.b@acme.com', 'carol@acme.com'],
    });
    expect(pages).toBe(1);
    expect(listing?.complete).toBe(true);
    expect([...(listing?.members ?? [])]).toEqual([
      ['ada', { user: 'Ada', email: 'ada@acme.com' }],
      ['carol', { user: 'carol', email: null }],
    ]);
    expect([...(listing?.holders ?? [])]).toEqual([['b.o.b@acme.com', ['bob']]]);
  });

  test.each([
    [
      'all are shown',
      { members: ['ada', 'bob', { user: 'admin', role: 'admin' as const, email: 'admin@acme.com' }] },
      true,
    ],
    ['one is hidden', { members: ['ada', { user: 'bob', verified: false }] }, false],
    ['none is shown', { verifiedEmailsVisible: false }, false],
  ])('shows every address only if %s', async (_what, org, shows) => {
    const hub = await startAcme({ members: ['ada', 'bob'], ...org });
    const { listing } = await read(hub, { emails: ['ada@acme.com', 'x@acme.com'] });
    expect(listing?.showsEveryEmail).toBe(shows);
  });

  test.each(['refused', 'failing'] as const)('is undefined if it is %s', async (how) => {
    const hub = await startAcme({ members: ['ada'], listing: how === 'refused' ? 'refused' : 'allowed' });
    if (how === 'failing')
      hub.inject({ kind: 'status', status: 500, match: { path: /members$/ }, times: 100 });
    const { listing } = await read(hub, { usernames: ['ada'] });
    expect(listing).toBeUndefined();
  });

  test('throws if the token is not valid', async () => {
    const hub = await startAcme({ members: ['ada'] });
    hub.tokens.clear();
    await expect(read(hub, { usernames: ['ada'] })).rejects.toMatchObject({ status: 401 });
  });

  test('is not complete if a later page cannot be had', async () => {
    const hub = await startCohort(40, CUT);
    hub.inject({ kind: 'status', status: 403, match: { path: /members$/ }, skip: 2, times: 1 });
    const { listing } = await read(hub, { usernames: persons(40), whole: true });
    expect([listing?.complete, listing?.showsEveryEmail, listing?.members.size]).toEqual([false, false, 20]);
  });

  test.each(['unreadable'] as const)(
    'is not complete if the link to the next page is %s',
    async (linkForm) => {
      const hub = await startCohort(40, { ...CUT, linkForm });
      const { listing, pages } = await read(hub, { usernames: persons(40), whole: true });
      expect([listing?.complete, pages]).toEqual([false, 1]);
    },
  );

  test('is not complete if a page links to itself', async () => {
    const hub = await startCohort(40, { ...CUT, linkLoop: true });
    const { listing, pages } = await read(hub, { usernames: persons(40), whole: true });
    expect(listing?.complete).toBe(false);
    expect(pages).toBeLessThanOrEqual(2);
  });

  test('is not complete if a member in it cannot be read', async () => {
    const hub = await startAcme({ members: ['ada'] });
    const body = [{ user: 'ada' }, { nothing: 'to read' }];
    hub.inject({ kind: 'status', status: 200, body, match: { path: /members$/ } });
    const { listing } = await read(hub, { usernames: ['ada'] });
    expect([listing?.complete, listing?.members.size]).toEqual([false, 1]);
  });

  test('counts two holders of one address, also on two pages', async () => {
    const members = ['first', ...persons(15), 'second'].map((user) =>
      user.startsWith('person') ? user : { user, email: 'both@acme.com' },
    );
    const hub = await startAcme({ members, ...CUT });
    const { listing } = await read(hub, { emails: ['both@acme.com'], whole: true });
    expect(listing?.holders.get('both@acme.com')).toEqual(['first', 'second']);
  });

  test('says how many users each group has', async () => {
    const groups = [{ name: 'G', users: { ada: 'read', bob: 'write' } as const }, { name: 'H' }];
    for (const [numUsers, size] of [
      ['actual', 2],
      [{ offBy: 3 }, 5],
      ['absent', undefined],
    ] as const) {
      const hub = await startAcme({ members: ['ada', 'bob'], groups, numUsers });
      const { listing } = await read(hub, { usernames: ['ada'], whole: true });
      expect(listing?.groupSizes.get(hub.group('G').id)).toBe(size);
    }
  });
});

describe('as many pages are read as pay', () => {
  const cases: [string, Sought, Partial<Pick<MemberListing, 'complete'>> & { pages: number }][] = [
    ['one username: one page', { usernames: ['person-95'] }, { pages: 1, complete: false }],
    [
      'four chunks of usernames: two pages',
      { usernames: persons(200), chunkSize: 50 },
      { pages: 2, complete: false },
    ],
    ['one address: one page', { emails: ['person-95@acme.com'] }, { pages: 1, complete: false }],
    [
      'five addresses: five pages',
      { emails: persons(5).map((name) => `${name}@acme.com`) },
      { pages: 5, complete: false },
    ],
    [
      'more addresses than pages: all',
      { emails: persons(40).map((name) => `${name}@acme.com`) },
      { pages: 11, complete: true },
    ],
    ['the whole listing: all', { usernames: ['person-1'], whole: true }, { pages: 11, complete: true }],
  ];

  test.each(cases)('%s', async (_case, sought, expected) => {
    const hub = await startCohort(100, CUT);
    const { listing, pages } = await read(hub, sought);
    expect({ pages, complete: listing?.complete }).toEqual(expected);
  });

  test('no page is read for addresses that the listing does not show', async () => {
    const hub = await startCohort(100, { ...CUT, verifiedEmailsVisible: false });
    const { pages } = await read(hub, { emails: persons(40).map((name) => `${name}@acme.com`) });
    expect(pages).toBe(1);
  });
});

describe('a page is no larger than what it can save', () => {
  test.each([
    ['two addresses', { emails: ['a@acme.com', 'b@acme.com'] }, '1600'],
    ['ten addresses', { emails: persons(10).map((name) => `${name}@acme.com`) }, '8000'],
    ['a hundred addresses', { emails: persons(100).map((name) => `${name}@acme.com`) }, '10000'],
    ['a hundred usernames', { usernames: persons(100) }, '10000'],
    ['usernames that only the listing can find', { usernames: persons(2), decides: true }, '10000'],
    ['the whole listing', { usernames: persons(2), whole: true }, '10000'],
  ])('%s', async (_case, sought: Sought, limit) => {
    const hub = await startAcme({ members: persons(30) });
    const { listing } = await read(hub, sought);
    expect(listing?.complete).toBe(true);
    expect(hub.requests.map(({ query }) => query['limit'])).toEqual([limit]);
  });

  test('ten addresses in an organization of 100,000 are looked up after one page of 8,000', async () => {
    const hub = await startCohort(100_000);
    const { requests } = await run(hub, { users: persons(99_999, 99_990).map((name) => `${name}@acme.com`) });
    const listed = requests.filter(({ query }) => query['limit'] !== undefined && !query['email']);
    expect(listed.map(({ query }) => query['limit'])).toEqual(['8000']);
    expect(Object.keys(hub.members('Cohort 2024'))).toHaveLength(10);
    // The group, the page, the proof for the domain, the look-ups, the write.
    expect(requests).toHaveLength(1 + 1 + 1 + 10 + 1);
  });

  test('30 addresses in an organization of 100,000 are looked up after 30,000 members', async () => {
    const hub = await startCohort(100_000);
    const { pages } = await read(hub, { emails: persons(30).map((name) => `${name}@acme.com`) });
    expect(pages).toBe(3);
  });
});

describe('a page that does not come in time', () => {
  /** A Hub that needs a second for pages of more than `members`. */
  async function startSlow(members: number) {
    const hub = await startCohort(2_500);
    hub.configure({
      latencyMs: ({ path, query }) =>
        path.endsWith('/members') && !query['email'] && Number(query['limit']) > members ? 1_000 : 0,
    });
    return hub;
  }
  const emails = persons(40).map((name) => `${name}@acme.com`);

  async function limits(hub: SimulatedHub, asked: Asked) {
    const ran = await run(hub, { timeoutMs: 300, ...asked });
    const listed = ran.requests.filter(({ path, query }) => path.endsWith('/members') && !query['email']);
    return { ran, limits: listed.map(({ query }) => Number(query['limit'])) };
  }

  test('is followed by smaller ones', async () => {
    const hub = await startSlow(1_000);
    const { ran, limits: asked } = await limits(hub, { users: emails });
    expect(asked).toEqual([10_000, 1_000, 1_000, 1_000]);
    expect(tally(ran.codes)).toEqual({ added: 40 });
    expect(Object.keys(hub.members('Cohort 2024'))).toHaveLength(40);
  });

  test('is followed by look-ups if the smaller one does not come either', async () => {
    const hub = await startSlow(10);
    const { ran, limits: asked } = await limits(hub, { users: emails });
    expect(asked).toEqual([10_000, 1_000]);
    expect(tally(ran.codes)).toEqual({ added: 40 });
    expect(Object.keys(hub.members('Cohort 2024'))).toHaveLength(40);
  });

  test('is asked for several times if nothing but the listing will do', async () => {
    const hub = await startSlow(10);
    const { ran, limits: asked } = await limits(hub, { users: persons(3), dryRun: true });
    expect(asked).toEqual([10_000, 1_000, 1_000, 1_000, 1_000, 1_000]);
    expect(tally(ran.codes)).toEqual({ 'would-add': 3 });
  });
});
