import { createRefusalExplainer } from '../access/explain-refusal.ts';
import { type AccessExplanation, explainAccess, type Finding } from '../access/findings.ts';
import { membershipOf, UNKNOWN } from '../access/person.ts';
import type { AccessLocation } from '../access/questions.ts';
import { HubError, InputError, messageWithRemedy, RunError } from '../errors.ts';
import type { HubClient } from '../hub/client.ts';
import { EVERY_GROUP, findGroups } from '../hub/find-groups.ts';
import { tokensPage } from '../hub/pages.ts';
import type { HubSession } from '../hub/session.ts';
import { type WhoAmI, whoAmI } from '../hub/whoami.ts';
import { GROUP_ID } from '../roles.ts';
import type { AccessCheckInputs } from '../runner/inputs.ts';
import { oneLine } from '../text/one-line.ts';
import { foldCase } from '../text/words.ts';
import { type Probe, probeWrite } from './probe.ts';

type Inputs = Pick<AccessCheckInputs, 'org' | 'hubUrl' | 'group' | 'probe' | 'expectWrite'>;

/** What a check has learned so far. */
export interface Evidence {
  readonly location: AccessLocation;
  readonly who?: WhoAmI | undefined;
  /** Why the Hub did not say whose token it is. */
  readonly whoError?: HubError;
  readonly probe?: Probe;
  /** What ended the check early. Then every finding is `unknown`. */
  readonly trouble?: unknown;
}

/** Asks the Hub, once, whose token it is. Throws a RunError if the Hub does not accept the token. */
export async function askWho(hub: HubClient, evidence: Evidence): Promise<Evidence> {
  try {
    return { ...evidence, who: await whoAmI(hub) };
  } catch (error) {
    if (!(error instanceof HubError) || error.kind === 'cancelled') throw error;
    const refusal = createRefusalExplainer(hub, evidence.location.org).ofStatus(error);
    if (refusal !== undefined) throw refusal.error;
    // Without this answer, the probe can still tell.
    return { ...evidence, whoError: error };
  }
}

/**
 * Finds the group that `reference` means, its id or its name. Throws an InputError if there is none, or a
 * RunError.
 */
export async function findGroup(hub: HubClient, evidence: Evidence, reference: string): Promise<Evidence> {
  const { location, who } = evidence;
  const group = await readGroup(hub, location, reference, who);
  return { ...evidence, location: { ...location, group } };
}

async function readGroup(
  hub: HubClient,
  location: AccessLocation,
  reference: string,
  who: WhoAmI | undefined,
): Promise<NonNullable<AccessLocation['group']>> {
  const { org } = location;
  if (reference === EVERY_GROUP) {
    throw new InputError('`resource-group` must be the id or the name of one group here, not `*`.');
  }
  try {
    const { groups, problems, unreadable, listing } = await findGroups(hub, org, new Set([reference]));
    const [group] = groups.get(reference) ?? [];
    if (group !== undefined) return group;
    throw unreadable.get(reference) ?? new InputError(`${problems.get(reference)} ${listing}`);
  } catch (error) {
    if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
    if (error.status === 403) return unreadableGroup(location, reference, who);
    throw await createRefusalExplainer(hub, org).ofOrganization(error);
  }
}

/**
 * A group that the token cannot read. This is a common question, and the account can be in the group
 * nevertheless.
 */
function unreadableGroup(
  location: AccessLocation,
  reference: string,
  who: WhoAmI | undefined,
): NonNullable<AccessLocation['group']> {
  const id = foldCase(reference);
  const own = (membershipOf(who, location)?.resourceGroups ?? []).filter(
    (group) => group.id === id || group.name === reference,
  );
  const [first] = own;
  if (first !== undefined && own.length === 1) return { id: first.id, name: first.name };
  if (GROUP_ID.test(reference)) return { id, name: id };
  if (first === undefined) return { id: undefined, name: reference };
  throw new RunError(
    `${own.length} resource groups are named "${reference}".`,
    `Use the id of one of them: ${own.map((group) => group.id).join(', ')}.`,
  );
}

