import type { Add } from '../change.ts';

/*
 * How a chunk that fails is narrowed down to a person.
 *
 * The Hub adds all people of a request or none, so one person can make it refuse a whole chunk, and one at whom it fails can
 * make it lose every answer. The queue searches by group testing: a failed chunk is a suspect, of which a half is sent by
 * itself. If the half is accepted, the cause is in the other half, which becomes the suspect. If the half fails, it becomes
 * the suspect, and the other half is merely untested: all untested people are pooled and sent again as a plain chunk. So one
 * person among n costs about log2(n) requests, and everyone else is still added in chunks.
 *
 * Halving is worth it only while failures are rare. People are sent singly as long as no one was accepted, while most of
 * those who were tried alone failed, and after several of them in a row from chunks that failed. If no one was accepted, the
 * cause can also be the token or the group and no person at all, and the question is whether anyone can be added. It must not
 * depend on who stands next to whom: first the last chunk is sent, then people drawn from all who are left.
 */

/** People to be added in one request. */
export interface Chunk {
  readonly adds: readonly Add[];
  /** How often a request with these people was sent without learning its result. */
  readonly losses: number;
  /** Whether the cause of a failure is known to be in it: it failed with people who have been accepted since. */
  readonly isSuspect: boolean;
  /** Whether it was taken out of failed chunks, so that the group was read since the first refusal. */
  readonly isPart: boolean;
}

/** After this many lost answers a chunk is narrowed down: one of its people can be the cause. */
export const LOSSES_BEFORE_NARROWING = 3;

/** After this many people failed alone in a row, the next from chunks that failed are sent singly, too. */
const FAILED_BEFORE_SINGLY = 3;

/** How many people of a kind were accepted, and how many failed alone. */
export interface Tally {
  accepted: number;
  failed: number;
}

/** Maximum number of people per request, for all groups of a run: what is too large for one group is so for the next. */
export interface ChunkLimit {
  chunkSize: number;
}

/** What is still to be sent to one group. */
export interface ChunkQueue {
  /** The next chunk to send; undefined if all is done. */
  next(): Chunk | undefined;
  /** The chunk was accepted. */
  accepted(chunk: Chunk): void;
  /** The chunk was refused although none of its people is in the group. Returns the person, if it is only one. */
  refused(chunk: Chunk): Add | undefined;
  /**
   * The result of the chunk is unknown, and the group does not show `left`: they are sent again. Returns the person if it is
   * only one, who was sent often enough.
   */
  lost(chunk: Chunk, left: readonly Add[]): Add | undefined;
  /** The refusal of the chunk is explained by people who are in the group by now: the others are sent again. */
  again(adds: readonly Add[]): void;
  /** The chunk, of two people or more, was too large: from now on, chunks are at most half as large. */
  tooLarge(chunk: Chunk): void;
  /** Removes and returns all who are left; with `listed`, except those whom the member listing does not know. */
  drain(only?: 'listed'): Add[];
  /** Whether many chunks in a row failed, so that others are to be tried before these are narrowed down further. */
  probeOthers(): void;
  /** How many people are left. */
  left(): number;
  readonly listed: Readonly<Tally>;
  readonly unlisted: Readonly<Tally>;
}

/** How many of a kind count as accepted beforehand: a failure is rare among members, and likely among unlisted names. */
const PRIOR = { listed: 10, unlisted: -1 };

