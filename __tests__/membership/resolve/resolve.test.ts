import { describe, expect, test } from '@jest/globals';
import { persons, run, startAcme, startCohort, tally } from '../over-the-wire.ts';
import { asked, NEED, resolve } from './clients.ts';

/** An admin whose address is shown, as all others are. */
const ADMIN = { user: 'admin', role: 'admin', email: 'admin@acme.com' } as const;
const HIDDEN = { verifiedEmailsVisible: false };
const DECIDES = { need: { ...NEED, listingDecides: true } };

describe('usernames', () => {
  test('are spelled as the Hub does; those in no listing are marked, and those not known are, too', async () => {
    const hub = await startAcme({ members: ['Ada', 'bob'] });
    const { whom, sent } = await resolve(hub, ['ADA', 'bob', 'no-such']);
    expect(whom).toEqual({ ADA: 'Ada', bob: 'bob', 'no-such': 'no-such?' });
    expect(asked(sent)).toEqual(['members']);
    hub.org('acme').listing = 'refused';
    expect((await resolve(hub, ['ADA', 'bob'])).whom).toEqual({ ADA: 'ADA??', bob: 'bob??' });
  });

  test('cost no request if there is only one', async () => {
    const hub = await startAcme({ members: ['Ada'] });
    const { whom, sent } = await resolve(hub, ['ada']);
    expect([whom, sent]).toEqual([{ ada: 'ada??' }, []]);
  });
});

describe('addresses', () => {
  test('that the listing shows cost one request for all', async () => {
    const hub = await startCohort(50);
    const { whom, sent } = await resolve(
      hub,
      persons(50).map((name) => `${name}@acme.com`),
    );
    expect(Object.values(whom)).toEqual(persons(50));
    expect(sent).toHaveLength(1);
  });

  test('that the listing shows to belong to no one are not looked up', async () => {
    const hub = await startAcme({ members: ['ada', ADMIN] });
    const { whom, sent } = await resolve(hub, ['ada@acme.com', 'x@acme.com', 'y@other.org']);
    expect(whom).toEqual({
      'ada@acme.com': 'ada',
      'x@acme.com': 'email-not-found',
      'y@other.org': 'email-not-found',
    });
    expect(asked(sent)).toEqual(['members']);
  });

  test('that are hidden are looked up, one request each and one per domain', async () => {
    const hub = await startAcme({ members: ['ada', 'bob'], ...HIDDEN });
    const { whom, sent } = await resolve(hub, ['ada@acme.com', 'bob@acme.com', 'x@acme.com', 'y@other.org']);
    expect(whom).toEqual({
      'ada@acme.com': 'ada',
      'bob@acme.com': 'bob',
      'x@acme.com': 'email-not-found',
      'y@other.org': 'email-not-searchable',
    });
    expect(sent).toHaveLength(7);
  });

  test('with two holders on two pages mean neither of them, also if the listing is not read to its end', async () => {
    const members = [
      { user: 'first', email: 'both@acme.com' },
      ...persons(30),
      { user: 'second', email: 'both@acme.com' },
    ];
    const hub = await startAcme({ members, pageSizeCap: 10 });
    for (const inputs of [
      ['both@acme.com', 'person-1'],
      ['both@acme.com', ...persons(30).map((name) => `${name}@acme.com`)],
    ]) {
      const { whom } = await resolve(hub, inputs);
      expect(whom['both@acme.com']).toBe('email-ambiguous');
    }
  });

  test('that are in the part of the listing that was read count if the domain is not searched', async () => {
    const members = [{ user: 'ada', email: 'ada@other.org' }, ...persons(30)];
    const hub = await startAcme({ members, pageSizeCap: 10 });
    const { whom } = await resolve(hub, ['ada@other.org', 'person-1']);
    expect(whom).toEqual({ 'ada@other.org': 'ada', 'person-1': 'person-1' });
  });
});

