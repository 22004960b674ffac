import { HubError, RunError } from '../errors.ts';
import type { HubClient } from '../hub/client.ts';
import { searchMembers } from '../hub/endpoints.ts';
import type { Group } from '../hub/shapes.ts';
import type { Code, Outcome } from '../report/outcome.ts';
import { type Chunk, createChunkQueue } from './chunks.ts';
import { createGroupWriter } from './group-writer.ts';
import { decide, type GroupWork, NOT_LISTED, type PlanOptions } from './plan.ts';
import type { Refusal, RefusalExplainer } from './refusal.ts';
import { outcomeOf, rolesIn, sameName, type WantedMember } from './wanted.ts';

/** So many members of the organization refused one by one and nobody accepted: then it is worth asking what the token may do, … */
const REFUSED_BEFORE_ASKING = 2;
/** … and so many: then it is the group, not they. */
const REFUSED_BEFORE_GIVING_UP = 4;
/** So many writes in a row of which nothing is known: then the group cannot be written to. */
const LOST_BEFORE_GIVING_UP = 12;
/** Most times that one change of a role is sent. */
const UPDATE_ATTEMPTS = 3;

export interface ApplyContext {
  readonly hub: HubClient;
  readonly org: string;
  readonly options: PlanOptions & { readonly chunkSize: number };
  readonly refusals: RefusalExplainer;
  /** Aborted when the run is cancelled. */
  readonly stop: AbortSignal;
  readonly log: { readonly info: (line: string) => void };
  /** What ended the whole run; every group looks here before it writes. */
  readonly run: { ended?: RunError | HubError };
}

export interface Applied {
  readonly outcomes: ReadonlyMap<WantedMember, Outcome>;
  /** Why the group could not be finished, where that is nobody's in particular. */
  readonly problem: RunError | HubError | undefined;
}

/**
 * Does the work in one group, one write at a time. Gives back what became of everybody, whatever happens:
 * it throws for no refusal, no fault and no cancellation.
 */
