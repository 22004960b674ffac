import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setOutput } from '@actions/core';
import { groupOutputs, listed, membershipCsv } from './group-list.ts';
import { readGroups } from './read-groups.ts';
import { groupsSummary } from './summary.ts';
import type { CancellationSignals } from '../hub/cancellation.ts';
import { openSession } from '../hub/session.ts';
import type { Group } from '../hub/schemas.ts';
import { type ConnectionInputs, MAX_WAIT_MS } from '../runner/inputs.ts';
import { createLog, type Log } from '../runner/log.ts';
import { writeSummary } from '../membership/report/publish.ts';
import { many, number } from '../text/words.ts';

/** From the inputs to the outputs, the file and the summary. Gives back why the step fails, or undefined; throws where the groups cannot be read. */
export async function listGroupsStep(
  inputs: ConnectionInputs,
  cancellation: CancellationSignals,
): Promise<string | undefined> {
  const log = createLog({ redact: false });
  const session = openSession({ ...inputs, maxWaitMs: MAX_WAIT_MS, cancellation, log });
  log.info(`Reading the resource groups of ${inputs.org}.`);
  const groups = await readGroups(session.hub, inputs.org);
  await session.close();
  await writeCsv(groups, log);
  const list = groups.map(listed);
  await writeSummary(groupsSummary(list, inputs), log);
  return setGroupOutputs(list, log);
}

async function writeCsv(groups: readonly Group[], log: Log): Promise<void> {
  const { text, leftOut } = membershipCsv(groups);
  const folder = await mkdtemp(join(process.env['RUNNER_TEMP'] || tmpdir(), 'list-groups-'));
  const path = join(folder, 'resource-groups.csv');
  await writeFile(path, text);
  setOutput('csv', path);
  if (leftOut > 0) {
    const those = many(leftOut, 'membership is', 'memberships are');
    log.warning(
      `${those} not in the CSV: the role or the username is none that add-members could give or read.`,
    );
  }
}

function setGroupOutputs(list: Parameters<typeof groupOutputs>[0], log: Log): string | undefined {
  const outputs = groupOutputs(list);
  setOutput('groups', outputs?.groups ?? '');
  setOutput('ids', outputs?.ids ?? '');
  if (outputs === undefined) {
    return `${number(list.length)} groups are too many for the outputs of a job, which may have 1 MB: \`groups\` and \`ids\` are empty. Read them from the file that the output \`csv\` names.`;
  }
  if (Number.isFinite(outputs.shortenedTo)) {
    log.warning(
      `The output \`groups\` would be larger than GitHub allows, so descriptions are cut to ${outputs.shortenedTo} characters.`,
    );
  }
  log.info(`${many(list.length, 'resource group', 'resource groups')} found.`);
  return undefined;
}