describe('a username and an address in one row', () => {
  const members = ['ada', 'bob', { user: 'carol', verified: false }, ADMIN];

  test('that agree cost nothing beyond the listing if it shows the address', async () => {
    const hub = await startCohort(40);
    const { whom, sent } = await resolve(
      hub,
      persons(40).map((name) => `${name} ${name}@acme.com`),
    );
    expect(Object.values(whom)).toEqual(persons(40));
    expect(asked(sent)).toEqual(['members']);
  });

  test('that contradict each other mean no one', async () => {
    const hub = await startAcme({ members });
    const { whom } = await resolve(hub, ['ada bob@acme.com', 'bob x@acme.com', 'ada x@other.org']);
    expect(whom).toEqual({
      'ada bob@acme.com': 'identity-conflict',
      'bob x@acme.com': 'identity-conflict',
      'ada x@other.org': 'identity-conflict',
    });
  });

  test('mean the holder of the address if the username is no member, with a note', async () => {
    const hub = await startAcme({ members });
    const { whom, people } = await resolve(hub, ['al ada@acme.com']);
    expect(whom).toEqual({ 'al ada@acme.com': 'ada' });
    expect([...people.values()]).toMatchObject([{ note: '"al" is not a member; ada holds ada@acme.com.' }]);
  });

  test('are both named if the username is no member and the address is found nowhere', async () => {
    const hub = await startAcme({ members });
    const { whom, people } = await resolve(hub, ['al x@acme.com']);
    expect(whom).toEqual({ 'al x@acme.com': 'not-in-organization' });
    expect([...people.values()]).toMatchObject([{ message: expect.stringMatching(/"al".*x@acme\.com/) }]);
  });

  test('are a conflict if the username is a member with a hidden address, and no member has this one', async () => {
    const hub = await startAcme({ members });
    expect((await resolve(hub, ['carol x@acme.com'])).whom).toEqual({
      'carol x@acme.com': 'identity-conflict',
    });
  });

  test.each([true, false])(
    'mean the username if the domain is not searched (it is a member: %s)',
    async (isMember) => {
      const hub = await startAcme({ members });
      const [input, expected] = isMember ? ['carol x@other.org', 'carol'] : ['ci-bot x@other.org', 'ci-bot?'];
      expect((await resolve(hub, [input])).whom).toEqual({ [input]: expected });
    },
  );

  test('are looked up if addresses are hidden: identity is worth the requests', async () => {
    const hub = await startAcme({ members: ['ada', 'bob'], ...HIDDEN });
    const { whom } = await resolve(hub, ['ada ada@acme.com', 'al bob@acme.com', 'bob ada@acme.com']);
    expect(whom).toEqual({
      'ada ada@acme.com': 'ada',
      'al bob@acme.com': 'bob',
      'bob ada@acme.com': 'identity-conflict',
    });
  });

  test('are searched for by the username if the listing does not tell, and only then', async () => {
    const hub = await startCohort(60, { pageSizeCap: 10, ...HIDDEN });
    const { whom, sent } = await resolve(hub, ['person-55 person-3@acme.com', 'al person-4@acme.com']);
    expect(whom).toEqual({
      'person-55 person-3@acme.com': 'identity-conflict',
      'al person-4@acme.com': 'person-4',
    });
    expect(
      asked(sent)
        .filter((one) => one.includes('search'))
        .toSorted(),
    ).toEqual(['members?search=al', 'members?search=person-55']);
    const agreeing = await resolve(hub, ['person-55 person-55@acme.com', 'person-1 person-1@acme.com']);
    expect(agreeing.whom['person-55 person-55@acme.com']).toBe('person-55');
    expect(asked(agreeing.sent).filter((one) => one.includes('search'))).toEqual([]);
  });

  test('mean the username if neither the listing nor a look-up is allowed', async () => {
    const hub = await startAcme({ members, listing: 'refused' });
    expect((await resolve(hub, ['ada bob@acme.com', 'al x@acme.com'])).whom).toEqual({
      'ada bob@acme.com': 'ada??',
      'al x@acme.com': 'al??',
    });
  });

  test('mean no one if the listing fails and the address belongs to another', async () => {
    const hub = await startAcme({ members });
    hub.onRequest(({ path, query }) => {
      if (!path.endsWith('/members') || query['email'] !== undefined) return;
      hub.inject({ kind: 'status', status: 403, match: { path: /members$/ } });
    });
    expect((await resolve(hub, ['al bob@acme.com', 'bob bob@acme.com'])).whom).toEqual({
      'al bob@acme.com': 'identity-conflict',
      'bob bob@acme.com': 'bob',
    });
  });
});

