import { membersPage, newTokenPage, tokensPage } from '../hub/pages.ts';
import type { WhoAmI } from '../hub/whoami.ts';
import { membershipOf } from './person.ts';
import type { AccessLocation } from './questions.ts';

/** A setting of the organization that keeps this token out (hub-api.md, `securityRestrictions`). */
export interface Restriction {
  readonly name: string;
  /** Whether the Hub documents it. */
  readonly known: boolean;
  /** What it is, as a clause. */
  readonly reason: string;
  readonly remedy: string;
}

const KNOWN: ReadonlyMap<string, (location: AccessLocation) => Pick<Restriction, 'reason' | 'remedy'>> =
  new Map([
    [
      'mfa',
      ({ org, hubUrl }) => ({
        reason: `the organization ${org} requires two-factor authentication`,
        remedy: `Turn on two-factor authentication for the account at ${hubUrl}/settings.`,
      }),
    ],
    [
      'token-policy',
      (location) => ({
        reason: `the token policy of ${location.org} keeps this token out: it is waiting for approval, was denied, or is not fine-grained`,
        remedy:
          `Have an admin of ${location.org} approve the token. If only fine-grained tokens are accepted, ` +
          `create one: ${newTokenPage(location)}`,
      }),
    ],
    [
      'token-revoked',
      (location) => ({
        reason: `the organization ${location.org} has revoked this token`,
        remedy: `Create a new token and store it in place of this one: ${newTokenPage(location)}`,
      }),
    ],
    [
      'sso',
      ({ org, hubUrl }) => ({
        reason: `the organization ${org} requires signing in through its single sign-on`,
        remedy: `Sign in through the single sign-on of ${org} with the account, at ${hubUrl}/${org}, then run this again.`,
      }),
    ],
    [
      'ip',
      ({ org }) => ({
        reason: `the organization ${org} does not allow the network address that this job runs from`,
        remedy: `Run the job on a runner whose network address ${org} allows, or have an admin allow this one.`,
      }),
    ],
  ]);

/**
 * What to do about the token policy if a refusal names it in the Hub's documented words (hub-api.md, "Base"); undefined
 * if it does not. For accounts whose organization whoami does not tell, such as service accounts.
 */
export function remedyOfTokenPolicy(message: string, location: AccessLocation): string | undefined {
  return /organization token policy/i.test(message)
    ? KNOWN.get('token-policy')?.(location).remedy
    : undefined;
}

/**
 * The restrictions that whoami lists for the token in the organization; empty if there are none or it does
 * not say.
 */
export function restrictionsOf(who: WhoAmI | undefined, location: AccessLocation): Restriction[] {
  return (membershipOf(who, location)?.securityRestrictions ?? []).map((name) => {
    const known = KNOWN.get(name)?.(location);
    if (known !== undefined) return { name, known: true, ...known };
    return {
      name,
      known: false,
      reason: `the organization ${location.org} has a restriction that this action does not know (${name})`,
      remedy: `Ask an admin of ${location.org} about it: ${membersPage(location)} lists them. The token is at ${tokensPage(location)}.`,
    };
  });
}
