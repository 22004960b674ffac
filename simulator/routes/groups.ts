import type { AutoJoin } from '../options.ts';
import { forbidden, invalid } from '../refusal.ts';
import { checkAdditions, groupRole } from '../rules/adding.ts';
import { requireManagement, requireVisible, visibleGroups } from '../rules/rights.ts';
import { addGroup, autoJoin } from '../seed.ts';
import { groupJson } from '../shapes.ts';
import { putInGroup } from '../state.ts';
import type { Answer, Call } from './call.ts';
import { bodyObject, groupOf, ok, okJson, visitGroups } from './call.ts';

/** `GET …/resource-groups` */
export function listGroups(call: Call): Answer {
  const visitor = visitGroups(call);
  const { groupListing: rule } = visitor.org;
  if (rule === 'refused') throw forbidden('Forbidden', 'You are not allowed to list the resource groups.');
  const groups = visibleGroups(visitor).filter(
    ({ id, name }) => rule === 'allowed' || rule.includes(id) || rule.includes(name),
  );
  return okJson(['[', ...groups.flatMap((group, index) => [index > 0 ? ',' : '', ...groupJson(group)]), ']']);
}

/** `GET …/resource-groups/{id}` */
export function getGroup(call: Call): Answer {
  const visitor = visitGroups(call);
  const group = groupOf(call, visitor);
  requireVisible(visitor, group);
  return okJson(groupJson(group));
}

/** `POST …/resource-groups` */
export function createGroup(call: Call): Answer {
  const visitor = visitGroups(call);
  requireManagement(visitor);
  const body = bodyObject(call);
  const joining = autoJoinOf(body['autoJoin']);
  const group = addGroup(call.state, visitor.org, {
    name: nameOf(body['name']),
    ...descriptionOf(body['description']),
    ...(joining && { autoJoin: joining }),
  });
  try {
    const additions = body['users'] === undefined ? [] : checkAdditions(call.state, group, body['users']);
    for (const { member, role } of additions) putInGroup(group, member, role, call.viewer.account.name);
  } catch (refusal) {
    visitor.org.groups.delete(group.id);
    throw refusal;
  }
  autoJoin(group, visitor.org.listed);
  return okJson(groupJson(group), true);
}

/** `PATCH …/resource-groups/{id}`: name and description; spend limits are taken and forgotten. */
export function updateGroup(call: Call): Answer {
  const visitor = visitGroups(call);
  const group = groupOf(call, visitor);
  requireManagement(visitor, group);
  const body = bodyObject(call);
  const name = body['name'] === undefined ? group.name : nameOf(body['name']);
  const { description = group.description } = descriptionOf(body['description']);
  Object.assign(group, { name, description });
  return okJson(groupJson(group), true);
}

/** `DELETE …/resource-groups/{id}` */
export function deleteGroup(call: Call): Answer {
  const visitor = visitGroups(call);
  const group = groupOf(call, visitor);
  requireManagement(visitor);
  if (group.scim) throw forbidden('ManagedByScim', 'This resource group is managed by SCIM.');
  for (const { member } of group.users.values()) member.groups.delete(group);
  for (const repo of group.repos) repo.group = undefined;
  visitor.org.groups.delete(group.id);
  return ok({ success: true }, true);
}

/** `POST …/resource-groups/{id}/settings` */
export function configureGroup(call: Call): Answer {
  const visitor = visitGroups(call);
  const group = groupOf(call, visitor);
  requireManagement(visitor, group);
  group.autoJoin = autoJoinOf(bodyObject(call)['autoJoin']) ?? group.autoJoin;
  autoJoin(group, visitor.org.listed);
  return okJson(groupJson(group), true);
}

function nameOf(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > 200)
    throw invalid('"name" must be 1 to 200 characters');
  return value;
}

function descriptionOf(value: unknown): { description?: string } {
  if (value === undefined) return {};
  if (typeof value !== 'string' || value.length > 500)
    throw invalid('"description" must be at most 500 characters');
  return { description: value };
}

function autoJoinOf(value: unknown): AutoJoin | undefined {
  if (value === undefined) return undefined;
  const { enabled, role, scope } = Object(value) as Record<string, unknown>;
  if (enabled === false || enabled === 'false') return { enabled: false };
  if (enabled !== true && enabled !== 'true') throw invalid('"autoJoin.enabled" must be a boolean');
  if (scope !== undefined && scope !== 'all' && scope !== 'read_plus')
    throw invalid('Invalid "autoJoin.scope"');
  return { enabled: true, role: groupRole(role), ...(scope && { scope }) };
}
