import { notFound } from '../refusal.ts';
import { checkAdditions, groupRole, managedByScim } from '../rules/adding.ts';
import { requireManagement } from '../rules/rights.ts';
import { groupJson } from '../shapes.ts';
import type { GroupState, Membership } from '../state.ts';
import { putInGroup, takeOutOfGroup } from '../state.ts';
import type { Answer, Call } from './call.ts';
import { bodyObject, groupOf, okJson, param, visitGroups } from './call.ts';

/** `POST …/resource-groups/{id}/users`: everybody, or nobody. */
export function addUsers(call: Call): Answer {
  const group = managedGroup(call);
  const additions = checkAdditions(call.state, group, bodyObject(call)['users']);
  for (const { member, role } of additions) putInGroup(group, member, role, call.viewer.account.name);
  return okJson(groupJson(group), true);
}

/** `PATCH …/resource-groups/{id}/users/{username}` */
export function changeUser(call: Call): Answer {
  const group = managedGroup(call);
  const role = groupRole(bodyObject(call)['role']);
  const before = membershipOf(call, group);
  putInGroup(group, before.member, role);
  return okJson(groupJson(group), before.role !== role);
}

/** `DELETE …/resource-groups/{id}/users/{username}` */
export function removeUser(call: Call): Answer {
  const group = managedGroup(call);
  takeOutOfGroup(group, membershipOf(call, group).member.account.name);
  return okJson(groupJson(group), true);
}

function managedGroup(call: Call): GroupState {
  const visitor = visitGroups(call);
  const group = groupOf(call, visitor);
  requireManagement(visitor, group);
  return group;
}

function membershipOf(call: Call, group: GroupState): Membership {
  const membership = group.users.get(param(call, 'user').toLowerCase());
  if (!membership) throw notFound('User');
  if (group.scim && !membership.member.account.service) throw managedByScim();
  return membership;
}
