import { explainAccess } from '../access/findings.ts';
import { HubError, RunError } from '../errors.ts';
import type { HubClient } from '../hub/client.ts';
import { listGroups } from '../hub/endpoints.ts';
import type { Group } from '../hub/shapes.ts';
import { whoAmI } from '../hub/whoami.ts';
import { createRefusalExplainer } from '../membership/refusal.ts';

/** Every group that the token can see. Throws a RunError that says why the Hub refuses, or a HubError where it does not answer. */
export async function readGroups(hub: HubClient, org: string): Promise<Group[]> {
  try {
    return await listGroups(hub, org);
  } catch (error) {
    if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
    if (error.status !== 403) throw await createRefusalExplainer(hub, org).ofOrganization(error);
    throw await whyForbidden(hub, org, error);
  }
}

async function whyForbidden(hub: HubClient, org: string, error: HubError): Promise<RunError> {
  const who = await whoAmI(hub).catch(() => undefined);
  const finding = explainAccess(who, { org, hubUrl: hub.origin }).findings['read-groups'];
  const reason = finding.verdict === 'denied' ? finding.reason : error.message;
  const message = `The resource groups of ${org} cannot be read. ${reason}`;
  return new RunError(
    message,
    finding.remedy || 'Ask an admin of the organization what keeps the token out.',
    {
      cause: error,
    },
  );
}
