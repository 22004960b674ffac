import type { Removal } from '../manage-members.ts';
import { changesOf } from '../plan.ts';
import { addUnlisted, guardLosses, isLoss, tooManyRemovals } from './guards.ts';
import { checkRoster, type RemovalPolicy } from './policy.ts';
import { removePeople } from './remove-people.ts';

/** What sync-members adds to a run. No other action may import it: their bundles hold no code that removes a member. */
export function createRemoval(policy: RemovalPolicy): Removal {
  return {
    minAdmins: policy.minAdmins,
    checkRoster: (roster, { groups }) => checkRoster(roster, groups, policy),
    needsListing: policy.onUnlisted === 'remove',
    addUnlisted: (plan, listing) => addUnlisted(plan, policy, listing),
    needsGuards: (plan) => changesOf(plan).some(isLoss),
    guardLosses: (plan, ownAccount) => guardLosses(plan, policy, ownAccount),
    tooManyRemovals: (plan) => tooManyRemovals(plan, policy),
    removePeople,
  };
}