export async function applyToGroup(work: GroupWork, context: ApplyContext): Promise<Applied> {
  const { hub, org, options, refusals, stop, log, run } = context;
  const { id, name } = work.group;
  const writer = createGroupWriter({ hub, org, groupId: id, stop, run });
  const queue = createChunkQueue(work.add, options.chunkSize);
  const updates = [...work.update];
  const outcomes = new Map<WantedMember, Outcome>();
  const refused = new Map<WantedMember, HubError>();
  const changed = { good: 0, bad: 0 };
  let problem: RunError | HubError | undefined;

  const settle = (person: WantedMember, code: Code, message: string) =>
    outcomes.set(person, outcomeOf(person, code, message));

  /** Settles those whom the group shows and gives back the others. `ours`: a write of this run may have put them there. */
  function settleFrom(group: Group, people: Iterable<WantedMember>, ours: boolean): WantedMember[] {
    const everybody = [...people];
    const roles = rolesIn(group, everybody);
    return everybody.filter((person) => {
      const role = roles.get(sameName(person.user));
      const step = decide(person, role, options);
      if (step === 'add') return true;
      if (role === person.role && (ours || writer.wasSent(person)))
        settle(person, 'added', `Added as ${role}.`);
      else if (step === 'update') updates.push(person);
      else outcomes.set(person, step);
      return false;
    });
  }

  async function addChunk(chunk: Chunk): Promise<void> {
    const { people } = chunk;
    let group: Group | undefined;
    try {
      group = await writer.add(people);
    } catch (error) {
      if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
      return afterRefusal(chunk, error);
    }
    if (group === undefined) return afterLoss(chunk);
    queue.accepted(chunk);
    const absent = settleFrom(group, people, true);
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
    if (!stop.aborted) await hub.backOff(writer.lostInARow());
    const left = settleFrom(await writer.read(), chunk.people, true);
    if (writer.lostInARow() < LOST_BEFORE_GIVING_UP && queue.lost(chunk, left)) return;
    const givenUp = writer.lostInARow() < LOST_BEFORE_GIVING_UP ? left : [...left, ...queue.drain()];
    for (const person of givenUp) {
      settle(person, 'unavailable', 'The Hub did not answer, and the person is not in the group.');
    }
  }

  async function afterRefusal(chunk: Chunk, error: HubError): Promise<void> {
    endIf(refusals.ofStatus(error));
    const { people } = chunk;
    if (error.status === 413 && people.length > 1) return queue.tooLarge(chunk);
    if (people.length > 1 && !chunk.part) {
      const left = settleFrom(await writer.read(), people, false);
      if (left.length < people.length) return queue.again(left);
    }
    const person = queue.refused(chunk);
    if (person === undefined) return;
    refused.set(person, error);
    const { good, bad } = queue.known;
    if (good + queue.unlisted.good > 0) return;
    if (bad === REFUSED_BEFORE_ASKING) endIf(await refusals.ofAccess(work.group));
    if (bad === REFUSED_BEFORE_GIVING_UP) await giveUpOnMembers(error);
  }

  /** Service accounts may be added where members may not (hub-api.md, trap 7): they are still tried. */
  async function giveUpOnMembers(error: HubError): Promise<void> {
    const left = settleFrom(await writer.read(), refused.keys(), false);
    if (left.length < refused.size) return;
    problem = everybodyRefused(left.length, error);
    refused.clear();
    for (const person of [...left, ...queue.drain('known')]) settle(person, 'not-attempted', problem.message);
  }

  function everybodyRefused(people: number, error: HubError): RunError {
    return new RunError(
      `The Hub refused each of the ${people} members of the organization who were tried one by one in "${name}". ${error.message}`,
      'If your identity provider manages the group (SCIM), change its members there; otherwise ask an administrator of the organization.',
      { cause: error },
    );
  }

  function endIf(refusal: Refusal | undefined): void {
    if (refusal === undefined) return;
    if (refusal.scope === 'run') run.ended ??= refusal.error;
    throw refusal.error;
  }

  /** Names the cause of each refusal: from the group and the member listing first, from the Hub's words last. */
  async function explainRefused(): Promise<void> {
    if (refused.size === 0) return;
    const members: WantedMember[] = [];
    for (const person of settleFrom(await writer.read(), refused.keys(), false)) {
      const spelling = await listedAs(person);
      if (spelling === undefined) settle(person, 'not-in-organization', NOT_LISTED);
      else if (spelling === person.user || !(await addAs(person, spelling))) members.push(person);
    }
    if (members.length > 0 && queue.known.good + queue.unlisted.good === 0) {
      endIf(await refusals.ofAccess(work.group));
    }
    for (const person of members) settle(person, 'refused', refused.get(person)?.message ?? '');
  }

  /** The username as the organization lists it; undefined where it does not. Where that cannot be found out, as it was sent. */
  async function listedAs(person: WantedMember): Promise<string | undefined> {
    if (person.listed !== undefined) return person.listed ? person.user : undefined;
    try {
      const { members } = await searchMembers(hub, org, person.user);
      return members.find(({ user }) => sameName(user) === sameName(person.user))?.user;
    } catch (error) {
      if (error instanceof HubError && error.kind === 'refused') return person.user;
      throw error;
    }
  }

  /** A Hub that minds the case of a username refuses another spelling than its own. */
  async function addAs(person: WantedMember, user: string): Promise<boolean> {
    const respelled = { ...person, user, listed: true };
    try {
      const group = (await writer.add([respelled])) ?? (await writer.read());
      if (settleFrom(group, [respelled], true).length > 0) return false;
    } catch (error) {
      if (error instanceof HubError && error.kind === 'refused') return false;
      throw error;
    }
    const outcome = outcomes.get(respelled);
    if (outcome !== undefined) outcomes.set(person, outcome);
    return true;
  }

  async function update(person: WantedMember): Promise<void> {
    for (let attempt = 1; attempt <= UPDATE_ATTEMPTS; attempt += 1) {
      let group: Group | undefined;
      try {
        group = await writer.changeRole(person);
      } catch (error) {
        if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
        return afterRefusedUpdate(person, error);
      }
      if (group === undefined && !stop.aborted) await hub.backOff(attempt);
      const role = rolesIn(group ?? (await writer.read()), [person]).get(sameName(person.user));
      if (role === person.role) {
        changed.good += 1;
        return void settle(person, 'role-updated', `Changed to ${role}.`);
      }
      if (group !== undefined) {
        return void settle(person, 'unconfirmed', 'The Hub accepted the change, but does not show it.');
      }
    }
    settle(person, 'unavailable', 'The Hub did not answer, and the role is as it was.');
  }

  async function afterRefusedUpdate(person: WantedMember, error: HubError): Promise<void> {
    endIf(refusals.ofStatus(error));
    changed.bad += 1;
    if (changed.good + queue.known.good + queue.unlisted.good === 0) {
      endIf(await refusals.ofAccess(work.group));
      if (changed.bad === REFUSED_BEFORE_GIVING_UP) throw everybodyRefused(changed.bad, error);
    }
    settle(person, 'refused', error.message);
  }

  /** Everybody who was not dealt with, by what ended the work. */
  function settleRest(problem: RunError | HubError): void {
    const kind = problem instanceof HubError ? problem.kind : undefined;
    const code: Code = stop.aborted
      ? 'cancelled'
      : kind === 'rate-limited' || kind === 'unavailable'
        ? kind
        : 'not-attempted';
    for (const person of [...work.add, ...updates]) {
      if (outcomes.has(person)) continue;
      if (writer.isInDoubt(person)) {
        settle(person, 'unconfirmed', 'The request was sent, but nobody could find out what became of it.');
      } else {
        settle(person, code, code === 'cancelled' ? 'The run was cancelled before.' : problem.message);
      }
    }
  }

  try {
    for (let chunk = queue.next(); chunk !== undefined; chunk = queue.next()) {
      await addChunk(chunk);
      if (work.add.length > options.chunkSize)
        log.info(`${name}: ${outcomes.size} of ${work.add.length} done.`);
    }
    await explainRefused();
    for (const person of updates) await update(person);
    return { outcomes, problem };
  } catch (error) {
    const down = error instanceof HubError && (error.kind === 'unavailable' || error.kind === 'rate-limited');
    if (down) run.ended ??= error;
    problem = refusals.ofGroup(error, work.group);
    settleRest(problem);
    return { outcomes, problem };
  }
}
