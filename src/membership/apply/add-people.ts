import { mentionsScim } from '../../access/explain-refusal.ts';
import type { HubError, RunError } from '../../errors.ts';
import { searchMembers } from '../../hub/endpoints.ts';
import type { Group } from '../../hub/schemas.ts';
import { many, number } from '../../text/words.ts';
import { userKey } from '../assignment.ts';
import type { Add } from '../change.ts';
import { NOT_LISTED } from '../plan.ts';
import { type Chunk, createChunkQueue } from './chunk-queue.ts';
import {
  type GroupRun,
  LOST_BEFORE_GIVING_UP,
  LOST_BEFORE_TRYING_OTHERS,
  progressLine,
  REFUSED_BEFORE_ASKING,
  refusalIn,
  refusedBeforeGivingUp,
} from './group-run.ts';
import { listLate } from './late-listing.ts';

const NOT_SHOWN = 'The Hub accepted the request, but does not show this person with this role.';
/** Names that the listing does not know are expected to be refused, so that no other cause is looked for. */
const isUnlisted = ({ member }: Add) => member.listed === false;
const UNAVAILABLE = 'The Hub did not answer, and the person is not in the group.';

/**
 * Adds people chunk by chunk, and records each by what the group shows afterwards. Returns why members of the organization
 * cannot be added, if the cause is not specific to one person. Throws what ends the work in the group; a person who is not
 * recorded then was not processed.
 */
export async function addPeople(adds: readonly Add[], run: GroupRun): Promise<RunError | undefined> {
  const { clock, log, outcomes } = run.context;
  const job = createAddJob(adds, run);
  const began = clock.now();
  let added = 0;
  for (let chunk = job.queue.next(); chunk !== undefined; chunk = job.queue.next()) {
    await job.send(chunk);
    added += chunk.adds.filter(({ position }) => outcomes[position]?.code === 'added').length;
    const [made, refused, left] = [added, job.refused.size, job.queue.left()];
    const progress = { made, what: 'added', refused, left, total: adds.length } as const;
    log.info(progressLine(run.group.name, progress, clock.now() - began, clock.date()));
  }
  await job.explainRefused();
  return job.problem();
}

