import { invalid, notFound } from '../refusal.ts';
import type { Handler } from './call.ts';
import { addUsers, changeUser, removeUser } from './group-users.ts';
import { configureGroup, createGroup, deleteGroup, getGroup, listGroups, updateGroup } from './groups.ts';
import { changeMember, listMembers } from './members.ts';
import { createRepo, deleteRepo, getModel } from './repos.ts';
import { listServiceAccounts } from './service-accounts.ts';
import { whoami } from './whoami.ts';

const GROUPS = '/api/organizations/:org/resource-groups';
const MEMBERS = '/api/organizations/:org/members';

const ROUTES = (
  [
    ['GET', GROUPS, listGroups],
    ['POST', GROUPS, createGroup],
    ['GET', `${GROUPS}/:group`, getGroup],
    ['PATCH', `${GROUPS}/:group`, updateGroup],
    ['DELETE', `${GROUPS}/:group`, deleteGroup],
    ['POST', `${GROUPS}/:group/settings`, configureGroup],
    ['POST', `${GROUPS}/:group/users`, addUsers],
    ['PATCH', `${GROUPS}/:group/users/:user`, changeUser],
    ['DELETE', `${GROUPS}/:group/users/:user`, removeUser],
    ['GET', MEMBERS, listMembers],
    ['PUT', `${MEMBERS}/:user/role`, changeMember],
    ['GET', '/api/organizations/:org/service-accounts', listServiceAccounts],
    ['GET', '/api/whoami-v2', whoami],
    ['GET', '/api/models/:owner/:repo', getModel],
    ['POST', '/api/repos/create', createRepo],
    ['DELETE', '/api/repos/delete', deleteRepo],
  ] satisfies [string, string, Handler][]
).map(([method, path, handler]) => ({ method, parts: path.split('/'), handler }));

export interface Route {
  readonly handler: Handler;
  readonly params: Record<string, string>;
}

/** The handler for a method and an undecoded path; `.` and `..` are names like others. Throws the 404 if there is none. */
export function findRoute(method: string, path: string): Route {
  const given = path.split('/');
  const route = matching(method, given);
  if (!route) throw notFound('Page');
  const params: Record<string, string> = {};
  for (const [index, part] of route.parts.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = decoded(given[index] ?? '');
  }
  return { handler: route.handler, params };
}

/** The pattern of a path: `…/resource-groups/{group}/users/{user}`, or the path itself if no route fits it. */
export function routeOf(method: string, path: string): string {
  const pattern = matching(method, path.split('/'))?.parts.join('/');
  return pattern?.replace('/api/organizations/:org/', '…/').replace(/:(\w+)/g, '{$1}') ?? path;
}

function matching(method: string, given: readonly string[]): (typeof ROUTES)[number] | undefined {
  return ROUTES.find(
    (candidate) =>
      candidate.method === method &&
      candidate.parts.length === given.length &&
      candidate.parts.every((part, index) => part.startsWith(':') || part === given[index]),
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid('Malformed path');
  }
}
