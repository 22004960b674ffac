import { foldCase } from '../../src/text/words.ts';
import { invalid, Refusal } from '../refusal.ts';
import { checkAdditions, groupRole, managedByScim } from '../rules/adding.ts';
import { requireManagement } from '../rules/rights.ts';
import { groupJson } from '../shapes.ts';
import { type GroupState, type Membership, putInGroup, setMembership, takeOutOfGroup } from '../state.ts';
import { type Answer, bodyObject, type Call, groupOf, okJson, param, visitGroups } from './call.ts';

/** `POST …/resource-groups/{id}/users`: all users, or none. */
export function addUsers(call: Call): Answer {
  const group = managedGroup(call);
  const additions = checkAdditions(call.state, group, bodyObject(call)['users']);
  for (const { member, role } of additions) putInGroup(group, member, role, call.viewer.account.name);
  return okJson(groupJson(group), true);
}

/** `PATCH …/resource-groups/{id}/users/{username}`: another role by hand, or back to the one of SCIM. */
export function changeUser(call: Call): Answer {
  const group = managedGroup(call);
  const { role, resetToScimRole } = bodyObject(call);
  if (resetToScimRole !== undefined && (resetToScimRole !== true || role !== undefined))
    throw invalid('"resetToScimRole" must be true, without a "role"');
  const wanted = resetToScimRole === true ? undefined : groupRole(role);
  const before = membershipOf(call, group);
  if (!before) return absentUser(group);
  const isManaged = group.scim && !before.member.account.service;
  if (isManaged && group.org.scimRoleChange === 'refused') throw managedByScim();
  if (wanted === undefined && !isManaged) throw invalid('This role is not managed by SCIM');
  const scimRole = isManaged ? (before.scimRole ?? before.role) : undefined;
  const after = wanted ?? scimRole ?? before.role;
  setMembership(group, {
    ...before,
    role: after,
    scimRole,
    roleSetBy: wanted === undefined ? undefined : call.viewer.account.name,
  });
  return okJson(groupJson(group), before.role !== after);
}

/** `DELETE …/resource-groups/{id}/users/{username}` */
export function removeUser(call: Call): Answer {
  const group = managedGroup(call);
  const before = membershipOf(call, group);
  if (!before) return absentUser(group);
  const { member, role } = before;
  if (group.scim && !member.account.service) throw managedByScim();
  takeOutOfGroup(group, member.account.name);
  const roleThen = group.autoJoin.enabled ? group.autoJoin.role : role;
  if (group.putBack === 'at-once') putInGroup(group, member, roleThen);
  const answer = okJson(groupJson(group), true);
  if (group.putBack === 'later') putInGroup(group, member, roleThen);
  return answer;
}

function managedGroup(call: Call): GroupState {
  const visitor = visitGroups(call);
  const group = groupOf(call, visitor);
  requireManagement(visitor, group);
  return group;
}

function membershipOf(call: Call, group: GroupState): Membership | undefined {
  const name = param(call, 'user');
  const membership = group.users.get(foldCase(name));
  const isOther = group.org.memberCase === 'sensitive' && membership?.member.account.name !== name;
  return isOther ? undefined : membership;
}

function absentUser(group: GroupState): Answer {
  const { notInGroupStatus: status } = group.org;
  if (status === 200) return okJson(groupJson(group));
  throw new Refusal(status, 'NotInGroup', 'The user is not a member of this resource group');
}