function createAddJob(adds: readonly Add[], run: GroupRun) {
  const { writer, record, recordShown, context } = run;
  const queue = createChunkQueue(adds, context.run, context.random);
  const refused = new Map<Add, HubError>();
  /** More refusals in a row than narrowing down to one person takes: the token can have lost its right meanwhile. */
  const mostRefusedInARow = Math.max(6, Math.ceil(Math.log2(context.run.chunkSize)) + 1);
  let refusedInARow = 0;
  let wasListed = context.wasListed;
  let problem: RunError | undefined;

  async function send(chunk: Chunk): Promise<void> {
    let group: Group | undefined;
    try {
      group = await writer.add(chunk.adds);
    } catch (error) {
      return afterRefusal(chunk, refusalIn(error, run));
    }
    if (group === undefined) return afterLoss(chunk);
    queue.accepted(chunk);
    run.anyAccepted = true;
    refusedInARow = 0;
    await recordAccepted(group, chunk.adds);
  }

  async function recordAccepted(group: Group, accepted: readonly Add[]): Promise<void> {
    const notShown = recordShown(group, accepted, true);
    if (notShown.length === 0) return;
    for (const add of recordShown(await writer.read(), notShown, true)) record(add, 'unconfirmed', NOT_SHOWN);
  }

  async function afterLoss(chunk: Chunk): Promise<void> {
    context.log.info(
      `${run.group.name}: an answer of the Hub was lost. Reading the group to see what was done.`,
    );
    const { group, outOfTime } = await writer.readAfterLoss();
    const left = recordShown(group, chunk.adds, false);
    if (left.length < chunk.adds.length) writer.progressed();
    if (outOfTime !== undefined && left.length > 0) throw outOfTime;
    const failed = queue.lost(chunk, left);
    if (failed !== undefined) record(failed, 'unavailable', UNAVAILABLE);
    if (writer.lostInARow >= LOST_BEFORE_TRYING_OTHERS) queue.probeOthers();
    if (writer.lostInARow < LOST_BEFORE_GIVING_UP) return;
    for (const add of queue.drain()) record(add, 'unavailable', UNAVAILABLE);
  }

  async function afterRefusal(sent: Chunk, error: HubError): Promise<void> {
    let chunk = sent;
    if (error.status === 413 && chunk.adds.length > 1) return queue.tooLarge(chunk);
    if (chunk.adds.length > 1 && !chunk.isPart && !chunk.adds.every(isUnlisted)) {
      if (!wasListed) {
        wasListed = true;
        const { adds: listed, isExplained } = await listLate(sent.adds, context);
        if (isExplained) return queue.again(listed);
        chunk = { ...sent, adds: listed };
      }
      const left = recordShown(await writer.read(), chunk.adds, false);
      if (left.length < chunk.adds.length) return queue.again(left);
    }
    const add = queue.refused(chunk);
    if (add !== undefined) refused.set(add, error);
    if (!chunk.adds.every(isUnlisted)) refusedInARow += 1;
    if (refusedInARow === mostRefusedInARow) {
      refusedInARow = 0;
      await run.endIfDenied(error);
    }
    if (add === undefined || run.anyAccepted) return;
    if (refused.size === REFUSED_BEFORE_ASKING) await run.endIfDenied(error);
    const members = [...refused.keys()].filter(({ member }) => member.listed === true);
    if (members.length === refusedBeforeGivingUp(error)) await giveUp(members, error);
  }

  /** Service accounts can be added when members cannot (hub-api.md, trap 7), so all who are not listed are still tried. */
  async function giveUp(members: readonly Add[], error: HubError): Promise<void> {
    const left = recordShown(await writer.read(), members, false);
    if (left.length < members.length) return;
    problem = run.everyoneRefused(left.length, error);
    const others = queue.drain('listed');
    context.log.info(
      `${run.group.name}: each of ${many(left.length, 'person', 'people')} was refused; ${number(others.length)} more not sent.`,
    );
    for (const add of [...left, ...others]) {
      refused.delete(add);
      record(add, 'not-attempted', problem.message);
    }
  }

  /** Too few people for the Hub's silence to prove anything, but it says itself that an identity provider manages the group. */
  function giveUpIfManagedElsewhere(left: readonly Add[]): void {
    const managed = left.filter((add) => {
      const error = refused.get(add);
      return add.member.listed !== false && error !== undefined && mentionsScim(error);
    });
    const error = managed[0] === undefined ? undefined : refused.get(managed[0]);
    if (run.anyAccepted || error === undefined) return;
    problem ??= run.everyoneRefused(managed.length, error);
    for (const add of managed) record(add, 'not-attempted', problem.message);
  }

  /** Finds the cause of each refusal: from the group and the member listing first, from the Hub's words last. */
  async function explainRefused(): Promise<void> {
    const [first] = refused.values();
    if (first === undefined) return;
    const left = recordShown(await writer.read(), refused.keys(), false);
    if (left.length > 0 && !run.anyAccepted) await run.endIfDenied(first);
    giveUpIfManagedElsewhere(left);
    for (const add of left) {
      if (context.outcomes[add.position] !== undefined) continue;
      const spelling = await listedSpelling(add);
      if (spelling === undefined) record(add, 'not-in-organization', NOT_LISTED);
      else if (spelling === add.member.user) record(add, 'refused', refused.get(add)?.message ?? '');
      else await addAs(add, spelling);
    }
  }

  /** The username as the organization lists it; undefined if it does not. As it was sent, if that cannot be found out. */
  async function listedSpelling({ member: { user, listed } }: Add): Promise<string | undefined> {
    if (listed !== undefined) return listed ? user : undefined;
    try {
      const { members, more } = await searchMembers(context.hub, context.org, user);
      const found = members.find((member) => userKey(member.user) === userKey(user));
      return found?.user ?? (more ? user : undefined);
    } catch (error) {
      refusalIn(error, run);
      return user;
    }
  }

  /** A Hub that minds the case of a username refuses any spelling but its own. */
  async function addAs(add: Add, user: string): Promise<void> {
    const respelled = { ...add, member: { ...add.member, user, listed: true } };
    let refusal: HubError | undefined;
    try {
      const answer = await writer.add([respelled]);
      if (answer !== undefined) {
        run.anyAccepted = true;
        return await recordAccepted(answer, [respelled]);
      }
    } catch (error) {
      refusal = refusalIn(error, run);
    }
    const now = refusal === undefined ? (await writer.readAfterLoss()).group : await writer.read();
    const [left] = recordShown(now, [respelled], false);
    if (left === undefined) return;
    if (refusal === undefined) record(left, 'unavailable', UNAVAILABLE);
    else record(left, 'refused', refusal.message);
  }

  return { queue, refused, send, explainRefused, problem: () => problem };
}
