import fc from 'fast-check';
import type { GroupSpec, MemberSpec, OrgSpec } from '../../simulator/index.ts';
import { ROLES, type Role } from '../../src/roles.ts';

export const INSIDE = 'acme.com';
export const OUTSIDE = 'evil.example';
export const GROUPS = ['G', 'H', 'I'];
export const GROUP_IDS: Readonly<Record<string, string>> = Object.fromEntries(
  GROUPS.map((name, index) => [name, `507f1f77bcf86cd79943901${index}`]),
);
/** The owner of the token: a member, and at times in a group. */
export const OWN_ACCOUNT = 'admin';
export const MEMBERS = Array.from({ length: 24 }, (_, index) => `User-${index}`);
export const SERVICE_ACCOUNTS = ['bot-0', 'bot-1'];
export const STRANGERS = ['stranger-0', 'stranger-1'];
export const NOBODIES = ['nobody-0', 'nobody-1'];

export const role = fc.constantFrom(...ROLES);
const emailFilter = fc.constantFrom('filter', 'everyone', 'nobody', 'error', 'one-stranger');

/** Mostly `usual`. */
export function mostly<T>(usual: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

/** An organization as the schedules make it: everything that the oracle looks at is there. */
export type Org = Omit<OrgSpec, 'members' | 'groups'> & {
  readonly members: readonly (MemberSpec & { readonly user: string; readonly email: string })[];
  readonly groups: readonly (GroupSpec & { readonly users: Readonly<Record<string, Role>> })[];
};

function member(name: string, isRenamed: boolean) {
  return fc.record({
    user: fc.constant(isRenamed ? renamed(name) : name),
    email: mostly(`${name.toLowerCase()}@${INSIDE}`, `${name.toLowerCase()}@${OUTSIDE}`),
    verified: fc.boolean(),
    suspended: mostly(false, false, true),
  });
}

/** What a renamed account is called now: rosters still have the old name. */
export function renamed(name: string): string {
  return name.replace('User', 'Renamed');
}

function group(name: string, users: readonly string[], hasRemoval: boolean): fc.Arbitrary<Org['groups'][0]> {
  return fc.record({
    id: fc.constant(GROUP_IDS[name]),
    name: fc.constant(name),
    users: fc.dictionary(fc.constantFrom(...users, ...users, ...SERVICE_ACCOUNTS, OWN_ACCOUNT), role, {
      maxKeys: hasRemoval ? 9 : 4,
    }),
    scim: fc.nat(9).map((n) => n === 9),
    autoJoin: hasRemoval
      ? mostly({ enabled: false }, { enabled: true, role: 'read' })
      : fc.constant({ enabled: false }),
    putBack: hasRemoval ? mostly('never', 'never', 'at-once', 'later') : fc.constant('never'),
  }) as fc.Arbitrary<Org['groups'][0]>;
}

/** Organizations; with removal, also those whose listings do not say everything. */
export function orgs(hasRemoval: boolean): fc.Arbitrary<Org> {
  return fc.array(fc.constantFrom(...MEMBERS), { maxLength: 2 }).chain((moved) => {
    const users = MEMBERS.map((name) => (moved.includes(name) ? renamed(name) : name));
    return fc.record({
      name: fc.constant('acme'),
      emailDomains: fc.constant([INSIDE]),
      members: fc.tuple(...MEMBERS.map((name) => member(name, moved.includes(name)))),
      serviceAccounts: fc.constant(SERVICE_ACCOUNTS),
      groups: fc.tuple(...GROUPS.map((name) => group(name, users, hasRemoval))),
      verifiedEmailsVisible: fc.boolean(),
      groupListing: mostly<OrgSpec['groupListing']>('allowed', 'refused', ['G'], ['H', 'I']),
      listing: fc.nat(7).map((n) => (n === 7 ? 'refused' : 'allowed')),
      emailFilter,
      emailFilterInside: fc.oneof({ weight: 3, arbitrary: fc.constant('filter' as const) }, emailFilter),
      pageSizeCap: fc.constantFrom(10, 1000),
      memberCase: fc.constantFrom('insensitive', 'sensitive'),
      notInGroupStatus: fc.constantFrom(404, 403, 200),
      unlistedMembers: hasRemoval ? mostly([], ['User-1'], ['User-2', 'User-3']) : fc.constant([]),
      listingEndsAfter: hasRemoval
        ? mostly(Number.POSITIVE_INFINITY, 12)
        : fc.constant(Number.POSITIVE_INFINITY),
      unlistedGroupUsers: hasRemoval ? mostly([], [], ['User-4']) : fc.constant([]),
      numUsers: hasRemoval
        ? mostly<unknown>('actual', 'absent', { offBy: 1 }, { offBy: -1 })
        : fc.constant('actual'),
    }) as fc.Arbitrary<Org>;
  });
}
