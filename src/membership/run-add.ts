import { InputError } from '../errors.ts';
import type { CancellationSignals } from '../hub/cancellation.ts';
import { type HubSession, openSession } from '../hub/session.ts';
import type { AddMembersInputs } from '../runner/inputs.ts';
import { type AddMembersResult, addMembers } from './add-members.ts';
import { createLog, type Log } from '../runner/log.ts';
import type { ReportProblem, RunResult } from './outcome.ts';
import { problemOf } from './problem.ts';
import { publish } from './report/publish.ts';
import { shouldRedact } from '../runner/visibility.ts';
import { many } from '../text/words.ts';
import { readRoster } from '../roster/read-roster.ts';
import type { RosterProblem } from '../roster/roster.ts';

type Found = Pick<RunResult, 'groups' | 'outcomes' | 'problems'>;

/** From the inputs to everything that is told of the run. Gives back why the step fails, or undefined where all is well. */
export async function addMembersStep(
  inputs: AddMembersInputs,
  cancellation: CancellationSignals,
): Promise<string | undefined> {
  const redact = await shouldRedact(inputs.redactEmails);
  const log = createLog({ redact });
  const session = openSession({ ...inputs, cancellation, log });
  const started = session.clock.now();
  const found = await rosterAndRun(inputs, session, log);
  const quota = session.rateLimiter.announced();
  const result = {
    ...found,
    org: inputs.org,
    hubUrl: inputs.hubUrl,
    dryRun: inputs.dryRun,
    allowMissing: inputs.allowMissing,
    cancelled: cancellation.stop.aborted,
    requests: { ...session.hub.counts, rateLimitWaitSeconds: session.rateLimiter.rateLimitWaitSeconds() },
    ...(quota === undefined ? {} : { quota }),
    durationSeconds: (session.clock.now() - started) / 1000,
  };
  await session.close();
  return publish(result, { redact, log });
}

async function rosterAndRun(inputs: AddMembersInputs, session: HubSession, log: Log): Promise<Found> {
  try {
    const roster = await readRoster(inputs, process.env['GITHUB_WORKSPACE'] || process.cwd());
    if (roster.problems.length > 0) return { groups: [], outcomes: [], problems: roster.problems.map(ofRow) };
    const request = { ...inputs, entries: roster.entries };
    const done = inputs.dryRun ? 'A dry run' : 'Adding people';
    log.startGroup(`${done}: ${many(roster.entries.length, 'entry', 'entries')} for groups of ${inputs.org}`);
    const result = await addMembers(session, request, log).finally(log.endGroup);
    return told(result, session.cancellation);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { groups: [], outcomes: [], problems: [problemOf(error)] };
  }
}

function told({ groups, outcomes, problems }: AddMembersResult, cancellation: CancellationSignals): Found {
  return {
    groups: groups.map(({ id, name, autoJoin }) => ({ id, name, autoJoin: autoJoin?.enabled === true })),
    outcomes,
    problems: cancellation.stop.aborted ? [] : problems.map(({ error, group }) => problemOf(error, group)),
  };
}

function ofRow({ file, line, message }: RosterProblem): ReportProblem {
  return { source: file === undefined ? 'users' : `${file}:${line ?? 1}`, message, remedy: '' };
}
