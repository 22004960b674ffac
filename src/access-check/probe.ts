import { randomBytes } from 'node:crypto';
import { HubError } from '../errors.ts';
import type { HubSession } from '../hub/session.ts';
import { createModel, deleteModel } from '../hub/repos.ts';
import type { AccessPlace } from '../access/questions.ts';

/** Most names that are tried where one is taken, or an answer is lost. */
const MAX_NAMES = 5;
/** Most times that one repository is asked to be deleted. */
const MAX_DELETIONS = 5;
/** How often a repository whose creation was never answered has to be missing until it counts as not there. */
const LOOKS = 3;

export interface Probe {
  readonly outcome: 'refused' | 'created-and-deleted' | 'failed';
  /** One sentence on what happened; may hold the Hub's words, so escape it. */
  readonly message: string;
  /** Full names of repositories that are, or may be, left on the Hub. */
  readonly left?: readonly string[];
}

export interface ProbeOptions {
  readonly session: HubSession;
  readonly place: AccessPlace;
  readonly log: (line: string) => void;
  readonly randomName?: () => string;
}

/**
 * Tries to create a private model repository with a random name, in the group where there is one, and deletes it again:
 * also where the answer was lost, and where the run is cancelled meanwhile. Never throws a HubError: that is `failed`.
 */
export async function probeWrite(options: ProbeOptions): Promise<Probe> {
  const { session, place, log, randomName = probeName } = options;
  const { org, group } = place;
  if (group !== undefined && group.id === undefined) return withoutId(group.name);
  const doubtful: Left[] = [];
  for (let attempt = 1; attempt <= MAX_NAMES; attempt += 1) {
    const name = randomName();
    log(`Trying to create the private model repository ${org}/${name}.`);
    const refusal = await creating(session, { org, name, group: group?.id });
    if (refusal?.status === 403 && refusal.kind === 'refused') {
      return { outcome: 'refused', message: `The Hub refused to create a repository. ${refusal.message}` };
    }
    if (refusal?.status === 409 && refusal.kind === 'refused') continue;
    if (refusal !== undefined && refusal.kind !== 'lost') return failed(refusal, doubtful, place);

    const gone = await deleting(session, org, name, refusal !== undefined);
    if (gone === 'deleted') {
      const message = `The repository ${org}/${name} was created and deleted again.`;
      return doubtful[0] === undefined
        ? { outcome: 'created-and-deleted', message }
        : failed(doubtful[0].error, doubtful, place);
    }
    if (gone === 'absent') continue;
    doubtful.push({ name, error: gone });
    // Whoever may not delete what may not be there may not have created it either: the next answer tells.
    if (refusal === undefined || gone.status !== 403) return failed(gone, doubtful, place);
  }
  const error = new HubError(
    'unavailable',
    `None of ${MAX_NAMES} attempts with random names came to an end.`,
  );
  return failed(error, doubtful, place);
}

function withoutId(name: string): Probe {
  const message = `The probe did not run: the token may not look at resource groups, so nobody can tell which one is “${name}”. Give the id of the group, which is in the address of its page.`;
  return { outcome: 'failed', message };
}

interface Left {
  readonly name: string;
  readonly error: HubError;
}

function failed(error: HubError, left: readonly Left[], { org, hubUrl }: AccessPlace): Probe {
  if (left.length === 0)
    return { outcome: 'failed', message: `The probe came to no result. ${error.message}` };
  const names = left.map(({ name }) => `${org}/${name}`);
  const pages = names.map((name) => `${hubUrl}/${name}`);
  const message =
    `The probe created, or may have created, the private model repository ${names.join(' and ')}, and could not delete it again. ` +
    `${error.message} Delete it if it is there: ${pages.join(', ')}`;
  return { outcome: 'failed', message, left: names };
}

async function creating(
  { hub }: HubSession,
  model: Parameters<typeof createModel>[1],
): Promise<HubError | undefined> {
  try {
    await createModel(hub, model);
    return undefined;
  } catch (error) {
    return hubError(error);
  }
}

/** Deletes a repository that exists, or that may exist where the answer to its creation was lost. */
async function deleting(
  { hub, cancellation }: HubSession,
  org: string,
  name: string,
  lost: boolean,
): Promise<'deleted' | 'absent' | HubError> {
  let missing = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await deleteModel(hub, { org, name }, cancellation.stop.aborted);
      return 'deleted';
    } catch (caught) {
      const error = hubError(caught);
      if (error.status === 404) {
        if (!lost) return 'deleted';
        // A creation whose answer was lost may still be under way: a 404 may have come too early.
        missing += 1;
        if (missing >= LOOKS) return 'absent';
      } else if (error.status === 403 || error.status === 401 || attempt >= MAX_DELETIONS) {
        return error;
      }
      if (cancellation.readDeadline.aborted) return error;
    }
    await hub.backOff(attempt).catch(hubError);
  }
}

function hubError(error: unknown): HubError {
  if (error instanceof HubError) return error;
  throw error;
}

function probeName(): string {
  return `access-check-probe-${randomBytes(8).toString('hex')}`;
}
