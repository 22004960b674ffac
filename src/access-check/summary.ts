import { asSentence, type Finding } from '../access/findings.ts';
import { UNKNOWN } from '../access/person.ts';
import type { AccessLocation, Question, Side, Verdict } from '../access/questions.ts';
import { messageWithRemedy } from '../errors.ts';
import { groupPage, knownPages, personPage } from '../hub/pages.ts';
import { code, DETAILS_END, detailsStart, link, prose, small, table } from '../text/html.ts';
import { foldCase, upperFirst } from '../text/words.ts';
import { type AccessCheck, howToDeny, isAsExpected } from './check.ts';

const ICON: Readonly<Record<Verdict, string>> = { allowed: '✅', denied: '❌', unknown: '❔' };
const ANSWER: Readonly<Record<Verdict, string>> = { allowed: 'yes', denied: 'no', unknown: 'not known' };

const TASKS = [
  ['manage-members', 'manage members'],
  ['write-repos', 'write repositories'],
] as const satisfies readonly (readonly [Question, string])[];

/** The job summary of a check, for a person who does not know tokens. Everything from outside is escaped. */
export function accessSummary(check: AccessCheck): string {
  const blocks = 'trouble' in check ? troubleBlocks(check) : resultBlocks(check);
  return `${blocks.join('\n\n')}\n\n`;
}

function troubleBlocks({ trouble, location }: AccessCheck): string[] {
  const lines = messageWithRemedy(trouble).split('\n');
  return [
    `<h2>❔ What this token can do in ${code(location.org)} could not be determined</h2>`,
    ...lines.map((line) => `<p>${prose(line, pagesOf(location))}</p>`),
  ];
}

function resultBlocks(check: AccessCheck): string[] {
  const rows = TASKS.map(([question, task]) => {
    const { verdict, person, token } = check.findings[question];
    return [upperFirst(task), verdictCell(verdict), answerCell(person), answerCell(token)];
  });
  return [
    `<h2>${title(check)}</h2>`,
    `<p>${identity(check)}</p>`,
    ...expectationBlocks(check),
    table(['Task', 'Verdict', 'The account can', 'The token can'], rows),
    ...reasonBlocks(check),
    ...probeBlocks(check),
    ...remedyBlocks(check),
    small(
      'A token can never do more than the account that it belongs to. A read token can change nothing. A fine-grained token can do only what it was given permission for: it does not inherit the rights of its account.',
    ),
  ];
}

function title(check: AccessCheck): string {
  const { findings, location } = check;
  const expected = isAsExpected(check);
  const [manage, write] = [findings['manage-members'].verdict, findings['write-repos'].verdict];
  const icon = expected === undefined ? (manage === write ? ICON[write] : '⚠️') : expected ? '✅' : '❌';
  const lead = expected === undefined ? '' : expected ? 'As expected: ' : 'Not as expected: ';
  return `${icon} ${upperFirst(`${lead}${abilities(manage, write, where(location))}`)}`;
}

function abilities(manage: Verdict, write: Verdict, place: string): string {
  const can = { allowed: 'can', denied: 'cannot' };
  if (manage === 'unknown' && write === 'unknown')
    return `it is not known what this token can do in ${place}`;
  if (manage === 'unknown' || write === 'unknown') {
    const [known, verdict, other] =
      write === 'unknown'
        ? ['manage members', manage, 'write repositories']
        : ['write repositories', write, 'manage members'];
    return `this token ${can[verdict as keyof typeof can]} ${known} in ${place}; whether it can ${other} is not known`;
  }
  if (manage !== write) {
    return `this token ${can[manage]} manage members, but ${can[write]} write repositories in ${place}`;
  }
  return manage === 'allowed'
    ? `this token can manage members and write repositories in ${place}`
    : `this token can neither manage members nor write repositories in ${place}`;
}

function where(location: AccessLocation): string {
  const { group, org } = location;
  if (group === undefined) return code(org);
  return group.id === undefined
    ? code(group.name)
    : link(groupPage(location, group.id), group.name.trim() || group.id);
}

