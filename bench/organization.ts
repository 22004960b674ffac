import { randomFrom } from '../__tests__/support/random.ts';
import type { GroupSpec, MemberSpec, OrgSpec } from '../simulator/index.ts';

/**
 * Which organization a benchmark is run against, and who is asked for: plain numbers, so that they can be
 * sent to the Hub's process.
 */
export interface Scenario {
  /** People asked for. */
  readonly people: number;
  /**
   * Of a hundred people asked for, how many are in the group already, how many left the organization, how
   * many gave a private address.
   */
  readonly inAlready?: number;
  readonly left?: number;
  readonly privateAddress?: number;
  /** Members of the organization who are in no roster. Default: half as many as people. */
  readonly others?: number;
  /** Whether the listing shows verified addresses to the token. Default true. */
  readonly emailsShown?: boolean;
  /** Groups that all people are added to, or that are listed. Default 1. */
  readonly groups?: number;
  /** People who are in each of the groups at the start, besides `inAlready`; taken from the others. */
  readonly usersEach?: number;
}

export const ORG = 'acme';
/** What is drawn is the same in every run. */
const SEED = 20_261_101;
const DOMAIN = 'acme.com';
const PRIVATE_DOMAIN = 'mail.example';

/** A person asked for. */
export interface Asked {
  readonly user: string;
  readonly email: string;
  /** What is special about them. */
  readonly kind: 'plain' | 'in-already' | 'left' | 'private-address';
}

/** The people asked for: the same ones whenever it is called with the same numbers. */
export function asked({ people, inAlready = 0, left = 0, privateAddress = 0 }: Scenario): Asked[] {
  const random = randomFrom(SEED);
  return Array.from({ length: people }, (_, index) => {
    const user = `person-${index + 1}`;
    const drawn = random() * 100;
    if (drawn < inAlready) return { user, email: `${user}@${DOMAIN}`, kind: 'in-already' };
    if (drawn < inAlready + left) return { user, email: `${user}@${DOMAIN}`, kind: 'left' };
    const isPrivate = drawn < inAlready + left + privateAddress;
    return isPrivate
      ? { user, email: `${user}@${PRIVATE_DOMAIN}`, kind: 'private-address' }
      : { user, email: `${user}@${DOMAIN}`, kind: 'plain' };
  });
}

export function groupName(index: number): string {
  return `Cohort ${index + 1}`;
}

/** The id that the simulated Hub counts up to. */
export function groupId(index: number): string {
  return `507f1f77bcf86cd7${(0x99439010 + index + 1).toString(16)}`;
}

/** The organization of a scenario. */
export function organization(scenario: Scenario): OrgSpec {
  const { others = Math.ceil(scenario.people / 2), emailsShown = true, groups = 1, usersEach = 0 } = scenario;
  const people = asked(scenario);
  const strangers = Array.from({ length: Math.max(others, usersEach) }, (_, index) =>
    memberCalled(`other-${index + 1}`),
  );
  const inAlready = people.filter(({ kind }) => kind === 'in-already').map(({ user }) => user);
  const users = [...inAlready, ...strangers.slice(0, usersEach).map(({ user }) => user)];
  return {
    name: ORG,
    plan: 'team',
    emailDomains: [DOMAIN],
    verifiedEmailsVisible: emailsShown,
    memberGroupsVisible: false,
    strictLimit: false,
    members: [...strangers, ...people.filter(({ kind }) => kind !== 'left').map(memberOf)],
    groups: Array.from({ length: groups }, (_, index) => groupOf(index, users)),
  };
}

/** Accounts of the people who left. */
export function formerMembers(scenario: Scenario): string[] {
  return asked(scenario)
    .filter(({ kind }) => kind === 'left')
    .map(({ user }) => user);
}

function memberCalled(user: string): MemberSpec {
  return { user, fullname: `The ${user}`, email: `${user}@${DOMAIN}` };
}

function memberOf({ user, email }: Asked): MemberSpec {
  return { user, fullname: `The ${user}`, email };
}

function groupOf(index: number, users: readonly string[]): GroupSpec {
  return { name: groupName(index), users: users.map((user) => ({ user, role: 'read' })) };
}
