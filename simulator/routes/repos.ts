import { forbidden, invalid, notFound, Refusal } from '../refusal.ts';
import type { Visit } from '../rules/rights.ts';
import { enterOrg, requireRepoWrite } from '../rules/rights.ts';
import { addRepo } from '../seed.ts';
import type { GroupState } from '../state.ts';
import type { Answer, Call } from './call.ts';
import { bodyObject, ok } from './call.ts';

/** `POST /api/repos/create`, in an organization or in the user's own namespace. */
export function createRepo(call: Call): Answer {
  const { state, viewer } = call;
  const body = bodyObject(call);
  const { type, owner, name } = repoOf(call, body);
  const visitor = visitOf(call, owner);
  const group = groupOf(visitor, body['resourceGroupId']);
  requireRepoWrite(state, viewer, visitor, group);
  const fullName = `${visitor?.org.name ?? viewer.account.name}/${name}`;
  const url = `${call.origin}/${type === 'model' ? '' : `${type}s/`}${fullName}`;
  if (state.repos.has(fullName.toLowerCase())) {
    throw new Refusal(409, 'RepoExists', `You already created this ${type} repo: ${fullName}`, { url });
  }
  const repo = addRepo(state, {
    name: fullName,
    type,
    private: body['private'] === true || body['visibility'] === 'private',
    createdBy: viewer.account.name,
    org: visitor?.org,
    group,
  });
  return ok({ url, name: fullName, id: repo.id }, true);
}

/** `DELETE /api/repos/delete` */
export function deleteRepo(call: Call): Answer {
  const { state, viewer } = call;
  const { owner, name } = repoOf(call, bodyObject(call));
  const visitor = visitOf(call, owner);
  const key = `${owner ?? viewer.account.name}/${name}`.toLowerCase();
  const repo = state.repos.get(key);
  if (!repo) throw notFound('Repository');
  requireRepoWrite(state, viewer, visitor, repo.group);
  state.repos.delete(key);
  repo.group?.repos.delete(repo);
  return {
    status: 200,
    headers: { 'Content-Type': 'text/plain; charset=utf-8' },
    body: ['OK'],
    applied: true,
  };
}

function repoOf(
  { viewer }: Call,
  body: Record<string, unknown>,
): { type: string; owner: string | undefined; name: string } {
  const { type = 'model', name, organization } = body;
  if (type !== 'model' && type !== 'dataset' && type !== 'space') throw invalid('Invalid repository type');
  if (typeof name !== 'string' || !/^[\w.-]{1,96}$/.test(name)) throw invalid('Invalid repository name');
  if (organization !== undefined && organization !== null && typeof organization !== 'string') {
    throw invalid('"organization" must be a string');
  }
  const own = organization?.toLowerCase() === viewer.account.name.toLowerCase();
  return { type, owner: own ? undefined : (organization ?? undefined), name };
}

function visitOf({ state, viewer }: Call, owner: string | undefined): Visit | undefined {
  return owner === undefined ? undefined : enterOrg(state, viewer, owner);
}

function groupOf(visitor: Visit | undefined, id: unknown): GroupState | undefined {
  if (id === undefined || id === null) return undefined;
  if (!visitor) throw forbidden('Forbidden', 'Resource groups are for organizations');
  const group = visitor.org.groups.get(String(id).toLowerCase());
  if (!group) throw notFound('Resource group');
  return group;
}
