import { REPOSITORY_KINDS } from '../hub/schemas.ts';
import type { TokenScope, WhoAmI } from '../hub/whoami.ts';
import { foldCase } from '../text/words.ts';
import { isOwnedBy, membershipOf } from './person.ts';
import { type AccessLocation, isGroup, type Question, type Side } from './questions.ts';
import { restrictionsOf } from './restrictions.ts';

export type TokenType = 'fine-grained' | 'write' | 'read' | 'unknown';

const TYPES: ReadonlyMap<string | undefined, TokenType> = new Map([
  ['fineGrained', 'fine-grained'],
  ['write', 'write'],
  ['god', 'write'],
  ['read', 'read'],
]);

const MANAGING = ['org.write', 'org.members.write', 'resourceGroup.write'];

/**
 * Permissions that are enough for each question, on the organization or on the group (hub-api.md,
 * "Permission strings").
 */
const GRANTS: Readonly<
  Record<Question, { readonly org: readonly string[]; readonly group: readonly string[] }>
> = {
  'manage-members': { org: MANAGING, group: ['resourceGroup.write'] },
  'write-repos': { org: ['repo.write'], group: ['repo.write'] },
  'read-groups': {
    org: ['org.read', 'org.members.read', 'resourceGroup.read', ...MANAGING],
    group: ['resourceGroup.read', 'resourceGroup.write'],
  },
};

/**
 * Permissions that plainly have nothing to do with members or repositories (hub-api.md, "Permission
 * strings").
 */
const UNRELATED = /^(inference\..+|org\.analytics\.read|org\.repoSettings\.write|collection\.read)$/;

/** Things that a permission can be on and that are neither an organization, a group nor an account. */
const SINGLE_THINGS: ReadonlySet<string> = new Set([...REPOSITORY_KINDS, 'collection', 'oauth-app']);

/** What kind of token it is; `unknown` if the Hub does not say. */
export function tokenType(who: WhoAmI | undefined): TokenType {
  return TYPES.get(who?.auth.accessToken?.role) ?? 'unknown';
}

/**
 * What the token can do, regardless of its account. `refused` says that the Hub has just refused exactly
 * this (403). Then permissions that are only undocumented for the question, but by their names are for other
 * things, count as a no.
 */
export function tokenSide(
  question: Question,
  who: WhoAmI | undefined,
  location: AccessLocation,
  refused = false,
): Side {
  const restrictions = restrictionsOf(who, location);
  const known = restrictions.filter((restriction) => restriction.known);
  if (known.length > 0) return { verdict: 'denied', reason: joined(known) };
  const side = sideOfType(question, who, location, refused);
  if (side.verdict === 'allowed' && restrictions.length > 0) {
    return { verdict: 'unknown', reason: joined(restrictions) };
  }
  return side;
}

function joined(restrictions: readonly { readonly reason: string }[]): string {
  return restrictions.map(({ reason }) => reason).join(', and ');
}

function sideOfType(
  question: Question,
  who: WhoAmI | undefined,
  location: AccessLocation,
  refused: boolean,
): Side {
  if (who === undefined) return { verdict: 'unknown', reason: 'nothing is known about the token' };
  switch (tokenType(who)) {
    case 'write':
      return { verdict: 'allowed', reason: 'a write token can do what its account can do' };
    case 'read':
      return question === 'read-groups'
        ? { verdict: 'allowed', reason: 'a read token can read what its account can read' }
        : { verdict: 'denied', reason: 'a read token changes nothing, whatever its account can do' };
    case 'fine-grained':
      return fineGrainedSide(question, who, location, refused);
    default:
      return { verdict: 'unknown', reason: 'the Hub does not say what kind of token this is' };
  }
}

