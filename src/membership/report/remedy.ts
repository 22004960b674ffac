import { type HubLocation, membersPage } from '../../hub/pages.ts';
import type { Code } from '../outcome.ts';

interface Wording {
  /** What happened, in a few words. */
  readonly label: string;
  /** What to do next; absent where there is nothing to do. */
  readonly remedy?: (location: HubLocation) => string;
}

const RUN_AGAIN = 'run this again: whoever is in already is passed over';

const WORDING: Readonly<Record<Code, Wording>> = {
  added: { label: 'added' },
  'role-updated': { label: 'role changed' },
  'already-member': { label: 'in already' },
  'role-differs': {
    label: 'in already, keeps another role',
    remedy: () => "To change these roles, set `on-existing: update`, or change them on the group's page.",
  },
  'not-in-organization': {
    label: 'not in the organization',
    remedy: (location) =>
      `Invite them at ${membersPage(location)} and, once they have accepted, ${RUN_AGAIN}.`,
  },
  'email-not-found': {
    label: 'nobody with this address',
    remedy: (location) =>
      `Check the spelling, or give the username instead. Someone new is invited at ${membersPage(location)}.`,
  },
  'email-not-searchable': {
    label: 'address cannot be looked up',
    remedy: () =>
      "Give the username instead, or have the organization's admin add the address's domain to its e-mail or SSO domains.",
  },
  'email-ambiguous': {
    label: 'several people have this address',
    remedy: () => 'Give the username instead of the address.',
  },
  refused: {
    label: 'refused by the Hub',
    remedy: (location) =>
      `Check that the account exists and is a member of the organization at ${membersPage(location)}, then run this again.`,
  },
  'conflicting-roles': {
    label: 'asked for with two roles',
    remedy: () => 'These addresses belong to one person. Keep one row, with one role.',
  },
  unconfirmed: {
    label: 'not confirmed',
    remedy: () => `Look at the group's page to see whether they are in, or ${RUN_AGAIN}.`,
  },
  'rate-limited': {
    label: 'rate limit reached',
    remedy: () => `Wait five minutes or raise \`max-wait-minutes\`, then ${RUN_AGAIN}.`,
  },
  unavailable: {
    label: 'the Hub did not answer',
    remedy: () => `When the Hub answers again, ${RUN_AGAIN}.`,
  },
  cancelled: { label: 'cancelled', remedy: () => `To finish, ${RUN_AGAIN}.` },
  'not-attempted': {
    label: 'not dealt with',
    remedy: () => `Once the cause is out of the way, ${RUN_AGAIN}.`,
  },
  'would-add': { label: 'would be added' },
  'would-update': { label: 'role would be changed' },
};

/** What `code` means, in a few words that can follow a person's name. */
export function labelOf(code: Code): string {
  return WORDING[code].label;
}

/** What to do about `code`, the same sentence for everybody, with the addresses of the Hub's pages in it; empty where there is nothing to do. */
export function remedyOf(code: Code, location: HubLocation): string {
  return WORDING[code].remedy?.(location) ?? '';
}