function identity({ account, tokenType, orgRole, groupRole, location }: AccessCheck): string {
  const kind = tokenType === 'unknown' ? 'A token of an unknown kind' : `A ${tokenType} token`;
  const owner = account === undefined ? 'an unknown account' : link(personPage(location, account), account);
  const roles = [`${role(orgRole)} in ${code(location.org)}`];
  if (location.group !== undefined) roles.push(`${role(groupRole)} in the group`);
  return `${kind} of ${owner}. The account has ${roles.join(' and ')}.`;
}

function role(name: string): string {
  if (name === UNKNOWN) return 'an unknown role';
  return name === '' ? 'no role' : `the role ${code(name)}`;
}

function expectationBlocks(check: AccessCheck): string[] {
  if (check.expectWrite === undefined) return [];
  const { verdict } = check.findings['write-repos'];
  return [`<p>Writing was expected to be <b>${check.expectWrite}</b>, and is <b>${verdict}</b>.</p>`];
}

function verdictCell(verdict: Verdict): string {
  return `${ICON[verdict]} <b>${verdict}</b>`;
}

function answerCell({ verdict }: Side): string {
  return `${ICON[verdict]} ${ANSWER[verdict]}`;
}

/** The causes stand below the table: in a cell they would make it wider than a phone. */
function reasonBlocks({ findings }: AccessCheck): string[] {
  const items = TASKS.map(
    ([question, task]) => `<li><b>${upperFirst(task)}:</b> ${why(findings[question])}</li>`,
  );
  return ['<h3>Why</h3>', `<ul>${items.join('')}</ul>`];
}

/**
 * The reason of a finding does not say both sides if one of them decides alone, so they follow if they are
 * not in it.
 */
function why({ reason, person, token }: Finding): string {
  const more = [person, token].filter((side) => !foldCase(reason).includes(foldCase(side.reason)));
  return prose([reason, ...more.map((side) => asSentence(side.reason))].join(' '));
}

function probeBlocks({ probe, location }: AccessCheck): string[] {
  if (probe === undefined) return [];
  const icon = probe.outcome === 'failed' ? '🚨' : '🧪';
  const pages = pagesOf(location, probe.left);
  const warning = probe.warning === undefined ? [] : [`<p>⚠️ ${prose(probe.warning, pages)}</p>`];
  return [`<p>${icon} <b>Probe:</b> ${prose(probe.message, pages)}</p>`, ...warning];
}

/** What to change. How to allow what is denied is folded if the expectation is met, or if writing should be denied. */
function remedyBlocks(check: AccessCheck): string[] {
  const pages = pagesOf(check.location);
  const items = TASKS.flatMap(([question, task]) => {
    const { remedy } = check.findings[question];
    return remedy === '' ? [] : [`<li><b>To ${task}:</b> ${prose(remedy, pages)}</li>`];
  });
  const list = `<ul>${items.join('')}</ul>`;
  const title = 'What to change, if this should be allowed';
  const folded = items.length === 0 ? [] : [`${detailsStart(title)}${list}${DETAILS_END}`];
  if (isAsExpected(check)) return folded;
  if (check.expectWrite === 'denied' && check.findings['write-repos'].verdict === 'allowed') {
    const deny = `<ul><li><b>To deny writing:</b> ${prose(howToDeny(check), pages)}</li></ul>`;
    return ['<h3>What to change</h3>', deny, ...folded];
  }
  return items.length === 0 ? [] : ['<h3>What to change</h3>', list];
}

/** The addresses that can become links, so that text from outside cannot make one. */
function pagesOf(
  location: AccessLocation,
  repositories: readonly string[] = [],
): ReadonlyMap<string, string> {
  const { group, hubUrl } = location;
  return new Map([
    ...repositories.map((name) => [`${hubUrl}/${name}`, name] as const),
    ...knownPages(location, group?.id === undefined ? [] : [group.id]),
  ]);
}
