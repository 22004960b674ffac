import { createRefusalExplainer } from '../access/explain-refusal.ts';
import { type AccessExplanation, explainAccess, type Finding } from '../access/findings.ts';
import { membershipOf } from '../access/person.ts';
import type { AccessPlace } from '../access/questions.ts';
import { HubError, InputError, RunError } from '../errors.ts';
import type { HubClient } from '../hub/client.ts';
import { EVERY_GROUP, findGroups } from '../hub/find-groups.ts';
import { GROUP_ID } from '../hub/group-id.ts';
import type { HubSession } from '../hub/session.ts';
import { type WhoAmI, whoAmI } from '../hub/whoami.ts';
import type { AccessCheckInputs } from '../runner/inputs.ts';
import { type Probe, probeWrite } from './probe.ts';

type Request = Pick<AccessCheckInputs, 'org' | 'hubUrl' | 'group' | 'probe' | 'expectWrite'>;

/** What a check found out, as far as it came. */
export interface AccessCheck extends AccessExplanation {
  readonly place: AccessPlace;
  /** The account that the token belongs to, where the Hub says so. */
  readonly account: string | undefined;
  readonly probe: Probe | undefined;
  readonly expectWrite: Request['expectWrite'];
  /** Why the Hub did not say whose token it is. */
  readonly silence: HubError | undefined;
  /** What ended the check before its end: then every finding is `unknown`. */
  readonly trouble: unknown;
}

interface Found {
  place: AccessPlace;
  who?: WhoAmI | undefined;
  silence?: HubError;
  probe?: Probe;
  trouble?: unknown;
}

/**
 * Finds out what a token may do; asks at most once whose it is. A probe that came to a result overrules what follows from roles
 * and permissions. Gives back what it knows, whatever happens: it throws nothing.
 */
export async function checkAccess(
  session: HubSession,
  request: Request,
  log: (line: string) => void,
): Promise<AccessCheck> {
  const found: Found = { place: { org: request.org, hubUrl: request.hubUrl } };
  try {
    await look(session, request, found, log);
  } catch (error) {
    found.trouble = error;
  }
  const { place, who, silence, probe, trouble } = found;
  const explanation = explainAccess(who, place);
  const { findings } = trouble === undefined ? explanation : explainAccess(undefined, place);
  return {
    ...explanation,
    findings: { ...findings, 'write-repos': proven(findings['write-repos'], probe) },
    place,
    account: who?.name,
    probe,
    expectWrite: request.expectWrite,
    silence,
    trouble,
  };
}

async function look(
  { hub, ...session }: HubSession,
  request: Request,
  found: Found,
  log: (line: string) => void,
): Promise<void> {
  const { org } = request;
  log('Asking the Hub whose token this is and what it may do.');
  try {
    found.who = await whoAmI(hub);
  } catch (error) {
    found.silence = bearable(error, hub, org);
  }
  if (request.group !== undefined) {
    found.place = { ...found.place, group: await findGroup(hub, org, request.group, found.who) };
  }
  if (!request.probe) return;
  found.probe = await probeWrite({ session: { hub, ...session }, place: found.place, log });
  log(found.probe.message);
}

/** Without the answer to who the token is, the probe may still tell; a token that the Hub does not accept ends everything. */
function bearable(error: unknown, hub: HubClient, org: string): HubError {
  if (!(error instanceof HubError) || error.kind === 'cancelled') throw error;
  const refusal = createRefusalExplainer(hub, org).ofStatus(error);
  if (refusal !== undefined) throw refusal.error;
  return error;
}

async function findGroup(
  hub: HubClient,
  org: string,
  reference: string,
  who: WhoAmI | undefined,
): Promise<NonNullable<AccessPlace['group']>> {
  if (reference === EVERY_GROUP) {
    throw new InputError('`resource-group` must be the id or the name of one group here, not `*`.');
  }
  try {
    const [group] = (await findGroups(hub, org, new Set([reference]))).groups.get(reference) ?? [];
    if (group !== undefined) return group;
    throw new InputError(`There is no resource group "${reference}" in ${org}.`);
  } catch (error) {
    if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
    if (error.status === 403) return unseenGroup(org, reference, who);
    throw await createRefusalExplainer(hub, org).ofOrganization(error);
  }
}

/** The token may not look at the group, which is just the kind of token that people ask about: its owner may know it. */
function unseenGroup(
  org: string,
  reference: string,
  who: WhoAmI | undefined,
): NonNullable<AccessPlace['group']> {
  const id = reference.toLowerCase();
  const own = membershipOf(who, org)?.resourceGroups?.filter(
    (group) => group.id === id || group.name === reference,
  );
  if (own?.length === 1 && own[0] !== undefined) return { id: own[0].id, name: own[0].name };
  if (GROUP_ID.test(reference)) return { id, name: id };
  if (own === undefined || own.length === 0) return { id: undefined, name: reference };
  throw new RunError(
    `${own.length} resource groups are named "${reference}".`,
    `Write the id of one: ${own.map((group) => group.id).join(', ')}.`,
  );
}

function proven(finding: Finding, probe: Probe | undefined): Finding {
  if (probe === undefined || probe.outcome === 'failed') return finding;
  const verdict = probe.outcome === 'refused' ? 'denied' : 'allowed';
  if (verdict === finding.verdict) return finding;
  const reason = `${probe.message} The roles and permissions did not show it: ${finding.reason}`;
  const remedy =
    finding.remedy || "Ask an admin whether the organization's settings keep the token from writing.";
  return { ...finding, verdict, reason, remedy: verdict === 'allowed' ? '' : remedy };
}

/** The action's outputs (interface.md, section 2). */
export function outputsOf(check: AccessCheck): Record<string, string> {
  const { findings, probe, tokenType, orgRole, groupRole } = check;
  const manage = findings['manage-members'];
  const write = findings['write-repos'];
  return {
    'manage-members': manage.verdict,
    'write-repos': write.verdict,
    probe: probe?.outcome ?? 'not-run',
    'token-type': tokenType,
    'org-role': orgRole,
    'group-role': groupRole,
    reason:
      check.trouble === undefined
        ? `Managing members: ${manage.reason} Writing repositories: ${write.reason}`
        : words(check.trouble),
  };
}

/** Why the step fails although the check came to its end; undefined where it does not. */
export function failureOf({ probe, expectWrite, findings, silence }: AccessCheck): string | undefined {
  if (probe?.outcome === 'failed') return probe.message;
  const { verdict, reason, remedy } = findings['write-repos'];
  if (silence !== undefined && verdict === 'unknown') {
    return `The Hub did not say whose token this is, so nobody can tell what it may do. ${silence.message} Run this again later.`;
  }
  if (expectWrite === undefined || expectWrite === verdict) return undefined;
  return `Writing should be ${expectWrite} (\`expect-write\`), but is ${verdict}. ${reason} ${remedy}`.trim();
}

function words(error: unknown): string {
  if (error instanceof RunError) return `${error.message} ${error.remedy}`;
  return error instanceof Error ? error.message : String(error);
}
