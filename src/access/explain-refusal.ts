import { HubError, RunError, unforeseen } from '../errors.ts';
import type { HubClient } from '../hub/client.ts';
import { type WhoAmI, whoAmI } from '../hub/whoami.ts';
import { type AccessExplanation, explainAccess } from './findings.ts';
import { remedyOfTokenPolicy } from './restrictions.ts';

/** Why everything is refused, and whether that holds for one group or for the whole run. */
export interface Refusal {
  readonly error: RunError;
  readonly scope: 'run' | 'group';
}

interface NamedGroup {
  readonly id: string;
  readonly name: string;
}

/**
 * Finds the cause of refusals that are not specific to one person. Asks the Hub who the token is at most
 * once per run.
 */
export interface RefusalExplainer {
  /** Why the groups of the organization cannot be read, and what a token needs for `purpose`. */
  ofOrganization(error: HubError, purpose?: 'manage-members' | 'read-groups'): Promise<RunError>;
  /** Why no one can be added to any group, if the status of the refusal alone says so. */
  ofStatus(error: HubError): Refusal | undefined;
  /** What ended the work in a group, and whether it ends the run; a HubError if the Hub was not available. */
  ofGroup(
    error: unknown,
    group: NamedGroup,
  ): Promise<{ readonly error: RunError | HubError; readonly scope: Refusal['scope'] }>;
  /**
   * Why no one can be added to a group after the Hub refused it, if the token or its account lacks the
   * right. The words of `error` count last.
   */
  ofAccess(group: NamedGroup, error?: HubError): Promise<Refusal | undefined>;
  /** The account that the token belongs to; undefined if the Hub does not say. */
  account(): Promise<string | undefined>;
}

export function createRefusalExplainer(hub: HubClient, org: string): RefusalExplainer {
  let asked: Promise<WhoAmI> | undefined;

  async function findings(group?: NamedGroup): Promise<AccessExplanation['findings'] | undefined> {
    asked ??= whoAmI(hub);
    try {
      const location = { org, hubUrl: hub.origin, ...(group === undefined ? {} : { group }) };
      return explainAccess(await asked, location, { refused: true }).findings;
    } catch (error) {
      if (error instanceof HubError) return undefined;
      throw error;
    }
  }

  async function ofAccess(group: NamedGroup, error?: HubError): Promise<Refusal | undefined> {
    const finding = (await findings(group))?.['manage-members'];
    if (finding?.verdict === 'denied') {
      return { error: new RunError(finding.reason, finding.remedy), scope: finding.scope };
    }
    const message = error?.message ?? '';
    const remedy = remedyOfTokenPolicy(message, { org, hubUrl: hub.origin });
    return remedy === undefined
      ? undefined
      : { error: new RunError(message, remedy, { cause: error }), scope: 'run' };
  }

  return {
    async ofOrganization(error, purpose = 'manage-members') {
      const byStatus = ofStatus(error, hub.origin, org);
      if (byStatus !== undefined) return byStatus.error;
      if (error.status === 404) {
        return new RunError(
          `There is no organization "${org}" on ${hub.origin}, or the token cannot see it.`,
          "Use the name in the organization's URL as `org`, and the token of an account that is a member.",
          { cause: error },
        );
      }
      const found = error.status === 403 ? await findings() : undefined;
      // An account that can manage members can read the groups, so one answer says everything that the token
      // needs.
      const finding = found?.[found[purpose].token.verdict === 'denied' ? purpose : 'read-groups'];
      const reason = finding?.verdict === 'denied' ? finding.reason : error.message;
      return new RunError(
        `The resource groups of ${org} cannot be read. ${reason}`,
        finding?.remedy ||
          `Ask an admin of ${org} what keeps the token out. The token is at ${hub.origin}/settings/tokens.`,
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
      const byAccess = error.status === 403 ? await ofAccess(group, error) : undefined;
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

/**
 * Whether a refused write speaks of SCIM: the group's regular members are then managed by an identity
 * provider, and no advice about the person or the token helps (hub-api.md, "Statuses", (g)). The words
 * decide only after the status allowed it.
 */
export function mentionsScim({ kind, status, message }: HubError): boolean {
  return kind === 'refused' && status === 403 && /(?<![\w-])SCIM(?!\w)/.test(message);
}

/** What to do about a group that is managed by SCIM. */
export function scimRemedy(org: string): string {
  return `Change the group's members in the identity provider that manages ${org} by SCIM. Only service accounts can be added or removed here.`;
}

function ofStatus(error: HubError, origin: string, org: string): Refusal | undefined {
  const { status } = error;
  const refusal = (message: string, remedy: string): Refusal => ({
    error: new RunError(message, remedy, { cause: error }),
    scope: 'run',
  });
  if (status === 401) {
    return refusal(
      'The Hub does not accept the token (401).',
      `It can be expired, deleted or mistyped. Create a new one at ${origin}/settings/tokens and store it as the secret.`,
    );
  }
  if (status === 402) {
    return refusal(
      `The plan of ${org} has no resource groups (402).`,
      'Resource groups require a Team plan or higher.',
    );
  }
  if (status !== undefined && status >= 300 && status < 400) {
    return refusal(
      error.message,
      'Set `hub-url` to the address that the Hub itself answers at, and `org` to the present name of the organization.',
    );
  }
  return undefined;
}

function unreadable(name: string, error: HubError): RunError {
  return new RunError(
    `The resource group "${name}" can no longer be read. ${error.message}`,
    'Check whether the group was deleted or the token was changed, then run this again.',
    { cause: error },
  );
}