describe('service accounts in a dry run', () => {
  const org = { members: ['ada'], serviceAccounts: ['CI-bot'] };

  test('are told from typing errors, with one request', async () => {
    const hub = await startAcme({ ...org, serviceAccountListing: 'allowed' });
    const { whom, sent } = await resolve(hub, ['ada', 'ci-bot', 'no-such'], DECIDES);
    expect(whom).toEqual({ ada: 'ada', 'ci-bot': 'CI-bot', 'no-such': 'no-such?' });
    expect(asked(sent)).toEqual(['members', 'service-accounts']);
  });

  test('are not asked for if every name is known, or if it is no dry run', async () => {
    const hub = await startAcme({ ...org, serviceAccountListing: 'allowed' });
    expect(asked((await resolve(hub, ['ada'], DECIDES)).sent)).toEqual(['members']);
    expect(asked((await resolve(hub, ['ada', 'ci-bot'])).sent)).toEqual(['members']);
  });

  test.each([402, 403, 404, 500])('are as unknown as before if the Hub answers %i', async (status) => {
    const hub = await startAcme({ ...org, serviceAccountListing: status });
    const { whom } = await resolve(hub, ['ada', 'ci-bot'], DECIDES);
    expect(whom).toEqual({ ada: 'ada', 'ci-bot': 'ci-bot?' });
  });
});

test('a first bare word that is no member is said to be probably a heading', async () => {
  const hub = await startAcme({ members: ['ada', 'bob'] });
  const { codes, messages, writes } = await run(hub, { csv: ['nom', 'ada', 'bob'] });
  expect(codes).toEqual({ nom: 'not-in-organization', ada: 'added', bob: 'added' });
  expect(messages['nom']).toContain('it is probably a heading');
  expect(writes).toHaveLength(1);
});

test('no one is added whom the proof of a row contradicts, whatever the Hub shows and searches', async () => {
  for (const verifiedEmailsVisible of [true, false]) {
    for (const emailFilter of ['everyone', 'nobody', 'error', 'one-stranger'] as const) {
      for (const listing of ['allowed', 'refused'] as const) {
        const members = persons(12).map((user, index) => ({
          user,
          verified: index % 3 > 0,
          email: `${user}@acme.com`,
        }));
        const hub = await startAcme({ members, emailFilter, listing, verifiedEmailsVisible });
        const csv = [
          'user,email',
          ...persons(4).map((name) => `${name},${name}@acme.com`),
          ...persons(8, 5).map(
            (name) => `${name},${name.replace(/.$/, (digit) => `${Number(digit) + 4}`)}@acme.com`,
          ),
        ];
        const ran = await run(hub, { csv });
        const added = ran.outcomes.filter(({ code }) => code === 'added').map(({ user }) => user);
        if (listing === 'allowed') {
          expect(tally(ran.codes)).toEqual({ added: 4, 'identity-conflict': 4 });
          expect(added.toSorted()).toEqual(persons(4));
        } else {
          // Nothing can be looked up: the Hub proves nothing, so that the usernames count.
          expect(added.toSorted()).toEqual(persons(8));
        }
        await hub.close();
      }
    }
  }
});

describe('a row with a username and an address of which a look-up proves nothing', () => {
  const OTHERS = persons(24).map((user) => ({ user, verified: false }));
  const HOLDER = { user: 'person-25', email: 'person-25@acme.com' };

  test.each([
    ['on a later page of the listing', { pageSizeCap: 10 }],
    ['on its only page', {}],
  ])('adds no one if another member has the address: %s', async (_where, org) => {
    const hub = await startAcme({ members: [...OTHERS, HOLDER], emailFilterInside: 'error', ...org });
    const { codes } = await run(hub, { csv: ['user,email', 'person-3,person-25@acme.com'] });
    expect(Object.values(codes)).toEqual(['identity-conflict']);
    expect(hub.members('Cohort 2024')).toEqual({});
  });

  test('adds the username if the whole listing shows no one with the address', async () => {
    const hub = await startAcme({
      members: [...OTHERS, HOLDER],
      ...{ emailFilterInside: 'error', pageSizeCap: 10 },
    });
    const { codes } = await run(hub, { csv: ['user,email', 'person-3,person-3@mail.example'] });
    expect(codes).toEqual({ 'person-3': 'added' });
    expect(hub.members('Cohort 2024')).toEqual({ 'person-3': 'read' });
  });
});
