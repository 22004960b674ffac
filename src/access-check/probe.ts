/*
 * Trying to write is the only proof that a token can. What the probe creates must not stay, so every way
 * that an answer can be lost, late or wrong ends in one of two states: the repository is certainly gone, or
 * the message names it.
 */
import { randomBytes } from 'node:crypto';
import type { AccessLocation } from '../access/questions.ts';
import { HubError } from '../errors.ts';
import { createModel, deleteModel, getVisibility, type ModelName, type Visibility } from '../hub/repos.ts';
import type { HubSession } from '../hub/session.ts';

/** Maximum number of names that are tried if one is taken, the Hub is busy, or an answer is lost. */
const MAX_NAMES = 5;
/** Maximum number of times that one repository is deleted. */
const MAX_DELETIONS = 5;
/**
 * How often a repository has to be missing until that is believed: what was just created is not shown
 * everywhere at once.
 */
const LOOKS = 3;

export interface Probe {
  readonly outcome: 'refused' | 'created-and-deleted' | 'failed';
  /** What happened, in one or two sentences; can hold the Hub's words, so escape it. */
  readonly message: string;
  /** Something that an admin should know although the probe came to a result. */
  readonly warning?: string;
  /** Full names of repositories that are, or can be, left on the Hub. */
  readonly left?: readonly string[];
}

export interface ProbeOptions {
  readonly session: HubSession;
  readonly location: AccessLocation;
  readonly log: (line: string) => void;
  readonly randomName?: () => string;
}

/**
 * Tries to create a private model repository with a random name, in the group if there is one, and deletes
 * it again, even if an answer is lost or the run is canceled meanwhile. Never throws a HubError: that is
 * `failed`.
 */
export async function probeWrite(options: ProbeOptions): Promise<Probe> {
  const { session, location, log, randomName = probeName } = options;
  const { org, group } = location;
  if (group !== undefined && group.id === undefined) return withoutId(group.name);
  const doubtful: Left[] = [];
  let last = '';
  for (let attempt = 1; attempt <= MAX_NAMES; attempt += 1) {
    const model = { org, name: randomName() };
    log(`Trying to create the private model repository ${org}/${model.name}.`);
    const created = await create(session, model, group?.id);
    if (created instanceof HubError && created.kind !== 'lost') {
      if (created.kind !== 'refused') return failed(created.message, doubtful, location);
      if (created.status === 403) return refused(created);
      if (created.status !== 409) return failed(created.message, doubtful, location);
      last = created.message;
      if (isBusy(created)) await session.hub.backOff(attempt).catch(hubError);
      continue;
    }

    const isCertain = !(created instanceof HubError);
    const visibility = await visibilityOf(session, model, created);
    const gone = await remove(session, model, isCertain);
    if (gone === 'deleted') {
      const [first] = doubtful;
      return first === undefined
        ? createdAndDeleted(`${org}/${model.name}`, visibility)
        : failed(first.reason, doubtful, location);
    }
    if (gone === 'absent') continue;
    doubtful.push({ name: model.name, reason: gone.message });
    // If a deletion is refused, the creation was probably refused as well: the next answer tells.
    if (isCertain || gone.status !== 403) return failed(gone.message, doubtful, location);
  }
  return failed(`None of ${MAX_NAMES} attempts succeeded. ${last}`.trim(), doubtful, location);
}

function refused(error: HubError): Probe {
  return { outcome: 'refused', message: `The Hub refused to create a repository. ${error.message}` };
}

function createdAndDeleted(name: string, visibility: Visibility): Probe {
  const message = `The repository ${name} was created and deleted again.`;
  if (visibility === 'private') return { outcome: 'created-and-deleted', message };
  const what = visibility === 'unsaid' ? 'did not say that it was private' : 'did not make it private';
  const warning = `The probe asked for a private repository, but the Hub ${what}: ${name} can have been visible until it was deleted. It was empty.`;
  return { outcome: 'created-and-deleted', message: `${message} The Hub ${what}.`, warning };
}