function fineGrainedSide(question: Question, who: WhoAmI, location: AccessLocation, refused: boolean): Side {
  const scoped = who.auth.accessToken?.fineGrained?.scoped;
  if (scoped === undefined) {
    return { verdict: 'unknown', reason: 'the Hub does not list the permissions of this fine-grained token' };
  }
  const permissions = scoped.flatMap((scope) => {
    const target = targetOf(scope, who, location);
    return scope.permissions.map((name) => ({
      name,
      target,
      effect: effectOf(name, target, question, refused),
    }));
  });
  const granting = permissions.filter(({ effect }) => effect === 'grants');
  const onOrg = granting.filter(({ target }) => target === 'org');
  if (onOrg.length > 0) {
    return { verdict: 'allowed', reason: `the token has ${namesOf(onOrg)} for ${location.org}` };
  }
  if (granting.length > 0) {
    const reason = `the token has ${namesOf(granting)} for the group “${location.group?.name}”`;
    return { verdict: 'allowed', reason };
  }
  const undocumented = permissions.filter(({ effect }) => effect === 'undocumented');
  if (undocumented.length > 0) {
    const reason = `the token ${lacks(question)}, and it is not documented whether what it has is enough (${namesOf(undocumented)})`;
    return { verdict: 'unknown', reason };
  }
  const inGroup = location.group === undefined ? '' : ` or the group “${location.group.name}”`;
  const only = question === 'write-repos' ? singleRepositories(scoped, location) : '';
  const reason = `a fine-grained token needs the permission itself, whatever its account can do, and this one ${lacks(question)} for ${location.org}${inGroup}${only}`;
  return { verdict: 'denied', reason };
}

type Target = 'org' | 'group' | 'elsewhere' | 'unsure';

/**
 * What a permission is on. The account's own namespace is unsure, because it is not documented whether a
 * permission on it reaches into organizations. Kinds of things that this action does not know are unsure,
 * too.
 */
function targetOf({ entity }: TokenScope, who: WhoAmI, location: AccessLocation): Target {
  const { type, _id: id, name } = entity;
  if (type === 'org') {
    if (name !== undefined) return foldCase(name) === foldCase(location.org) ? 'org' : 'elsewhere';
    const orgId = membershipOf(who, location)?.id;
    if (id === undefined || orgId === undefined) return 'unsure';
    return id === orgId ? 'org' : 'elsewhere';
  }
  if (type === 'resource-group') return isGroup(location, { id, name }) ? 'group' : 'elsewhere';
  return SINGLE_THINGS.has(type) ? 'elsewhere' : 'unsure';
}

type Effect = 'grants' | 'cannot' | 'undocumented';

/** What a permission means for a question. A string that is not known here never means no. */
function effectOf(permission: string, target: Target, question: Question, refused: boolean): Effect {
  if (target === 'elsewhere') return 'cannot';
  if (target !== 'unsure' && GRANTS[question][target].includes(permission)) return 'grants';
  if (UNRELATED.test(permission)) return 'cannot';
  if (question === 'write-repos' && permission === 'org.write') return 'cannot';
  const isForOtherThings = question === 'manage-members' && /\.read$|^repo\./.test(permission);
  return refused && isForOtherThings ? 'cannot' : 'undocumented';
}

/** Whether the token has, or can have, enough permissions on a group other than the one in question. */
export function isGrantedElsewhere(question: Question, who: WhoAmI | undefined, refused: boolean): boolean {
  const scoped = who?.auth.accessToken?.fineGrained?.scoped ?? [];
  return scoped.some(
    ({ entity, permissions }) =>
      entity.type === 'resource-group' &&
      permissions.some((permission) => effectOf(permission, 'group', question, refused) !== 'cannot'),
  );
}

/**
 * That the token lacks the permissions that would be enough on the organization, as a clause without its
 * subject.
 */
function lacks(question: Question): string {
  const names = GRANTS[question].org;
  return `${names.length === 1 ? 'does not have' : 'has none of'} ${names.join(', ')}`;
}

/** The repositories of the organization that the token can write one by one, as a remark. */
function singleRepositories(scoped: readonly TokenScope[], { org }: AccessLocation): string {
  const repositories = scoped.flatMap(({ entity: { type, name }, permissions }) => {
    const isWritable = REPOSITORY_KINDS.has(type) && permissions.includes('repo.write');
    return isWritable && name !== undefined && isOwnedBy(org, name) ? [{ name }] : [];
  });
  return repositories.length === 0 ? '' : ` (only for ${namesOf(repositories)})`;
}

/** At most five different names, and how many more there are. */
function namesOf(named: readonly { readonly name: string }[]): string {
  const names = [...new Set(named.map(({ name }) => name))];
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
