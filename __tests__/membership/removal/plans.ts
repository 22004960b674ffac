import type { Group } from '../../../src/hub/schemas.ts';
import { type Plan, planChanges, type ResolvedEntry } from '../../../src/membership/plan.ts';
import type { RemovalPolicy } from '../../../src/membership/removal/policy.ts';
import type { MemberListing } from '../../../src/membership/resolve/member-listing.ts';
import { foldCase } from '../../../src/text/words.ts';
import { DEFAULT_POLICY } from '../../support/run-in-process.ts';

/** A policy that removes unlisted members and has no limit, with `rest` written over it. */
export function pruning(rest: Partial<RemovalPolicy> = {}): RemovalPolicy {
  const noLimit = { maxRemovals: { kind: 'percent', value: 100 } } as const;
  return { ...DEFAULT_POLICY, onUnlisted: 'remove', ...noLimit, minAdmins: 0, ...rest };
}

/** The plan of sync-members for these rows, before unlisted members are looked at. */
export function planOf(rows: readonly ResolvedEntry[]): Plan {
  return planChanges(rows, {
    ...{ onExisting: 'update', removesAbsent: true, sendsUnlisted: true, unreadable: new Map() },
  });
}

/** A complete member listing that has everyone in these groups, and counts them right. */
export function listingOf(groups: readonly Group[], rest: Partial<MemberListing> = {}): MemberListing {
  const names = groups.flatMap(({ users }) => users.map(({ name }) => name));
  return {
    ...{ complete: true, isCut: false, showsEveryEmail: false, holders: new Map() },
    members: new Map(names.map((name) => [foldCase(name), { user: name, email: null }])),
    groupSizes: new Map(groups.map(({ id, users }) => [id, users.length])),
    ...rest,
  };
}