function withoutId(name: string): Probe {
  const message = `The probe did not run: the token cannot read resource groups, so the id of “${name}” is not known. Use the id as \`resource-group\`. It is in the URL of the group's page.`;
  return { outcome: 'failed', message };
}

interface Left {
  readonly name: string;
  /** Why it was not deleted. */
  readonly reason: string;
}

function failed(reason: string, left: readonly Left[], { org, hubUrl }: AccessLocation): Probe {
  if (left.length === 0) return { outcome: 'failed', message: `The probe had no result. ${reason}` };
  const names = left.map(({ name }) => `${org}/${name}`);
  const pages = names.map((name) => `${hubUrl}/${name}`);
  const message =
    `The probe created, or may have created, the model repository ${names.join(' and ')}, and could not delete it again. ` +
    `${reason} Delete it if it is there: ${pages.join(', ')}`;
  return { outcome: 'failed', message, left: names };
}

/**
 * Whether a 409 says that the Hub is busy with another change, and not that the name exists. No state tells
 * the two apart.
 */
function isBusy({ message }: HubError): boolean {
  return /conflicting operation/i.test(message);
}

async function create(
  { hub }: HubSession,
  model: ModelName,
  group: string | undefined,
): Promise<Visibility | HubError> {
  try {
    return await createModel(hub, { ...model, group });
  } catch (error) {
    return hubError(error);
  }
}

/**
 * The visibility of what was created, or perhaps created; the answer to a creation does not have to say it.
 */
async function visibilityOf(
  { hub, cancellation }: HubSession,
  model: ModelName,
  created: Visibility | HubError,
): Promise<Visibility> {
  if (created === 'private' || created === 'not-private') return created;
  const looks = created === 'unsaid' ? LOOKS : 1;
  for (let look = 1; !cancellation.stop.aborted; look += 1) {
    try {
      return await getVisibility(hub, model, false);
    } catch (caught) {
      if (hubError(caught).status !== 404 || look >= looks) break;
    }
    await hub.backOff(look).catch(hubError);
  }
  return 'unsaid';
}

/**
 * Deletes a repository that exists, or, unless `isCertain`, that may exist because the answer to its
 * creation was lost.
 */
async function remove(
  { hub, cancellation }: HubSession,
  model: ModelName,
  isCertain: boolean,
): Promise<'deleted' | 'absent' | HubError> {
  let missing = 0;
  let isAnswerLost = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await deleteModel(hub, model, cancellation.stop.aborted);
      return 'deleted';
    } catch (caught) {
      const error = hubError(caught);
      if (error.status === 404) missing += 1;
      if (error.kind === 'lost') isAnswerLost = true;
      if (missing >= LOOKS && (isAnswerLost || !isCertain)) {
        const look = await getVisibility(hub, model, cancellation.stop.aborted).catch(hubError);
        if (look instanceof HubError && look.status !== 404) return look;
        if (look instanceof HubError) return isCertain ? 'deleted' : 'absent';
      }
      const isFinal = error.status === 403 || error.status === 401 || attempt >= MAX_DELETIONS;
      if (isFinal || cancellation.readDeadline.aborted) {
        return error.status === 404 ? await neverFound(hub, model, cancellation.stop.aborted) : error;
      }
    }
    await hub.backOff(attempt).catch(hubError);
  }
}

/** A repository that was created or is shown, and that no deletion found: nothing proves that it is gone. */
async function neverFound(hub: HubSession['hub'], model: ModelName, isCanceled: boolean): Promise<HubError> {
  const look = await getVisibility(hub, model, isCanceled).catch(hubError);
  const isShown = !(look instanceof HubError);
  return new HubError(
    'refused',
    `The Hub answered each deletion with 404, ${isShown ? 'but still shows the repository' : 'and does not show the repository now'}.`,
    { status: 404 },
  );
}

function hubError(error: unknown): HubError {
  if (error instanceof HubError) return error;
  throw error;
}

function probeName(): string {
  return `access-check-probe-${randomBytes(8).toString('hex')}`;
}
