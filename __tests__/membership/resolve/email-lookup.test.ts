import { describe, expect, test } from '@jest/globals';
import type { EmailFilter, SimulatedHub } from '../../../simulator/index.ts';
import { type LookUpOptions, lookUpEmails } from '../../../src/membership/resolve/email-lookup.ts';
import { randomFrom } from '../../support/random.ts';
import { persons, startAcme, startCohort } from '../over-the-wire.ts';
import { asked, withClient } from './clients.ts';

async function lookUp(
  hub: SimulatedHub,
  emails: readonly string[],
  options: Partial<LookUpOptions> & { readonly answered?: boolean } = {},
) {
  const byKey = new Map(emails.map((email) => [email.toLowerCase(), email]));
  const all = { endIfDenied: async () => undefined, random: randomFrom(1), log: { info() {} }, ...options };
  const { value, sent } = await withClient(hub, (client) =>
    lookUpEmails(client, 'acme', byKey, all, options.answered ?? false),
  );
  const whom = [...byKey.keys()].map((key) => {
    const one = value.people.get(key);
    return one === undefined ? 'no resolution' : 'user' in one ? one.user : one.code;
  });
  return { ...value, whom, sent: asked(sent) };
}

const HIDDEN = { verifiedEmailsVisible: false };
const MEMBERS = ['ada', 'bob', ...persons(20)];

describe('an address in a domain that the Hub searches', () => {
  test('is proven by the verified address, whatever its case, in one request', async () => {
    const hub = await startAcme({ members: MEMBERS });
    const { whom, sent } = await lookUp(hub, ['ADA@acme.com']);
    expect([whom, sent]).toEqual([['ada'], ['members?email=ADA@acme.com']]);
  });

  test('is proven, if addresses are hidden, by one answer in a domain in which one that cannot exist finds no one', async () => {
    const hub = await startAcme({ members: MEMBERS, ...HIDDEN });
    const { whom, sent } = await lookUp(hub, ['ada@acme.com']);
    expect([whom, sent]).toEqual([['ada'], ['members?email=ada@acme.com', 'members?email=PROBE@acme.com']]);
  });

  test('is held by no one if the answer is empty, without a second request', async () => {
    const hub = await startAcme({ members: MEMBERS, ...HIDDEN });
    const { whom, sent } = await lookUp(hub, ['x@acme.com']);
    expect([whom, sent]).toEqual([['email-not-found'], ['members?email=x@acme.com']]);
  });

  test('of several is probed once, first', async () => {
    const hub = await startAcme({ members: MEMBERS, ...HIDDEN });
    const { whom, sent } = await lookUp(hub, ['ada@acme.com', 'bob@acme.com', 'x@acme.com']);
    expect(whom).toEqual(['ada', 'bob', 'email-not-found']);
    expect(sent[0]).toBe('members?email=PROBE@acme.com');
    expect(sent).toHaveLength(4);
  });

  test.each([true, false])('with two holders means neither of them (addresses shown: %s)', async (shown) => {
    const members = [
      ...MEMBERS,
      { user: 'first', email: 'both@acme.com' },
      { user: 'second', email: 'both@acme.com' },
    ];
    const hub = await startAcme({ members, verifiedEmailsVisible: shown });
    expect((await lookUp(hub, ['both@acme.com'])).whom).toEqual(['email-ambiguous']);
  });

  test('never means a member whose verified address is another one', async () => {
    const hub = await startAcme({ members: MEMBERS, emailFilterInside: 'one-stranger' });
    const { whom, people } = await lookUp(hub, ['ada@acme.com']);
    expect(whom).not.toContain('bob');
    expect([...people.values()].some((one) => 'user' in one)).toBe(false);
  });

  test('with a Kelvin sign is not the one with a k', async () => {
    const hub = await startAcme({ members: [...MEMBERS, { user: 'kim', email: 'kim@acme.com' }] });
    const body = [{ user: 'kim', verifiedEmail: '\u212Aim@acme.com', _id: '1', type: 'user' }];
    hub.inject({ kind: 'status', status: 200, body, match: { path: /members$/ } });
    expect((await lookUp(hub, ['kim@acme.com'])).whom).not.toEqual(['kim']);
  });
});

