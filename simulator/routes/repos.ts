import { foldCase } from '../../src/text/words.ts';
import type { RepoKind } from '../organization-options.ts';
import { forbidden, invalid, notFound, Refusal } from '../refusal.ts';
import { enterOrg, requireRepoWrite, type Visit } from '../rules/rights.ts';
import { addRepo } from '../seed.ts';
import { findMember, type GroupState } from '../state.ts';
import { type Answer, bodyObject, type Call, ok } from './call.ts';

/** `POST /api/repos/create`, in an organization or in the user's own namespace. */
export function createRepo(call: Call): Answer {
  const { state, viewer } = call;
  const body = bodyObject(call);
  const { type, owner, name } = repoOf(call, body);
  const visitor = visitOf(call, owner);
  const group = groupOf(visitor, body['resourceGroupId']);
  requireRepoWrite(state, viewer, visitor, group);
  const hidden = privacyOf(body);
  const fullName = `${visitor?.org.name ?? viewer.account.name}/${name}`;
  const url = `${call.origin}/${type === 'model' ? '' : `${type}s/`}${fullName}`;
  if (state.repos.has(foldCase(fullName))) {
    throw new Refusal(409, 'RepoExists', `You already created this ${type} repo: ${fullName}`, { url });
  }
  const { settings } = state;
  if (settings.conflictingCreations > 0) {
    settings.conflictingCreations -= 1;
    const message = 'Cannot create the repository: another conflicting operation is in progress';
    throw new Refusal(409, 'Conflict', message, { url });
  }
  const { createdVisibility: visibility } = settings;
  const repo = addRepo(state, {
    name: fullName,
    type,
    private: visibility === 'unsaid' ? undefined : hidden && visibility === 'as-asked',
    createdBy: viewer.account.name,
    org: visitor?.org,
    group,
  });
  const said = settings.creationSaysPrivate && { private: repo.private };
  return ok({ url, name: fullName, id: repo.id, ...said }, true);
}

function privacyOf({ private: hidden, visibility }: Record<string, unknown>): boolean {
  if (hidden !== undefined && visibility !== undefined)
    throw invalid('"private" cannot be specified along with "visibility"');
  if (hidden !== undefined && hidden !== null && typeof hidden !== 'boolean')
    throw invalid('"private" must be a boolean');
  if (visibility !== undefined && visibility !== 'private' && visibility !== 'public')
    throw invalid('"visibility" must be private or public');
  return hidden === true || visibility === 'private';
}

/** `DELETE /api/repos/delete` */
export function deleteRepo(call: Call): Answer {
  const { state, viewer } = call;
  const { owner, name } = repoOf(call, bodyObject(call));
  const visitor = visitOf(call, owner);
  const key = foldCase(`${owner ?? viewer.account.name}/${name}`);
  const repo = state.repos.get(key);
  if (!repo) throw notFound('Repository');
  requireRepoWrite(state, viewer, visitor, repo.group);
  if (repo.deletionsIgnored > 0) {
    repo.deletionsIgnored -= 1;
    throw notFound('Repository');
  }
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
): { type: RepoKind; owner: string | undefined; name: string } {
  const { type = 'model', name, organization } = body;
  if (type !== 'model' && type !== 'dataset' && type !== 'space' && type !== 'kernel')
    throw invalid('Invalid repository type');
  if (typeof name !== 'string' || !/^[\w.-]{1,96}$/.test(name)) throw invalid('Invalid repository name');
  if (organization !== undefined && organization !== null && typeof organization !== 'string') {
    throw invalid('"organization" must be a string');
  }
  const own = foldCase(organization ?? '') === foldCase(viewer.account.name);
  return { type, owner: own ? undefined : (organization ?? undefined), name };
}

function visitOf({ state, viewer }: Call, owner: string | undefined): Visit | undefined {
  return owner === undefined ? undefined : enterOrg(state, viewer, owner);
}

function groupOf(visitor: Visit | undefined, id: unknown): GroupState | undefined {
  if (id === undefined || id === null) return undefined;
  if (!visitor) throw forbidden('Forbidden', 'Resource groups are for organizations');
  const group = visitor.org.groups.get(foldCase(String(id)));
  if (!group) throw notFound('Resource group');
  return group;
}

/** `GET /api/models/{namespace}/{repo}`: the little of it that says whether the model is there, and private. */
export function getModel({ state, viewer, params }: Call): Answer {
  const repo = state.repos.get(foldCase(`${params['owner']}/${params['repo']}`));
  const isMine = repo?.org
    ? findMember(repo.org, viewer.account.name)
    : repo?.createdBy === viewer.account.name;
  if (repo?.type !== 'model' || (repo.private !== false && !isMine)) throw notFound('Repository');
  return ok({ _id: repo.id, id: repo.name, modelId: repo.name, private: repo.private });
}
