import { groupPage, MEMBER_PERMISSION, membersPage, newTokenPage, tokensPage } from '../hub/pages.ts';
import type { WhoAmI } from '../hub/whoami.ts';
import { upperFirst } from '../text/words.ts';
import { isAllowedElsewhere, membershipOf, personSide, rolesOf } from './person.ts';
import type { AccessLocation, Question, Side, Verdict } from './questions.ts';
import { restrictionsOf } from './restrictions.ts';
import { isGrantedElsewhere, type TokenType, tokenSide, tokenType } from './token.ts';

/** The permission to ask for, the first that is enough, and its name on the Hub's page for tokens. */
const PERMISSION: Readonly<Record<Question, { readonly id: string; readonly label: string }>> = {
  'manage-members': { id: 'org.write', label: `“${MEMBER_PERMISSION}” (\`org.write\`)` },
  'write-repos': {
    id: 'repo.write',
    label: '“Write access to contents/settings of all repos” (`repo.write`)',
  },
  'read-groups': { id: 'org.read', label: '“Read access to organizations settings” (`org.read`)' },
};

/** The role to ask for. */
const ROLE: Readonly<Record<Question, string>> = {
  'manage-members': 'admin',
  'write-repos': 'write',
  'read-groups': 'read',
};

/**
 * The answer to one question, with both sides of it. The texts can hold names from the Hub, so escape them.
 */
export interface Finding {
  readonly verdict: Verdict;
  readonly person: Side;
  readonly token: Side;
  /** One sentence: why. */
  readonly reason: string;
  /** What to change and where, with addresses of the Hub; empty if it is allowed. */
  readonly remedy: string;
  /** Whether a denial concerns everything that is done with this token, or perhaps only this group. */
  readonly scope: 'run' | 'group';
}

export interface AccessExplanation {
  readonly tokenType: TokenType;
  /** The account's role in the organization; empty if it has none, `unknown` if the Hub does not show it. */
  readonly orgRole: string;
  /** The same for the group; empty, too, if the question is not about one. */
  readonly groupRole: string;
  /** What keeps the token out of the organization, as the Hub names it. */
  readonly restrictions: readonly string[];
  readonly findings: Readonly<Record<Question, Finding>>;
}

/** What an explanation starts from. */
interface Facts {
  readonly who: WhoAmI | undefined;
  readonly location: AccessLocation;
  readonly refused: boolean;
}

/**
 * Explains what the account of a token can do, what the token can do, and what follows; pure. A finding is
 * `unknown` if it depends on something that the Hub did not say, or said in words that are not known here.
 * `refused` says that the Hub has just refused what is asked about (403). Rules: hub-api.md, "Roles" and
 * "Permission strings".
 */
export function explainAccess(
  who: WhoAmI | undefined,
  location: AccessLocation,
  { refused = false }: { readonly refused?: boolean } = {},
): AccessExplanation {
  const facts = { who, location, refused };
  const roles = rolesOf(who, location);
  return {
    tokenType: tokenType(who),
    orgRole: roles.org,
    groupRole: roles.group,
    restrictions: restrictionsOf(who, location).map(({ name }) => name),
    findings: {
      'manage-members': findingOf('manage-members', facts),
      'write-repos': findingOf('write-repos', facts),
      'read-groups': findingOf('read-groups', facts),
    },
  };
}

interface Sides {
  readonly person: Side;
  readonly token: Side;
}

function findingOf(question: Question, facts: Facts): Finding {
  const { who, location, refused } = facts;
  const sides = {
    person: personSide(question, who, location),
    token: tokenSide(question, who, location, refused),
  };
  const verdict = combined(sides);
  return {
    ...sides,
    verdict,
    reason: asSentence(reasonOf(sides)),
    remedy: verdict === 'allowed' ? '' : remedyOf(question, facts, sides),
    scope: scopeOf(question, facts, sides),
  };
}

function combined({ person, token }: Sides): Verdict {
  const verdicts = [person.verdict, token.verdict];
  if (verdicts.includes('denied')) return 'denied';
  return verdicts.includes('unknown') ? 'unknown' : 'allowed';
}

