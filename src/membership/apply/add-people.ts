import type { HubError, RunError } from '../../errors.ts';
import { searchMembers } from '../../hub/endpoints.ts';
import type { Group } from '../../hub/schemas.ts';
import { progressLine } from './progress.ts';
import { type Chunk, createChunkQueue } from './chunk-queue.ts';
import { type GroupRun, REFUSED_BEFORE_ASKING, REFUSED_BEFORE_GIVING_UP, refusalIn } from './group-run.ts';
import { NOT_LISTED } from '../plan.ts';
import { sameName, type WantedMember } from '../assignment.ts';

/**
 * So many refusals in a row, of chunks and of people, are more than one person can bring about whose chunk is halved down to them:
 * even where the Hub accepted others before, it is then worth asking whether the token still may.
 */
function mostRefusedInARow(chunkSize: number): number {
  return Math.max(6, Math.ceil(Math.log2(chunkSize)) + 1);
}

export interface Added {
  /** Whether the Hub accepted anybody. */
  readonly somebody: boolean;
  /** Why members of the organization cannot be added, where that is nobody's in particular. */
  readonly problem: RunError | undefined;
}

/**
 * Adds people chunk by chunk, and settles each of them by what the group shows afterwards.
 * Throws what ends the work in the group; whoever is not settled then was not dealt with.
 */
export async function addPeople(people: readonly WantedMember[], run: GroupRun): Promise<Added> {
  const { writer, settle, settleFrom, context } = run;
  const { hub, org, options, clock, random, log } = context;
  const { name } = run.group;
  const queue = createChunkQueue(people, context.run, random);
  const refused = new Map<WantedMember, HubError>();
  let refusedInARow = 0;
  let problem: RunError | undefined;

  /** Whether the Hub accepted anybody. */
  const somebody = () => queue.known.good + queue.unlisted.good > 0;

  async function send(chunk: Chunk): Promise<void> {
    let group: Group | undefined;
    try {
      group = await writer.add(chunk.people);
    } catch (error) {
      return afterRefusal(chunk, refusalIn(error, run));
    }
    if (group === undefined) return afterLoss(chunk);
    queue.accepted(chunk);
    refusedInARow = 0;
    const absent = settleFrom(group, chunk.people, true);
    if (absent.length === 0) return;
    for (const person of settleFrom(await writer.read(), absent, true)) {
      settle(
        person,
        'unconfirmed',
        'The Hub accepted the request, but does not show this person in the group.',
      );
    }
  }

  async function afterLoss(chunk: Chunk): Promise<void> {
    log.info(`${name}: an answer of the Hub was lost; looking what became of the request.`);
    const { group, outOfTime } = await writer.lookAfterLoss();
    const left = settleFrom(group, chunk.people, true);
    if (outOfTime !== undefined && left.length > 0) throw outOfTime;
    const goOn = !writer.isDeaf();
    if (goOn && queue.lost(chunk, left)) return;
    for (const person of goOn ? left : [...left, ...queue.drain()]) {
      settle(person, 'unavailable', 'The Hub did not answer, and the person is not in the group.');
    }
  }

  async function afterRefusal(chunk: Chunk, error: HubError): Promise<void> {
    if (error.status === 413 && chunk.people.length > 1) return queue.tooLarge(chunk);
    if (chunk.people.length > 1 && !chunk.part) {
      const left = settleFrom(await writer.read(), chunk.people, false);
      if (left.length < chunk.people.length) return queue.again(left);
    }
    const person = queue.refused(chunk);
    if (person !== undefined) refused.set(person, error);
    refusedInARow += 1;
    if (refusedInARow === mostRefusedInARow(options.chunkSize)) await run.endIfDenied();
    if (person === undefined || somebody()) return;
    if (refused.size === REFUSED_BEFORE_ASKING) await run.endIfDenied();
    const members = [...refused.keys()].filter(({ listed }) => listed === true);
    if (members.length === REFUSED_BEFORE_GIVING_UP) await giveUpOn(members, error);
  }

  /** Service accounts may be added where members may not (hub-api.md, trap 7), so whoever is not listed is still tried. */
  async function giveUpOn(members: readonly WantedMember[], error: HubError): Promise<void> {
    const left = settleFrom(await writer.read(), members, false);
    if (left.length < members.length) return;
    problem = run.everybodyRefused(left.length, error);
    for (const person of [...left, ...queue.drain('known')]) {
      refused.delete(person);
      settle(person, 'not-attempted', problem.message);
    }
  }

  /** Names the cause of each refusal: from the group and the member listing first, from the Hub's words last. */
  async function explainRefused(): Promise<void> {
    if (refused.size === 0) return;
    const members: WantedMember[] = [];
    const left = settleFrom(await writer.read(), refused.keys(), false);
    if (left.length > 0 && !somebody()) await run.endIfDenied();
    for (const person of left) {
      const spelling = await listedAs(person);
      if (spelling === undefined) settle(person, 'not-in-organization', NOT_LISTED);
      else if (spelling === person.user || !(await addAs(person, spelling))) members.push(person);
    }
    for (const person of members) settle(person, 'refused', refused.get(person)?.message ?? '');
  }

  /** The username as the organization lists it; undefined where it does not. Where that cannot be found out, as it was sent. */
  async function listedAs(person: WantedMember): Promise<string | undefined> {
    if (person.listed !== undefined) return person.listed ? person.user : undefined;
    try {
      const { members, more } = await searchMembers(hub, org, person.user);
      const found = members.find(({ user }) => sameName(user) === sameName(person.user))?.user;
      return found ?? (more ? person.user : undefined);
    } catch (error) {
      refusalIn(error, run);
      return person.user;
    }
  }

  /** A Hub that minds the case of a username refuses another spelling than its own. */
  async function addAs(person: WantedMember, user: string): Promise<boolean> {
    const respelled = { ...person, user, listed: true };
    try {
      const group = (await writer.add([respelled])) ?? (await writer.read());
      if (settleFrom(group, [respelled], true).length > 0) return false;
    } catch (error) {
      refusalIn(error, run);
      return false;
    }
    const outcome = run.outcomes.get(respelled);
    if (outcome !== undefined) run.outcomes.set(person, outcome);
    return true;
  }

  const began = clock.now();
  for (let chunk = queue.next(); chunk !== undefined; chunk = queue.next()) {
    await send(chunk);
    const elapsedSeconds = (clock.now() - began) / 1000;
    log.info(
      progressLine(
        name,
        { done: run.outcomes.size + refused.size, total: people.length, elapsedSeconds },
        clock.date().getTime(),
      ),
    );
  }
  await explainRefused();
  return { somebody: somebody(), problem };
}
