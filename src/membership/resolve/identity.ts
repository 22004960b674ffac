import type { Address } from '../../roster/entry.ts';
import { foldCase } from '../../text/words.ts';
import { userKey } from '../assignment.ts';
import type { OutcomeCode } from '../outcome.ts';
import type { ListedMember } from './member-listing.ts';

/** Who is meant by a row or an entry, or why that is not known. */
export type Resolution =
  | {
      readonly user: string;
      /** Whether the organization's listings have the person; undefined if they could not be read to their end. */
      readonly listed: boolean | undefined;
      /** One more sentence about how the person was identified. */
      readonly note?: string;
      /** The row also has an email address, and nothing shows that the person is not another one, who holds it. */
      readonly isUnproven?: true;
    }
  | { readonly code: OutcomeCode; readonly message: string };

/*
 * A row with a username and an email address says one thing twice, and it is done only if the Hub does not contradict it:
 * the username can be one of another system, and belong to a different member here (interface.md, section 1).
 */

/** A row that names a person by both. */
export type BothAddress = Extract<Address, { readonly kind: 'both' }>;

/** Who has the username of the row: a member, no member, or `unknown` if that could not be found out. */
export type Claimed = ListedMember | 'no-member' | 'unknown';

/** Whom the row means, given who has its username and what the Hub says of its email address. Pure. */
export function identify(address: BothAddress, claimed: Claimed, byEmail: Resolution): Resolution {
  const { username, email } = address;
  if ('user' in byEmail) {
    const holder = byEmail.user;
    if (userKey(holder) === userKey(username)) return byEmail;
    if (claimed === 'no-member') {
      return { ...byEmail, note: `"${username}" is not a member; ${holder} holds ${email}.` };
    }
    return typeof claimed === 'object'
      ? conflict(`${claimed.user} and the holder of ${email}, ${holder}, are two members.`)
      : conflict(`${email} belongs to ${holder}, and whether ${username} is another member is not known.`);
  }
  if (typeof claimed === 'object' && claimed.email !== null) {
    return claimed.email === foldCase(email)
      ? { user: claimed.user, listed: true }
      : conflict(`The verified address of ${claimed.user} is not ${email}.`);
  }
  switch (byEmail.code) {
    case 'email-not-searchable':
      return typeof claimed === 'object'
        ? { user: claimed.user, listed: true }
        : { user: username, listed: claimed === 'no-member' ? false : undefined, isUnproven: true };
    case 'email-not-found':
      return claimed === 'no-member'
        ? {
            code: 'not-in-organization',
            message: `"${username}" is not a member, and no member has the address ${email}.`,
          }
        : conflict(
            `No member has the verified address ${email}, so nothing shows that ${username} is meant.`,
          );
    default:
      return byEmail;
  }
}

/** Whether the email address of the row has to be looked up: not if the verified address of the username decides. */
export function needsLookUp(claimed: Claimed): boolean {
  return typeof claimed !== 'object' || claimed.email === null;
}

function conflict(message: string): Resolution {
  return { code: 'identity-conflict', message };
}
