import { membersPage, newTokenPage, tokensPage } from '../hub/pages.ts';
import type { WhoAmI } from '../hub/whoami.ts';
import { membershipOf } from './person.ts';
import type { AccessPlace } from './questions.ts';

/** Something in the organization's settings that keeps this token out (hub-api.md, `securityRestrictions`). */
export interface Restriction {
  readonly name: string;
  /** Whether it is one of those that the Hub documents. */
  readonly known: boolean;
  readonly clause: string;
  readonly remedy: string;
}

const KNOWN: Readonly<Record<string, (place: AccessPlace) => { clause: string; remedy: string }>> = {
  mfa: ({ org, hubUrl }) => ({
    clause: `the organization ${org} lets nobody in without two-factor authentication`,
    remedy: `Switch on two-factor authentication for the account at ${hubUrl}/settings.`,
  }),
  'token-policy': (place) => ({
    clause: `the token policy of ${place.org} keeps this token out: it waits for approval, was denied, or is not fine-grained`,
    remedy:
      `Have an admin of ${place.org} approve the token, or, where only fine-grained tokens are accepted, ` +
      `make one: ${newTokenPage(place)}`,
  }),
  'token-revoked': (place) => ({
    clause: `the organization ${place.org} has revoked this token`,
    remedy: `Make a new token and store it in place of this one: ${newTokenPage(place)}`,
  }),
  sso: ({ org, hubUrl }) => ({
    clause: `the organization ${org} asks for its single sign-on first`,
    remedy: `Sign in through the single sign-on of ${org} with the account, at ${hubUrl}/${org}, then run this again.`,
  }),
  ip: ({ org }) => ({
    clause: `the organization ${org} does not let in the network address that this job runs from`,
    remedy: `Run the job on a runner whose address ${org} allows, or have its admin allow this one.`,
  }),
};

/** What stands in the way of the token in the organization; empty where nothing does, or the Hub does not tell. */
export function restrictionsOf(who: WhoAmI | undefined, place: AccessPlace): Restriction[] {
  return (membershipOf(who, place.org)?.securityRestrictions ?? []).map((name) => {
    const words = Object.hasOwn(KNOWN, name) ? KNOWN[name]?.(place) : undefined;
    return {
      name,
      known: words !== undefined,
      clause: `the organization ${place.org} has a restriction that is not known here (${name})`,
      remedy: `Ask an admin of ${place.org} what it means: ${membersPage(place)} lists them. The token is at ${tokensPage(place)}.`,
      ...words,
    };
  });
}