/** Tries to create a repository, and deletes it again. */
export async function tryToWrite(
  session: HubSession,
  evidence: Evidence,
  log: (line: string) => void,
): Promise<Evidence> {
  const probe = await probeWrite({ session, location: evidence.location, log });
  log(probe.message);
  return { ...evidence, probe };
}

/** What a check found out. */
export interface AccessCheck extends AccessExplanation, Evidence {
  /** The account that the token belongs to, if the Hub says so. */
  readonly account: string | undefined;
  readonly expectWrite: Inputs['expectWrite'];
}

/**
 * What follows from the evidence; pure. A probe that had a result counts for more than roles and
 * permissions.
 */
export function conclude(evidence: Evidence, inputs: Inputs): AccessCheck {
  const { location, who, probe } = evidence;
  const explanation = explainAccess(who, location);
  const { findings } = 'trouble' in evidence ? explainAccess(undefined, location) : explanation;
  const isUnresolved = inputs.group !== undefined && location.group === undefined;
  return {
    ...evidence,
    ...explanation,
    groupRole: isUnresolved ? UNKNOWN : explanation.groupRole,
    findings: { ...findings, 'write-repos': proven(findings['write-repos'], probe) },
    account: who?.name,
    expectWrite: inputs.expectWrite,
  };
}

function proven(finding: Finding, probe: Probe | undefined): Finding {
  if (probe === undefined || probe.outcome === 'failed') return finding;
  const verdict = probe.outcome === 'refused' ? 'denied' : 'allowed';
  if (verdict === finding.verdict) return finding;
  const reason = `${probe.message} Roles and permissions did not show this: ${finding.reason}`;
  const remedy =
    finding.remedy || 'Ask an admin whether a setting of the organization keeps the token from writing.';
  return { ...finding, verdict, reason, remedy: verdict === 'allowed' ? '' : remedy };
}

/** The action's outputs (interface.md, section 5). */
export function outputsOf(check: AccessCheck): Record<string, string> {
  const { findings, probe, tokenType, orgRole, groupRole } = check;
  return {
    'manage-members': findings['manage-members'].verdict,
    'write-repos': findings['write-repos'].verdict,
    probe: probe?.outcome ?? 'not-run',
    'token-type': tokenType,
    'org-role': orgRole,
    'group-role': groupRole,
    // Names of the Hub are in it, which can contain line breaks.
    reason: oneLine('trouble' in check ? messageWithRemedy(check.trouble) : resultLines(check).join(' ')),
  };
}

/** The result in sentences, one for each question. */
export function resultLines({ findings }: AccessCheck): string[] {
  return [
    `Managing members: ${findings['manage-members'].reason}`,
    `Writing repositories: ${findings['write-repos'].reason}`,
  ];
}

/** Whether the finding about writing is the one that `expect-write` names; undefined if it names none. */
export function isAsExpected({ expectWrite, findings, probe }: AccessCheck): boolean | undefined {
  if (expectWrite === undefined) return undefined;
  return probe?.outcome !== 'failed' && findings['write-repos'].verdict === expectWrite;
}

/** Why the step fails although the check came to its end; undefined if it does not. */
export function failureOf(check: AccessCheck): string | undefined {
  const { probe, expectWrite, findings, whoError } = check;
  if (probe?.outcome === 'failed') return probe.message;
  const { verdict, reason, remedy } = findings['write-repos'];
  if (whoError !== undefined && verdict === 'unknown') {
    return `The Hub did not say whose token this is, so it is not known what the token can do. ${whoError.message} Run this again later.`;
  }
  if (isAsExpected(check) !== false) return undefined;
  const next = verdict === 'allowed' ? howToDeny(check) : remedy;
  return `Writing should be ${expectWrite} (\`expect-write\`), but is ${verdict}. ${reason} ${next}`.trim();
}

/** What to change if the token can write and should not. */
export function howToDeny({ location }: Pick<AccessCheck, 'location'>): string {
  return `Use a fine-grained token that does not have the permission \`repo.write\` for ${location.org}: ${tokensPage(location)}`;
}
