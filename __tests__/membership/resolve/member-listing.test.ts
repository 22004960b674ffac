import { describe, expect, test } from '@jest/globals';
import type { SimulatedHub } from '../../../simulator/index.ts';
import { type MemberListing, readMemberListing } from '../../../src/membership/resolve/member-listing.ts';
import { persons, startAcme, startCohort } from '../over-the-wire.ts';
import { asked, withClient } from './clients.ts';

interface Sought {
  readonly usernames?: readonly string[];
  readonly emails?: readonly string[];
  readonly whole?: boolean;
  readonly chunkSize?: number;
}

/** Reads the listing for these people, and counts the pages. */
async function read(
  hub: SimulatedHub,
  { usernames = [], emails = [], whole = false, chunkSize = 50 }: Sought,
) {
  const sought = { usernames: new Set(usernames), emails: new Set(emails), whole };
  const { value, sent } = await withClient(hub, (client) =>
    readMemberListing(client, 'acme', sought, chunkSize),
  );
  return { listing: value, pages: asked(sent).length };
}

const CUT = { pageSizeCap: 10 };

describe('the member listing', () => {
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
