import { groupPage, MEMBER_PERMISSION, membersPage, newTokenPage, tokensPage } from '../hub/pages.ts';
import type { WhoAmI } from '../hub/whoami.ts';
import { upperFirst } from '../text/words.ts';
import { mayElsewhere, membershipOf, personPart, rolesOf } from './person.ts';
import type { AccessPlace, Part, Question, Verdict } from './questions.ts';
import { restrictionsOf } from './restrictions.ts';
import { grantsElsewhere, type TokenType, tokenPart, tokenType } from './token.ts';

/** The permission to ask for, the first that answers the question, and its name on the page for tokens. */
const PERMISSION: Readonly<Record<Question, { readonly id: string; readonly label: string }>> = {
  'manage-members': { id: 'org.write', label: `“${MEMBER_PERMISSION}” (\`org.write\`)` },
  'write-repos': {
    id: 'repo.write',
    label: '“Write access to contents/settings of all repos” (`repo.write`)',
  },
  'read-groups': { id: 'org.read', label: '“Read access to organizations settings” (`org.read`)' },
};

/** The answer to one question: person may, token may, therefore. The texts may hold names from the Hub, so escape them. */
export interface Finding {
  readonly verdict: Verdict;
  readonly person: Part;
  readonly token: Part;
  /** One sentence: why. */
  readonly reason: string;
  /** What to change and where, with addresses of the Hub; empty where it is allowed. */
  readonly remedy: string;
  /** Whether a denial concerns everything that is done with this token, or perhaps only this group. */
  readonly scope: 'run' | 'group';
}

export interface AccessExplanation {
  readonly tokenType: TokenType;
  /** The person's role in the organization; empty where they have none, `unknown` where the Hub does not tell. */
  readonly orgRole: string;
  /** The same for the group; empty too where the question is not about one. */
  readonly groupRole: string;
  /** What keeps the token out of the organization, as the Hub names it. */
  readonly restrictions: readonly string[];
  readonly findings: Readonly<Record<Question, Finding>>;
}

/**
 * Explains what the owner of a token may, what the token may, and what follows; pure. Everything is `unknown` that the Hub did
 * not tell, or told in words that are not known here: it is never guessed. Rules: hub-api.md, "Roles" and "Endpoints".
 */
export function explainAccess(who: WhoAmI | undefined, place: AccessPlace): AccessExplanation {
  const roles = rolesOf(who, place);
  return {
    tokenType: tokenType(who),
    orgRole: roles.org,
    groupRole: roles.group,
    restrictions: restrictionsOf(who, place).map(({ name }) => name),
    findings: {
      'manage-members': findingOf('manage-members', who, place),
      'write-repos': findingOf('write-repos', who, place),
      'read-groups': findingOf('read-groups', who, place),
    },
  };
}

function findingOf(question: Question, who: WhoAmI | undefined, place: AccessPlace): Finding {
  const person = personPart(question, who, place);
  const token = tokenPart(question, who, place);
  const verdict = therefore(person.verdict, token.verdict);
  return {
    verdict,
    person,
    token,
    reason: reasonOf(person, token),
    remedy: verdict === 'allowed' ? '' : remedyOf(question, who, place, { person, token }),
    scope: scopeOf(question, who, place, { person, token }),
  };
}

function therefore(...parts: readonly Verdict[]): Verdict {
  if (parts.includes('denied')) return 'denied';
  return parts.includes('unknown') ? 'unknown' : 'allowed';
}

/** `clause` as a sentence of its own. */
export function sentence(clause: string): string {
  return `${upperFirst(clause)}.`;
}

function reasonOf(person: Part, token: Part): string {
  if (person.verdict === 'denied' && token.verdict !== 'denied') return sentence(person.reason);
  if (token.verdict === 'denied' && person.verdict === 'unknown') return sentence(token.reason);
  if (person.verdict === 'denied') return sentence(`${person.reason}; besides, ${token.reason}`);
  const contrast = person.verdict === 'allowed' && token.verdict !== 'allowed';
  return sentence(`${person.reason}, ${contrast ? 'but' : 'and'} ${token.reason}`);
}

interface Parts {
  readonly person: Part;
  readonly token: Part;
}

function remedyOf(question: Question, who: WhoAmI | undefined, place: AccessPlace, parts: Parts): string {
  const remedies = [
    ...(parts.person.verdict === 'denied' ? [personRemedy(question, who, place)] : []),
    ...(parts.token.verdict === 'denied' ? tokenRemedies(question, who, place) : []),
  ];
  return remedies.length > 0 ? remedies.join(' ') : unknownRemedy(question, place);
}

function personRemedy(question: Question, who: WhoAmI | undefined, place: AccessPlace): string {
  const account = who?.name ?? 'the account';
  const { org, group } = place;
  if (membershipOf(who, org) === null) {
    return `Is ${org} spelt as in its address on the Hub? Then have an admin invite ${account} at ${membersPage(place)}, or use the token of a member.`;
  }
  const role = question === 'manage-members' ? 'admin' : 'write';
  if (group !== undefined) {
    const where = group.id === undefined ? `“${group.name}”` : `at ${groupPage(place, group.id)}`;
    return `Have an admin give ${account} the role ${role} in the group ${where}, or use the token of somebody who has it.`;
  }
  const perhaps = mayElsewhere(question, who, org) ? ', or name the resource group that this is about' : '';
  return `Have an admin of ${org} give ${account} the role ${role} at ${membersPage(place)}${perhaps}.`;
}

function tokenRemedies(question: Question, who: WhoAmI | undefined, place: AccessPlace): string[] {
  const restrictions = restrictionsOf(who, place).filter(({ known }) => known);
  if (restrictions.length > 0) return restrictions.map(({ remedy }) => remedy);
  const page = newTokenPage(place, PERMISSION[question].id);
  if (tokenType(who) === 'read') {
    return [
      `Make a fine-grained token with the permission ${PERMISSION[question].label} for ${place.org}: ${page}`,
    ];
  }
  return [
    `Give the token the permission ${PERMISSION[question].label} for ${place.org} at ${tokensPage(place)}, or make a new one that has it: ${page}`,
  ];
}

function unknownRemedy(question: Question, place: AccessPlace): string {
  return `Look at the token at ${tokensPage(place)}: a fine-grained one needs the permission ${PERMISSION[question].label} for ${place.org}, and its owner the role.`;
}

function scopeOf(
  question: Question,
  who: WhoAmI | undefined,
  place: AccessPlace,
  { person, token }: Parts,
): 'run' | 'group' {
  if (place.group === undefined || membershipOf(who, place.org) === null) return 'run';
  const barred = restrictionsOf(who, place).some(({ known }) => known);
  if (token.verdict === 'denied' && (barred || !grantsElsewhere(question, who))) return 'run';
  return person.verdict === 'denied' && !mayElsewhere(question, who, place.org) ? 'run' : 'group';
}
