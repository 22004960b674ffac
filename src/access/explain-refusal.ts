import { HubError, RunError, unforeseen } from '../errors.ts';
import type { HubClient } from '../hub/client.ts';
import { whoAmI } from '../hub/whoami.ts';
import { explainAccess } from './findings.ts';

/** Why everything is refused, and whether that goes for one group or for the whole run. */
export interface Refusal {
  readonly error: RunError;
  readonly scope: 'run' | 'group';
}

/** Finds the cause of refusals that are nobody's in particular; asks the Hub who the token is at most once a run. */
export interface RefusalExplainer {
  /** Why the groups of the organization cannot be read at all, and what a token needs for what was to be done with them. */
  ofOrganization(error: HubError, purpose?: 'manage-members' | 'read-groups'): Promise<RunError>;
  /** Why nobody can be added to a group, if the status of the refusal alone says so. */
  ofStatus(error: HubError): Refusal | undefined;
  /** What ended the work in a group, in words, and whether it ends the run; a HubError where it is the Hub's availability. */
  ofGroup(
    error: unknown,
    group: { readonly id: string; readonly name: string },
  ): Promise<{ readonly error: RunError | HubError; readonly scope: Refusal['scope'] }>;
  /** Why nobody can be added to a group, if the token or its owner may not. */
  ofAccess(group: { readonly id: string; readonly name: string }): Promise<Refusal | undefined>;
  /** The account that the token belongs to; undefined if the Hub does not say. */
  account(): Promise<string | undefined>;
}

type Findings = ReturnType<typeof explainAccess>['findings'];

/** Whether the Hub's words say that an identity provider manages the group (hub-api.md, "Statuses", 403 g). */
export function mentionsScim(error: HubError): boolean {
  return /\bscim\b|identity provider/i.test(error.message);
}

export function createRefusalExplainer(hub: HubClient, org: string): RefusalExplainer {
  let asked: ReturnType<typeof whoAmI> | undefined;

  async function findings(group?: { id: string; name: string }): Promise<Findings | undefined> {
    asked ??= whoAmI(hub);
    try {
      const place = { org, hubUrl: hub.origin, ...(group === undefined ? {} : { group }) };
      return explainAccess(await asked, place).findings;
    } catch (error) {
      if (error instanceof HubError) return undefined;
      throw error;
    }
  }

  async function ofAccess(group: { id: string; name: string }): Promise<Refusal | undefined> {
    const finding = (await findings(group))?.['manage-members'];
    if (finding?.verdict !== 'denied') return undefined;
    return { error: new RunError(finding.reason, finding.remedy), scope: finding.scope };
  }

  return {
    async ofOrganization(error, purpose = 'manage-members') {
      const byStatus = ofStatus(error, hub.origin, org);
      if (byStatus !== undefined) return byStatus.error;
      if (error.status === 404) {
        return new RunError(
          `There is no organization "${org}" on ${hub.origin}, or the token cannot see it.`,
          'Write `org` as in the address of its page on the Hub, and use a token of a member of it.',
          { cause: error },
        );
      }
      const found = error.status === 403 ? await findings() : undefined;
      // Who may manage members may read the groups, so that a token is told once what it needs.
      const finding = found?.[found[purpose].token.verdict === 'denied' ? purpose : 'read-groups'];
      const reason = finding?.verdict === 'denied' ? finding.reason : error.message;
      return new RunError(
        `The resource groups of ${org} cannot be read. ${reason}`,
        finding?.remedy ||
          `Ask an admin of ${org} what keeps the token out; see ${hub.origin}/settings/tokens.`,
        { cause: error },
      );
    },
    ofStatus: (error) => ofStatus(error, hub.origin, org),
    async ofGroup(error, group) {
      if (error instanceof RunError) return { error, scope: 'group' };
      if (!(error instanceof HubError)) return { error: unforeseen(error), scope: 'group' };
      if (error.kind === 'cancelled') return { error, scope: 'group' };
      if (error.kind !== 'refused') return { error, scope: 'run' };
      const byStatus = ofStatus(error, hub.origin, org);
      const byAccess = error.status === 403 ? await ofAccess(group) : undefined;
      return byStatus ?? byAccess ?? { error: unreadable(group.name, error), scope: 'group' };
    },
    ofAccess,
    async account() {
      asked ??= whoAmI(hub);
      try {
        return (await asked).name;
      } catch (error) {
        if (error instanceof HubError && error.kind !== 'cancelled') return undefined;
        throw error;
      }
    },
  };
}

function ofStatus(error: HubError, origin: string, org: string): Refusal | undefined {
  if (error.status === 401) {
    const remedy = `It may have been deleted or mistyped: make a new one at ${origin}/settings/tokens and store it as the secret.`;
    return {
      error: new RunError('The Hub does not accept the token (401).', remedy, { cause: error }),
      scope: 'run',
    };
  }
  if (error.status === 402) {
    const remedy = 'Resource groups need a Team plan or higher.';
    const message = `The plan of ${org} has no resource groups (402).`;
    return { error: new RunError(message, remedy, { cause: error }), scope: 'run' };
  }
  if (error.status !== undefined && error.status >= 300 && error.status < 400) {
    const remedy = `Set hub-url to the address that answers itself.`;
    return { error: new RunError(error.message, remedy, { cause: error }), scope: 'run' };
  }
  return undefined;
}

function unreadable(name: string, error: HubError): RunError {
  return new RunError(
    `The resource group "${name}" cannot be read any more. ${error.message}`,
    'Was it deleted, or the token changed? Run again when it is there.',
    { cause: error },
  );
}
