import type { TokenScope, WhoAmI } from '../hub/whoami.ts';
import { membershipOf } from './person.ts';
import { type AccessPlace, isGroup, type Part, type Question } from './questions.ts';
import { restrictionsOf } from './restrictions.ts';

export type TokenType = 'fine-grained' | 'write' | 'read' | 'unknown';

const TYPES: Readonly<Record<string, TokenType>> = {
  fineGrained: 'fine-grained',
  write: 'write',
  god: 'write',
  read: 'read',
};

const MANAGING = ['org.write', 'org.members.write', 'resourceGroup.write'];

/** Permissions that answer each question with yes, on the organization or on the group (hub-api.md, "Permission strings"). */
const GRANTS: Readonly<
  Record<Question, { readonly org: readonly string[]; readonly group: readonly string[] }>
> = {
  'manage-members': {
    org: MANAGING,
    group: ['resourceGroup.write'],
  },
  'write-repos': { org: ['repo.write'], group: ['repo.write'] },
  'read-groups': {
    org: ['org.read', 'org.members.read', 'resourceGroup.read', ...MANAGING],
    group: ['resourceGroup.read', 'resourceGroup.write'],
  },
};

/** Permissions that the Hub gives out today and that answer neither question, whatever they are on. Every other one is "cannot tell". */
const KNOWN = new Set([
  ...['org', 'org.members', 'org.repos', 'org.billing', 'org.networkSecurity', 'org.serviceAccounts'].map(
    (thing) => `${thing}.read`,
  ),
  ...['org', 'org.members', 'org.auditLog', 'org.networkSecurity', 'org.serviceAccounts'].map(
    (thing) => `${thing}.write`,
  ),
  ...['resourceGroup.read', 'resourceGroup.write', 'repo.content.read', 'repo.access.read', 'repo.write'],
  ...['collection.read', 'collection.write', 'discussion.write', 'job.write', 'sql-console.embed.write'],
  ...['inference.serverless.write', 'inference.endpoints.write', 'inference.endpoints.infer.write'],
  ...['user.billing.read', 'user.mcp.read', 'user.notifications.read', 'user.notifications.write'],
  ...['user.papers.write', 'user.preferences.write', 'user.settings.notifications.write'],
  ...['user.social.likes.write', 'user.webhooks.read', 'user.webhooks.write'],
]);

const REPOSITORIES = ['model', 'dataset', 'space', 'bucket', 'kernel'];
const ELSEWHERE = [...REPOSITORIES, 'collection', 'oauth-app'];

/** What kind of token it is; `unknown` where the Hub does not tell. */
export function tokenType(who: WhoAmI | undefined): TokenType {
  return TYPES[who?.auth.accessToken?.role ?? ''] ?? 'unknown';
}

/** What the token may, whatever its owner may. */
export function tokenPart(question: Question, who: WhoAmI | undefined, place: AccessPlace): Part {
  const barred = restrictionsOf(who, place);
  if (barred.some(({ known }) => known)) {
    const reason = barred.flatMap(({ known, clause }) => (known ? [clause] : [])).join(', and ');
    return { verdict: 'denied', reason };
  }
  const plain = plainPart(question, who, place);
  if (plain.verdict !== 'allowed' || barred.length === 0) return plain;
  return { verdict: 'unknown', reason: barred.map(({ clause }) => clause).join(', and ') };
}

function plainPart(question: Question, who: WhoAmI | undefined, place: AccessPlace): Part {
  if (who?.type !== 'user') return { verdict: 'unknown', reason: 'nothing is known of what the token may' };
  switch (tokenType(who)) {
    case 'write':
      return { verdict: 'allowed', reason: 'a write token may do what its owner may' };
    case 'read':
      if (question === 'read-groups')
        return { verdict: 'allowed', reason: 'a read token may read what its owner may' };
      return { verdict: 'denied', reason: 'a read token changes nothing, whatever its owner may do' };
    case 'fine-grained':
      return fineGrainedPart(question, who, place);
    default:
      return { verdict: 'unknown', reason: 'the Hub does not say what kind of token this is' };
  }
}