/** `clause` as a sentence of its own. */
export function asSentence(clause: string): string {
  return `${upperFirst(clause)}.`;
}

function reasonOf({ person, token }: Sides): string {
  if (person.verdict === 'denied' && token.verdict !== 'denied') return person.reason;
  if (token.verdict === 'denied' && person.verdict === 'unknown') return token.reason;
  if (person.verdict === 'denied') return `${person.reason}; in addition, ${token.reason}`;
  const contrast = person.verdict === 'allowed' && token.verdict !== 'allowed';
  return `${person.reason}, ${contrast ? 'but' : 'and'} ${token.reason}`;
}

function remedyOf(question: Question, facts: Facts, sides: Sides): string {
  const remedies = [
    ...(sides.person.verdict === 'denied' ? [personRemedy(question, facts)] : []),
    ...(sides.token.verdict === 'denied' ? tokenRemedies(question, facts) : []),
  ];
  return remedies.length > 0 ? remedies.join(' ') : unknownRemedy(question, facts);
}

function personRemedy(question: Question, { who, location }: Facts): string {
  const account = who?.name ?? 'the account';
  const { org, group } = location;
  if (membershipOf(who, location) === null) {
    return `Check that \`org\` is the name in the organization's URL. If it is, have an admin invite ${account} at ${membersPage(location)}, or use the token of an account that is a member.`;
  }
  const role = ROLE[question];
  if (group !== undefined) {
    const which = group.id === undefined ? `“${group.name}”` : `(${groupPage(location, group.id)})`;
    return `Have an admin give ${account} the role ${role} in the group ${which}, or use the token of an account that has it.`;
  }
  const orGroup = isAllowedElsewhere(question, who, location)
    ? ', or name the resource group that this is about'
    : '';
  return `Have an admin of ${org} give ${account} the role ${role} at ${membersPage(location)}${orGroup}.`;
}

function tokenRemedies(question: Question, facts: Facts): string[] {
  const { who, location } = facts;
  const restrictions = restrictionsOf(who, location).filter(({ known }) => known);
  if (restrictions.length > 0) return restrictions.map(({ remedy }) => remedy);
  const { id, label } = PERMISSION[question];
  const page = newTokenPage(location, id);
  if (tokenType(who) === 'read') {
    return [`Create a fine-grained token with the permission ${label} for ${location.org}: ${page}`];
  }
  if (isPerhapsServiceAccount(facts)) {
    return [`Give the token the permission ${label} for ${location.org}. ${whereItIs(location)}`];
  }
  return [
    `Give the token the permission ${label} for ${location.org} at ${tokensPage(location)}, or create a new one that has it: ${page}`,
  ];
}

function unknownRemedy(question: Question, facts: Facts): string {
  const { location } = facts;
  const needs = `A fine-grained token needs the permission ${PERMISSION[question].label} for ${location.org}, and its account needs the role ${ROLE[question]}.`;
  const probe = question === 'write-repos' ? ' `probe: true` finds out by trying.' : '';
  return isPerhapsServiceAccount(facts)
    ? `${needs} ${whereItIs(location)}${probe}`
    : `${needs} Check the token at ${tokensPage(location)}.${probe}`;
}

/** Whether the account can be a service account of the organization. */
function isPerhapsServiceAccount({ who, location }: Facts): boolean {
  return who !== undefined && membershipOf(who, location) === undefined;
}

/**
 * Where to find a token whose account can be a service account: it then stands in the organization's
 * settings.
 */
function whereItIs(location: AccessLocation): string {
  return `The token of a person is at ${tokensPage(location)}. The token of a service account is in the settings of ${location.org}, where an admin can change it.`;
}

function scopeOf(question: Question, facts: Facts, { person, token }: Sides): 'run' | 'group' {
  const { who, location, refused } = facts;
  if (location.group === undefined || membershipOf(who, location) === null) return 'run';
  const isRestricted = restrictionsOf(who, location).some(({ known }) => known);
  if (token.verdict === 'denied' && (isRestricted || !isGrantedElsewhere(question, who, refused)))
    return 'run';
  return person.verdict === 'denied' && !isAllowedElsewhere(question, who, location) ? 'run' : 'group';
}
