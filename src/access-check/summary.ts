import { type Finding, sentence } from '../access/findings.ts';
import { UNKNOWN } from '../access/person.ts';
import type { AccessPlace, Part, Question, Verdict } from '../access/questions.ts';
import { groupPage, membersPage, newTokenPage, personPage, tokensPage } from '../hub/pages.ts';
import { code, link, prose, small, table } from '../text/html.ts';
import { upperFirst } from '../text/words.ts';
import { type AccessCheck, failureOf } from './check.ts';

const ICON: Readonly<Record<Verdict, string>> = { allowed: '✅', denied: '❌', unknown: '❔' };
const ANSWER: Readonly<Record<Verdict, string>> = { allowed: 'yes', denied: 'no', unknown: 'cannot tell' };
const MAY: Readonly<Record<Verdict, string>> = {
  allowed: 'may',
  denied: 'may not',
  unknown: 'may or may not',
};
const MAY_BOTH: Readonly<Record<Verdict, string>> = {
  allowed: 'may manage members and write repositories',
  denied: 'may neither manage members nor write repositories',
  unknown: 'may or may not manage members and write repositories',
};

const TASKS: readonly [Question, string][] = [
  ['manage-members', 'manage the members'],
  ['write-repos', 'write repositories'],
];

/** The job summary of a check, for somebody who does not know what tokens are; everything from outside is escaped. */
export function accessSummary(check: AccessCheck): string {
  const blocks = check.trouble === undefined ? answer(check) : troubled(check);
  return `${blocks.join('\n\n')}\n\n`;
}

function troubled({ trouble, place }: AccessCheck): string[] {
  const text = trouble instanceof Error ? trouble.message : String(trouble);
  const remedy = trouble instanceof Error && 'remedy' in trouble ? ` ${trouble.remedy}` : '';
  return [
    `<h2>❔ What this token may do in ${code(place.org)} could not be found out</h2>`,
    ...`${text}${remedy}`.split('\n').map((line) => `<p>${prose(line, pagesOf(place))}</p>`),
  ];
}

function answer(check: AccessCheck): string[] {
  const { findings, place } = check;
  const pages = pagesOf(place);
  const rows = TASKS.map(([question, task]) => {
    const finding = findings[question];
    return [`<b>${upperFirst(task)}</b>`, part(finding.person), part(finding.token), therefore(finding)];
  });
  const remedies = TASKS.flatMap(([question, task]) => {
    const { remedy } = findings[question];
    return remedy === '' ? [] : [`<li><b>To ${task}:</b> ${prose(remedy, pages)}</li>`];
  });
  return [
    `<h2>${title(check)}</h2>`,
    `<p>${identity(check)}</p>`,
    table(['In question', 'The person may', 'The token may', 'Therefore'], rows),
    ...(remedies.length === 0 ? [] : [`<h3>What to change</h3>`, `<ul>${remedies.join('')}</ul>`]),
    ...tested(check),
    small(
      'A token can never do more than the account that it belongs to. A read token can change nothing. A fine-grained token can do only what it was given, on what it was given: the rights of its owner do not carry over.',
    ),
  ];
}

function title({ findings, place }: AccessCheck): string {
  const [manage, write] = [findings['manage-members'].verdict, findings['write-repos'].verdict];
  const where =
    place.group === undefined
      ? code(place.org)
      : place.group.id === undefined
        ? code(place.group.name)
        : link(groupPage(place, place.group.id), place.group.name.trim() || place.group.id);
  const may =
    manage === write
      ? MAY_BOTH[manage]
      : `${MAY[manage]} manage members, but ${MAY[write]} write repositories`;
  return `${manage === write ? ICON[write] : '⚠️'} This token ${may} in ${where}`;
}

function identity({ account, tokenType, orgRole, groupRole, place }: AccessCheck): string {
  const kind = tokenType === 'unknown' ? 'A token of an unknown kind' : `A ${tokenType} token`;
  const owner = account === undefined ? 'an unknown account' : link(personPage(place, account), account);
  const roles = [`${role(orgRole)} in ${code(place.org)}`];
  if (place.group !== undefined) roles.push(`${role(groupRole)} in the group`);
  return `${kind} of ${owner}. The account has ${roles.join(' and ')}.`;
}

function role(name: string): string {
  if (name === UNKNOWN) return 'an unknown role';
  return name === '' ? 'no role' : `the role ${code(name)}`;
}

function tested(check: AccessCheck): string[] {
  const { probe, expectWrite, findings, place } = check;
  const icon = probe?.outcome === 'failed' ? '🚨' : '🧪';
  const tried =
    probe === undefined
      ? []
      : [`<p>${icon} <b>Probe:</b> ${prose(probe.message, pagesOf(place, probe.left))}</p>`];
  if (expectWrite === undefined) return tried;
  const { verdict } = findings['write-repos'];
  const met = verdict === expectWrite && failureOf(check) === undefined;
  const found = `Writing was expected to be ${expectWrite}, and is ${verdict}.`;
  return [...tried, `<p>${met ? '✅' : '❌'} <b>Test:</b> ${found}</p>`];
}

function part({ verdict, reason }: Part): string {
  return `${ICON[verdict]} <b>${ANSWER[verdict]}</b><br>${prose(sentence(reason))}`;
}

function therefore({ verdict }: Finding): string {
  return `${ICON[verdict]} <b>${verdict}</b>`;
}

/** The addresses that may become links, so that no text from outside can make one. */
function pagesOf(place: AccessPlace, repositories: readonly string[] = []): ReadonlyMap<string, string> {
  const { group, hubUrl, org } = place;
  return new Map([
    ...repositories.map((name) => [`${hubUrl}/${name}`, name] as const),
    [membersPage(place), `the members page of ${org}`],
    [tokensPage(place), 'your token settings'],
    [newTokenPage(place), 'new token, filled in'],
    [newTokenPage(place, 'repo.write'), 'new token, filled in'],
    [`${hubUrl}/settings`, 'your settings'],
    [`${hubUrl}/${org}`, `the page of ${org}`],
    ...(group?.id === undefined ? [] : [[groupPage(place, group.id), "the group's page"] as const]),
  ]);
}