function fineGrainedPart(question: Question, who: WhoAmI, place: AccessPlace): Part {
  const scoped = who.auth.accessToken?.fineGrained?.scoped;
  if (scoped === undefined) {
    return { verdict: 'unknown', reason: 'the Hub does not list the permissions of this fine-grained token' };
  }
  const grants = GRANTS[question];
  const found = { org: new Set<string>(), group: new Set<string>(), unsure: new Set<string>() };
  for (const scope of scoped) {
    const where = relationOf(scope, who, place);
    for (const permission of where === 'elsewhere' ? [] : scope.permissions) {
      if ((where === 'org' || where === 'group') && grants[where].includes(permission))
        found[where].add(permission);
      else if (!KNOWN.has(permission) || (where === 'unsure' && grants.org.includes(permission))) {
        found.unsure.add(permission);
      }
    }
  }
  if (found.org.size > 0) {
    return { verdict: 'allowed', reason: `the token has ${list(found.org)} for ${place.org}` };
  }
  if (found.group.size > 0) {
    return {
      verdict: 'allowed',
      reason: `the token has ${list(found.group)} for the group “${place.group?.name}”`,
    };
  }
  if (found.unsure.size > 0) {
    const reason = `the token has permissions of which nobody can tell whether they are enough (${list(found.unsure)})`;
    return { verdict: 'unknown', reason };
  }
  const lacking =
    grants.org.length === 1 ? `does not have ${list(grants.org)}` : `has none of ${list(grants.org)}`;
  const where = `${place.org}${place.group === undefined ? '' : ` or the group “${place.group.name}”`}`;
  const only = question === 'write-repos' ? writableOnly(scoped, place) : '';
  const reason = `a fine-grained token needs the permission itself, whatever its owner may do, and this one ${lacking} for ${where}${only}`;
  return { verdict: 'denied', reason };
}

/** Whether the token's permissions on another group than the one in question are enough there. */
export function grantsElsewhere(question: Question, who: WhoAmI | undefined): boolean {
  const scoped = who?.auth.accessToken?.fineGrained?.scoped ?? [];
  return scoped.some(
    ({ entity, permissions }) =>
      entity.type === 'resource-group' &&
      permissions.some((permission) => GRANTS[question].group.includes(permission) || !KNOWN.has(permission)),
  );
}

type Relation = 'org' | 'group' | 'elsewhere' | 'unsure';

/**
 * What a permission is on. The person's own namespace is unsure: whether a permission on it reaches into
 * organizations is not documented. So are kinds of things that did not exist when this was written.
 */
function relationOf({ entity }: TokenScope, who: WhoAmI, place: AccessPlace): Relation {
  const { type, _id: id, name } = entity;
  if (type === 'org') {
    const orgId = membershipOf(who, place.org)?.id;
    if (name !== undefined) return name.toLowerCase() === place.org.toLowerCase() ? 'org' : 'elsewhere';
    if (id === undefined || orgId === undefined) return 'unsure';
    return id === orgId ? 'org' : 'elsewhere';
  }
  if (type === 'resource-group') return isGroup(place, { id, name }) ? 'group' : 'elsewhere';
  return ELSEWHERE.includes(type) ? 'elsewhere' : 'unsure';
}

function writableOnly(scoped: readonly TokenScope[], { org }: AccessPlace): string {
  const prefix = `${org.toLowerCase()}/`;
  const names = scoped.flatMap(({ entity: { type, name }, permissions }) =>
    REPOSITORIES.includes(type) &&
    name?.toLowerCase().startsWith(prefix) &&
    permissions.includes('repo.write')
      ? [name]
      : [],
  );
  return names.length === 0 ? '' : ` (it has it for ${list(names)} only)`;
}

/** At most a handful of names, and how many more there are. */
function list(names: Iterable<string>): string {
  const all = [...names];
  const shown = all.slice(0, 5).join(', ');
  return all.length > 5 ? `${shown} and ${all.length - 5} more` : shown;
}