describe('an address in another domain', () => {
  const filters: [EmailFilter, boolean, string][] = [
    // The answer is the listing of all members: nothing is proven, …
    ['everyone', false, 'email-not-searchable'],
    // … unless a verified address in it is the one.
    ['everyone', true, 'email-not-searchable'],
    ['nobody', true, 'email-not-found'],
    ['error', true, 'email-not-searchable'],
    ['one-stranger', true, 'email-not-searchable'],
    ['one-stranger', false, 'email-not-searchable'],
    ['filter', true, 'email-not-found'],
  ];

  test.each(filters)('if the filter does %s (addresses shown: %s): %s', async (emailFilter, shown, code) => {
    const hub = await startAcme({ members: MEMBERS, emailFilter, verifiedEmailsVisible: shown });
    for (const emails of [['x@other.org'], ['x@other.org', 'y@other.org', 'z@other.org']]) {
      const { whom } = await lookUp(hub, emails);
      expect(new Set(whom)).toEqual(new Set([code]));
    }
  });

  test('costs one probe for all of the domain if the Hub does not search it', async () => {
    const hub = await startAcme({ members: MEMBERS });
    const { sent } = await lookUp(hub, ['x@other.org', 'y@other.org', 'z@other.org']);
    expect(sent).toEqual(['members?email=PROBE@other.org']);
  });

  test('of an organization with one member, whom every look-up finds, does not mean this member', async () => {
    const hub = await startAcme({ members: [{ user: 'admin', role: 'admin' }], ...HIDDEN });
    expect((await lookUp(hub, ['x@other.org'])).whom).toEqual(['email-not-searchable']);
  });
});

describe('look-ups that fail', () => {
  const emails = persons(12).map((name) => `${name}@acme.com`);

  test('refused for one address (400): that address is not searchable, others are found', async () => {
    const hub = await startCohort(12, HIDDEN);
    hub.inject({ kind: 'status', status: 400, match: { path: /members$/ }, skip: 3, times: 1 });
    const { whom, stopped } = await lookUp(hub, emails);
    expect(whom.filter((one) => one === 'email-not-searchable')).toHaveLength(1);
    expect(whom.filter((one) => one.startsWith('person-'))).toHaveLength(11);
    expect(stopped).toBeUndefined();
  });

  test('refused from the first (403): the message says what the token needs', async () => {
    const hub = await startCohort(12, { listing: 'refused' });
    const { whom, people } = await lookUp(hub, emails);
    expect(new Set(whom)).toEqual(new Set(['email-not-searchable']));
    expect(people.get('person-1@acme.com')).toMatchObject({
      message: expect.stringContaining('it needs to read the members of the organization'),
    });
  });

  test('refused although others were answered (403): it is asked whether the token is denied now', async () => {
    const hub = await startCohort(12, HIDDEN);
    hub.inject({ kind: 'status', status: 403, match: { path: /members$/ }, skip: 3, times: 100 });
    const endIfDenied = () => Promise.reject(new Error('The token is denied.'));
    await expect(lookUp(hub, emails, { endIfDenied })).rejects.toThrow('The token is denied.');
  });

  test('an invalid token (401) ends the run', async () => {
    const hub = await startCohort(12);
    hub.tokens.clear();
    await expect(lookUp(hub, emails)).rejects.toMatchObject({ status: 401 });
  });

  test('no answer to one address: it is unavailable, others are found', async () => {
    const hub = await startCohort(12, HIDDEN);
    hub.onRequest(({ query }) => {
      if (query['email'] === 'person-5@acme.com') hub.inject({ kind: 'reset', match: { path: /members$/ } });
    });
    const { whom } = await lookUp(hub, ['person-5@acme.com']);
    expect(whom).toEqual(['unavailable']);
    const rest = await lookUp(
      hub,
      emails.filter((_, index) => index !== 4),
    );
    expect(rest.whom.every((one) => one.startsWith('person-'))).toBe(true);
  });

  test('no answer at all: the look-ups stop after a few, and the reason is told', async () => {
    const hub = await startCohort(200, HIDDEN);
    hub.inject({ kind: 'status', status: 500, match: { path: /members$/ }, times: 10_000 });
    const many = persons(200).map((name) => `${name}@acme.com`);
    const { whom, stopped, sent } = await lookUp(hub, many);
    expect(new Set(whom)).toEqual(new Set(['unavailable']));
    expect(stopped?.kind).toBe('unavailable');
    expect(sent.length).toBeLessThanOrEqual(100);
  });

  test('the rate limit is used up for longer than may be waited: the rest is rate-limited', async () => {
    const hub = await startCohort(40, HIDDEN, { quota: { limit: 10, windowSeconds: 300 } });
    const { whom, stopped } = await lookUp(
      hub,
      persons(40).map((name) => `${name}@acme.com`),
    );
    expect(whom.filter((one) => one.startsWith('person-')).length).toBeGreaterThan(0);
    expect(whom).toContain('rate-limited');
    expect(stopped?.kind).toBe('rate-limited');
  });
});
