import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRefusalExplainer } from '../access/explain-refusal.ts';
import { HubError, messageWithRemedy } from '../errors.ts';
import type { CancellationSignals } from '../hub/cancellation.ts';
import type { HubClient } from '../hub/client.ts';
import { listGroups } from '../hub/endpoints.ts';
import type { Listing } from '../hub/read-response.ts';
import type { Group } from '../hub/schemas.ts';
import { openSession } from '../hub/session.ts';
import type { ConnectionInputs } from '../runner/input-values.ts';
import { MAX_WAIT_MS } from '../runner/inputs.ts';
import { createLog, type Log } from '../runner/log.ts';
import { setOutputs, writeSummary } from '../runner/outputs.ts';
import { shouldRedact } from '../runner/workflow-run.ts';
import { many, number } from '../text/words.ts';
import { groupOutputs, listed, membershipCsv } from './group-list.ts';
import { groupsSummary, troubleSummary } from './summary.ts';

/** Lists the groups and their members. Returns why the step fails, or undefined. */
export async function listGroupsStep(
  inputs: ConnectionInputs,
  cancellation: CancellationSignals,
): Promise<string | undefined> {
  const isPublic = await shouldRedact('auto');
  const log = createLog({ redact: isPublic });
  const session = openSession({ ...inputs, maxWaitMs: MAX_WAIT_MS, cancellation, log });
  try {
    const groups = await log.phase(`Read the resource groups of ${inputs.org}`, async () => {
      const { items: found, dropped } = await readGroups(session.hub, inputs.org);
      warnOfUnreadable(found, dropped, log);
      await log.infoLines(
        found.map(({ name, users }) => `"${name}": ${many(users.length, 'member', 'members')}`),
      );
      return found;
    });
    const csv = await log.phase('Write the memberships to a file', () => writeMemberships(groups, log));
    await writeSummary(groupsSummary(groups, inputs, { isPublic }), log);
    const failure = setGroupOutputs(groups, csv, log);
    if (isPublic) log.warning(PUBLIC, undefined, 'Public repository');
    log.info(`${many(groups.length, 'resource group', 'resource groups')} found.`);
    return failure;
  } catch (error) {
    await writeSummary(troubleSummary(error, inputs), log);
    return messageWithRemedy(error);
  } finally {
    await session.close();
  }
}

/** Groups or memberships that a warning names. */
const MAX_NAMED = 5;

const PUBLIC =
  'This repository is public, or it is not known that it is private. The log, the job summary and artifacts can be read by everyone: ' +
  'if the file of the output `csv` is uploaded as an artifact, everyone sees the usernames, roles and groups of all members in it.';

async function readGroups(hub: HubClient, org: string): Promise<Listing<Group>> {
  try {
    const listing = await listGroups(hub, org);
    if (listing.items.length === 0 && listing.dropped > 0) {
      throw new HubError('unavailable', 'The Hub lists its groups in a form that cannot be read.');
    }
    return listing;
  } catch (error) {
    if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
    throw await createRefusalExplainer(hub, org).ofOrganization(error, 'read-groups');
  }
}

/** Without this, a list that lacks groups or members would look like a whole one. */
function warnOfUnreadable(groups: readonly Group[], dropped: number, log: Log): void {
  const parts = [
    ...(dropped > 0 ? [many(dropped, 'resource group', 'resource groups')] : []),
    ...groups.flatMap(({ name, unreadableUsers }) =>
      unreadableUsers === undefined ? [] : [`members of "${name}"`],
    ),
  ];
  if (parts.length === 0) return;
  log.warning(
    `The Hub lists these in a form that cannot be read, so the outputs and the CSV lack them: ${firstOf(parts)}.`,
    undefined,
    'Not listed',
  );
}

/** The first few of `names`, and how many more there are. */
function firstOf(names: readonly string[]): string {
  const more = names.length > MAX_NAMED ? ` and ${number(names.length - MAX_NAMED)} more` : '';
  return `${names.slice(0, MAX_NAMED).join(', ')}${more}`;
}

/** Returns the path of the file; undefined if the runner could not write it. */
async function writeMemberships(groups: readonly Group[], log: Log): Promise<string | undefined> {
  const { text, leftOut } = membershipCsv(groups);
  if (leftOut.length > 0) {
    const those = many(leftOut.length, 'membership is', 'memberships are');
    const named = leftOut.map(({ user, role, group }) => `${user} (${role}) in ${group}`);
    log.warning(
      `${those} not in the CSV, because a roster cannot hold the role or the name: ${firstOf(named)}. ` +
        'sync-members keeps these members, also with `on-unlisted: remove`.',
      undefined,
      'Not in the CSV',
    );
  }
  try {
    const folder = await mkdtemp(join(process.env['RUNNER_TEMP'] || tmpdir(), 'list-groups-'));
    const path = join(folder, 'resource-groups.csv');
    await writeFile(path, text);
    log.info(`Written to ${path}.`);
    return path;
  } catch (error) {
    log.debug(String(error));
    return undefined;
  }
}

function setGroupOutputs(groups: readonly Group[], csv: string | undefined, log: Log): string | undefined {
  const outputs = groupOutputs(groups.map(listed));
  setOutputs({ groups: outputs?.groups ?? '', ids: outputs?.ids ?? '', csv: csv ?? '' }, log);
  if (csv === undefined) {
    return 'The runner could not write the file with the memberships. Check the disk of the runner and the folder that RUNNER_TEMP names.';
  }
  if (outputs === undefined) {
    return `${number(groups.length)} groups do not fit into the outputs of a job, which can have 1 MB: \`groups\` and \`ids\` are empty. Read the groups from the file that the output \`csv\` names.`;
  }
  if (Number.isFinite(outputs.cutTo)) {
    log.warning(
      `The output \`groups\` would be larger than GitHub allows, so descriptions are cut to ${outputs.cutTo} characters.`,
      undefined,
      'Descriptions cut',
    );
  }
  return undefined;
}