export function createChunkQueue(adds: readonly Add[], limit: ChunkLimit, random: () => number): ChunkQueue {
  const listingKnown = adds.some(({ member }) => member.listed === true);
  const isUnlisted = ({ member }: Add) => (listingKnown ? member.listed !== true : member.listed === false);
  const listed: Tally = { accepted: 0, failed: 0 };
  const unlisted: Tally = { accepted: 0, failed: 0 };
  const queue: Chunk[] = [];
  /** The rest of the chunk whose part was sent last. */
  let testing: { readonly part: Chunk; readonly rest: Chunk } | undefined;
  let untested: Add[] = [];
  /** Whether the last chunk was tried since people are sent singly. */
  let triedLast = false;
  let othersWanted = false;
  let failedInARow = 0;

  const plain = (some: readonly Add[], losses = 0): Chunk => ({
    adds: some,
    losses,
    isSuspect: false,
    isPart: false,
  });
  const tallyOf = ({ adds: [first] }: Chunk) =>
    first !== undefined && isUnlisted(first) ? unlisted : listed;
  const prior = (tally: Tally) => (tally === unlisted ? PRIOR.unlisted : PRIOR.listed);
  const mostlyFails = (tally: Tally) =>
    tally.failed > 0 && (tally.accepted === 0 || tally.accepted + prior(tally) < 2 * tally.failed);

  function enqueue(some: readonly Add[]): void {
    for (let from = 0; from < some.length; from += limit.chunkSize) {
      queue.push(plain(some.slice(from, from + limit.chunkSize)));
    }
  }

  /** Takes `part` out of a chunk to be sent by itself. */
  function split(chunk: Chunk, part: readonly Add[]): Chunk {
    const out = new Set(part);
    const rest = { ...chunk, adds: chunk.adds.filter((add) => !out.has(add)) };
    // A person who was drawn to find out whether anything works is not sent again and again.
    const losses = othersWanted ? LOSSES_BEFORE_NARROWING - 1 : chunk.losses;
    testing = { part: { ...plain(part, losses), isPart: true }, rest };
    return testing.part;
  }

  /** One person, drawn from all who are left of the kind of `head`, which is out of the queue already. */
  function drawOne(head: Chunk): Chunk {
    const sameKind = [head, ...queue.filter((chunk) => tallyOf(chunk) === tallyOf(head))];
    let drawn = Math.floor(random() * sameKind.reduce((sum, chunk) => sum + chunk.adds.length, 0));
    let from = head;
    for (const chunk of sameKind) {
      from = chunk;
      if (drawn < chunk.adds.length) break;
      drawn -= chunk.adds.length;
    }
    if (from !== head) {
      queue.splice(queue.indexOf(from), 1);
      queue.unshift(head);
    }
    return from.adds.length === 1 ? from : split(from, from.adds.slice(drawn, drawn + 1));
  }

  /** The last chunk of the kind of `head` that nothing is known of. */
  function lastPlain(head: Chunk): Chunk | undefined {
    const at = queue.findLastIndex((chunk) => !chunk.isSuspect && tallyOf(chunk) === tallyOf(head));
    const last = queue[at];
    if (last === undefined) return undefined;
    // It can have been queued before chunks had to become smaller.
    const earlier = last.adds.slice(0, -limit.chunkSize);
    queue.splice(at, 1, ...(earlier.length > 0 ? [{ ...last, adds: earlier }] : []));
    return { ...last, adds: last.adds.slice(-limit.chunkSize), isPart: true };
  }

  function failedAlone(chunk: Chunk): void {
    tallyOf(chunk).failed += 1;
    failedInARow += 1;
  }

  function stopTesting(chunk: Chunk): void {
    if (testing?.part === chunk) untested.push(...testing.rest.adds);
    testing = undefined;
  }

  enqueue(adds.filter((add) => !isUnlisted(add)));
  enqueue(adds.filter(isUnlisted));

  return {
    listed,
    unlisted,
    next() {
      if (queue[0]?.isSuspect !== true && untested.length > 0) {
        queue.unshift({ ...plain(untested), isPart: true });
        untested = [];
      }
      const chunk = queue.shift();
      if (chunk === undefined) return undefined;
      const tally = tallyOf(chunk);
      const noneAccepted = tally.accepted === 0 && (chunk.isSuspect || tally.failed > 0);
      if (noneAccepted || othersWanted) {
        const last = triedLast ? undefined : lastPlain(chunk);
        triedLast = true;
        if (last === undefined) return drawOne(chunk);
        queue.unshift(chunk);
        return last;
      }
      if (chunk.adds.length === 1) return chunk;
      if (mostlyFails(tally)) return drawOne(chunk);
      const hasFailed = chunk.isSuspect || chunk.isPart;
      if (hasFailed && failedInARow >= FAILED_BEFORE_SINGLY) return split(chunk, chunk.adds.slice(0, 1));
      if (chunk.isSuspect) {
        return split(chunk, chunk.adds.slice(0, Math.min(limit.chunkSize, Math.ceil(chunk.adds.length / 2))));
      }
      if (chunk.adds.length <= limit.chunkSize) return chunk;
      queue.unshift(plain(chunk.adds.slice(limit.chunkSize), chunk.losses));
      return plain(chunk.adds.slice(0, limit.chunkSize), chunk.losses);
    },
    accepted(chunk) {
      tallyOf(chunk).accepted += chunk.adds.length;
      triedLast = false;
      othersWanted = false;
      failedInARow = 0;
      if (testing?.part === chunk) queue.unshift(testing.rest);
      testing = undefined;
    },
    refused(chunk) {
      const [add] = chunk.adds;
      const alone = chunk.adds.length === 1 ? add : undefined;
      if (alone === undefined) queue.unshift({ ...chunk, isSuspect: true });
      else failedAlone(chunk);
      stopTesting(chunk);
      return alone;
    },
    lost(chunk, left) {
      const losses = chunk.losses + 1;
      const [add] = left;
      const isSpent = losses >= LOSSES_BEFORE_NARROWING;
      stopTesting(chunk);
      if (isSpent && add !== undefined && left.length === 1) {
        failedAlone(chunk);
        return add;
      }
      if (left.length > 0) {
        queue.unshift({ ...plain(left, isSpent ? LOSSES_BEFORE_NARROWING - 1 : losses), isSuspect: isSpent });
      }
      return undefined;
    },
    again(some) {
      if (testing !== undefined) untested.push(...testing.rest.adds);
      testing = undefined;
      // The listing can have been asked meanwhile: names that it does not know go last.
      const known = some.filter((add) => !isUnlisted(add));
      if (known.length > 0) queue.unshift(plain(known));
      enqueue(some.filter(isUnlisted));
    },
    tooLarge(chunk) {
      limit.chunkSize = Math.min(limit.chunkSize, Math.ceil(chunk.adds.length / 2));
      this.again(chunk.adds);
    },
    drain(only) {
      const left = [...queue.flatMap((chunk) => chunk.adds), ...untested, ...(testing?.rest.adds ?? [])];
      queue.length = 0;
      untested = [];
      testing = undefined;
      if (only === 'listed') enqueue(left.filter(isUnlisted));
      return only === 'listed' ? left.filter((add) => !isUnlisted(add)) : left;
    },
    probeOthers() {
      othersWanted = true;
    },
    left: () =>
      queue.reduce(
        (sum, chunk) => sum + chunk.adds.length,
        untested.length + (testing?.rest.adds.length ?? 0),
      ),
  };
}
