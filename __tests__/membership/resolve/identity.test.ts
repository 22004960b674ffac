import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type BothAddress,
  type Claimed,
  identify,
  needsLookUp,
  type Resolution,
} from '../../../src/membership/resolve/identity.ts';

/*
 * A row with the username `ada` and the address `ada@acme.com` (interface.md, section 1: both must be one person).
 */

const ROW: BothAddress = { kind: 'both', username: 'ada', email: 'Ada@acme.com' };

const holder = (user: string): Resolution => ({ user, listed: true });
const no = (
  code: 'email-not-found' | 'email-not-searchable' | 'email-ambiguous' | 'unavailable',
): Resolution => ({
  code,
  message: `${code}.`,
});
const member = (email: string | null, user = 'Ada'): Claimed => ({ user, email });

/** The user who is meant, or the code. */
function whom(claimed: Claimed, byEmail: Resolution): string {
  const resolution = identify(ROW, claimed, byEmail);
  return 'user' in resolution ? `${resolution.user}, listed: ${resolution.listed}` : resolution.code;
}

describe('a username and an email address in one row', () => {
  test.each<[string, Claimed, Resolution, string]>([
    // The address is proven to belong to the person with that username.
    ['the holder has the username, which is a member', member(null), holder('Ada'), 'Ada, listed: true'],
    [
      'the holder has the username, in the listing',
      member('ada@acme.com'),
      holder('Ada'),
      'Ada, listed: true',
    ],
    ['the holder has the username, and no listing was read', 'unknown', holder('Ada'), 'Ada, listed: true'],
    [
      'the holder has the username, which the listing missed',
      'no-member',
      holder('Ada'),
      'Ada, listed: true',
    ],
    // It is proven to belong to another member.
    ['another holds the address, the username is no member', 'no-member', holder('bob'), 'bob, listed: true'],
    ['another holds the address, the username is a member', member(null), holder('bob'), 'identity-conflict'],
    [
      'another holds the address, the username has another',
      member('x@acme.com'),
      holder('bob'),
      'identity-conflict',
    ],
    ['another holds the address, the username is not known', 'unknown', holder('bob'), 'identity-conflict'],
    // The verified address of the username decides, if no other holder is proven.
    [
      'the verified address is this one, no look-up',
      member('ada@acme.com'),
      no('email-not-found'),
      'Ada, listed: true',
    ],
    [
      'the verified address is this one, several holders',
      member('ada@acme.com'),
      no('email-ambiguous'),
      'Ada, listed: true',
    ],
    [
      'the verified address is this one, look-up failed',
      member('ada@acme.com'),
      no('unavailable'),
      'Ada, listed: true',
    ],
    [
      'the verified address is another one, not found',
      member('x@acme.com'),
      no('email-not-found'),
      'identity-conflict',
    ],
    [
      'the verified address is another one, not searchable',
      member('x@acme.com'),
      no('email-not-searchable'),
      'identity-conflict',
    ],
    [
      'the verified address is another one, look-up failed',
      member('x@acme.com'),
      no('unavailable'),
      'identity-conflict',
    ],
    // The Hub proves nothing about the address: the username counts.
    [
      'not searchable, the username is a member',
      member(null),
      no('email-not-searchable'),
      'Ada, listed: true',
    ],
    [
      'not searchable, the username is no member',
      'no-member',
      no('email-not-searchable'),
      'ada, listed: false',
    ],
    [
      'not searchable, the username is not known',
      'unknown',
      no('email-not-searchable'),
      'ada, listed: undefined',
    ],
    // The Hub searched, and no member holds the address.
    ['searched in vain, the username is a member', member(null), no('email-not-found'), 'identity-conflict'],
    ['searched in vain, the username is not known', 'unknown', no('email-not-found'), 'identity-conflict'],
    [
      'searched in vain, the username is no member',
      'no-member',
      no('email-not-found'),
      'not-in-organization',
    ],
    // It is not known who holds it.
    ['several holders, the username is a member', member(null), no('email-ambiguous'), 'email-ambiguous'],
    ['several holders, the username is no member', 'no-member', no('email-ambiguous'), 'email-ambiguous'],
    ['the look-up failed, the username is a member', member(null), no('unavailable'), 'unavailable'],
    ['the look-up failed, the username is not known', 'unknown', no('unavailable'), 'unavailable'],
  ])('%s', (_case, claimed, byEmail, expected) => {
    expect(whom(claimed, byEmail)).toBe(expected);
  });

  test('the result names the holder if the username is no member', () => {
    expect(identify(ROW, 'no-member', holder('bob'))).toMatchObject({
      note: '"ada" is not a member; bob holds Ada@acme.com.',
    });
    expect(identify(ROW, 'no-member', holder('ADA'))).not.toHaveProperty('note');
  });

  test('a conflict names both', () => {
    expect(identify(ROW, member(null), holder('bob'))).toMatchObject({
      message: 'Ada and the holder of Ada@acme.com, bob, are two members.',
    });
    expect(identify(ROW, member('x@acme.com'), no('email-not-found'))).toMatchObject({
      message: 'The verified address of Ada is not Ada@acme.com.',
    });
    expect(identify(ROW, 'no-member', no('email-not-found'))).toMatchObject({
      message: '"ada" is not a member, and no member has the address Ada@acme.com.',
    });
  });

  test('never means a third person, and never one whom the proof contradicts', () => {
    const users = fc.constantFrom('ada', 'ADA', 'bob', 'carol');
    const claims = fc.oneof(
      fc.constantFrom<Claimed>('no-member', 'unknown'),
      fc.record({
        user: fc.constantFrom('ada', 'Ada'),
        email: fc.constantFrom(null, 'ada@acme.com', 'x@acme.com'),
      }),
    );
    const answers = fc.oneof(
      users.map(holder),
      fc.constantFrom('email-not-found', 'email-not-searchable', 'email-ambiguous', 'unavailable').map(no),
    );
    fc.assert(
      fc.property(claims, answers, (claimed, byEmail) => {
        const resolution = identify(ROW, claimed, byEmail);
        if (!('user' in resolution)) return;
        const proven = 'user' in byEmail ? byEmail.user.toLowerCase() : 'ada';
        expect(resolution.user.toLowerCase()).toBe(proven);
        if (proven !== 'ada') expect(claimed).toBe('no-member');
        if (typeof claimed === 'object' && !('user' in byEmail)) expect(claimed.email).not.toBe('x@acme.com');
      }),
    );
  });
});

test.each<[Claimed, boolean]>([
  ['no-member', true],
  ['unknown', true],
  [member(null), true],
  [member('ada@acme.com'), false],
  [member('x@acme.com'), false],
])(
  'the address is looked up only if the verified address of the username does not decide: %j %s',
  (claimed, needed) => {
    expect(needsLookUp(claimed)).toBe(needed);
  },
);
