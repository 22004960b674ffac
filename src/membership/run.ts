import { InputError } from '../errors.ts';
import type { CancellationSignals } from '../hub/cancellation.ts';
import { type HubSession, openSession } from '../hub/session.ts';
import { type Roots, readCsvFiles } from '../roster/csv-file.ts';
import { formatLocation, type RosterEntry, type RosterFile, type SourceLocation } from '../roster/entry.ts';
import { retryCsv } from '../roster/retry.ts';
import { parseRoster, type Roster } from '../roster/roster.ts';
import type { MembershipInputs } from '../runner/inputs.ts';
import { createLog, type Log } from '../runner/log.ts';
import { shouldRedact, workflowRun } from '../runner/workflow-run.ts';
import { many } from '../text/words.ts';
import { manageMembers, type Removal } from './manage-members.ts';
import { needsAttention } from './outcome.ts';
import { readApprovedPlan } from './plan-file.ts';
import { commentOn } from './report/comment.ts';
import { publish } from './report/publish.ts';
import { type MembershipResult, problemOf } from './run-result.ts';

/**
 * Runs add-members, or with `removal` sync-members, from the inputs to everything that is told of the run.
 * Returns why the step fails, or undefined if all is well.
 */
export async function runMembership(
  inputs: MembershipInputs,
  cancellation: CancellationSignals,
  removal?: Removal,
): Promise<string | undefined> {
  const redact = await shouldRedact(inputs.redactEmails);
  const log = createLog({ redact });
  const session = openSession({ ...inputs, cancellation, log });
  const started = session.clock.now();
  const startedAt = session.clock.date();
  const source: RosterSource = { now: startedAt, files: [], entries: [] };
  const done = await readAndManage(inputs, session, log, source, removal);
  const quota = session.rateLimiter.announced();
  await session.close();
  const result = {
    ...done,
    org: inputs.org,
    hubUrl: inputs.hubUrl,
    dryRun: inputs.dryRun,
    allowMissing: inputs.allowMissing,
    cancelled: cancellation.stop.aborted,
    requests: { ...session.hub.counts, rateLimitWaitSeconds: session.rateLimiter.rateLimitWaitSeconds() },
    failedWrites: session.hub.failedWrites,
    ...(quota === undefined ? {} : { quota }),
    durationSeconds: (session.clock.now() - started) / 1000,
    run: workflowRun(process.env, startedAt, session.clock.date()),
  };
  return publish(result, {
    redact,
    log,
    retryCsv: (full) => retryOf(full, source, inputs.csvColumns),
    comment: (full) => commentOn(full, inputs, log, cancellation.readDeadline),
  });
}

/** What the roster was read from: the rows that failed are written as a roster again. */
interface RosterSource {
  /** The one moment that counts for the whole run: what expires later has not expired. */
  readonly now: Date;
  files: readonly RosterFile[];
  entries: readonly RosterEntry[];
}

async function readAndManage(
  inputs: MembershipInputs,
  session: HubSession,
  log: Log,
  source: RosterSource,
  removal: Removal | undefined,
): Promise<MembershipResult> {
  try {
    const roster = await log.phase('Read the roster', () => readRoster(inputs, source, log));
    if (roster.problems.length > 0) return badRows(roster);
    source.entries = roster.entries;
    removal?.checkRoster(roster, inputs);
    const approved = await readApprovedPlan(inputs.approvedPlan, inputs.org, roots());
    return await manageMembers(session, { ...inputs, entries: roster.entries, approved }, log, { removal });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { groups: [], outcomes: [], problems: [problemOf(error)] };
  }
}

async function readRoster(inputs: MembershipInputs, source: RosterSource, log: Log): Promise<Roster> {
  const files = await readCsvFiles(inputs.csv, roots());
  source.files = files;
  const roster = parseRoster({
    ...inputs,
    files,
    hasDefaultGroup: inputs.groups.length > 0,
    now: source.now,
  });
  for (const { location, isAnnotation, message } of roster.notices) {
    if (isAnnotation && 'file' in location) log.notice(message, location, 'Encoding of a file');
    else log.info(`${formatLocation(location)}: ${message}`);
  }
  log.info(`${many(roster.entries.length, 'entry', 'entries')} in the roster.`);
  return roster;
}

/** The folders that files of the inputs can lie in. */
function roots(): Roots {
  const temp = process.env['RUNNER_TEMP'];
  return {
    workspace: process.env['GITHUB_WORKSPACE'] || process.cwd(),
    ...(temp ? { temp } : {}),
  };
}

/**
 * The rows that are missing or failed, in the roster's own columns and words; undefined if there are none. Not rows that
 * contradict each other: of them only the first is known here, and alone it would be granted.
 */
function retryOf(
  { outcomes }: Pick<MembershipResult, 'outcomes'>,
  { files, entries }: RosterSource,
  csvColumns: string,
): string[] | undefined {
  /** By file or input: the lines, or what was written there. Strings of both would take a second for 500,000 rows. */
  const open = new Map<string, Set<number | string>>();
  for (const outcome of outcomes) {
    const { location, input, code } = outcome;
    if (location === undefined || code === 'conflicting-roles' || !needsAttention(outcome)) continue;
    const source = sourceOf(location);
    const places = open.get(source) ?? new Set();
    open.set(source, places.add(placeOf(location, input)));
  }
  const failed = entries.filter(({ location, input }) =>
    open.get(sourceOf(location))?.has(placeOf(location, input)),
  );
  return failed.length === 0 ? undefined : [retryCsv(files, failed, csvColumns)];
}

function sourceOf(location: SourceLocation): string {
  return 'file' in location ? location.file : location.input;
}

function placeOf(location: SourceLocation, input: string): number | string {
  return 'file' in location ? location.line : input;
}

/** Bad input changes nothing: not one request was sent. */
function badRows({ problems }: Roster): MembershipResult {
  const told = problems.map(({ location, message }) => ({
    ...(location === undefined ? {} : { location }),
    message,
    remedy: '',
  }));
  return { groups: [], outcomes: [], problems: told };
}
