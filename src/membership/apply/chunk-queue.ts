import type { WantedMember } from '../assignment.ts';

/** People to be added in one request. */
export interface Chunk {
  readonly people: readonly WantedMember[];
  /** How often a request with these people was sent without learning what became of it. */
  readonly losses: number;
  /** Whether somebody in it is known to be refused: it was refused with people who have been accepted since. */
  readonly suspect: boolean;
  /** Whether it is a part of a refused piece, so that the group was read since somebody was first refused. */
  readonly part: boolean;
}

/** After this many lost answers a chunk is sent in halves: perhaps it is one person whom the Hub cannot bear. */
export const LOSSES_BEFORE_HALVING = 3;

/** How many of a kind were accepted and how many refused alone. */
export interface Tally {
  good: number;
  bad: number;
}

/**
 * What is still to be sent to one group, in which pieces; it decides how a refusal is narrowed down to the person.
 * People whom the listing does not know go last and apart, since they are the likely cause of a refusal (hub-api.md, trap 7).
 */
export interface ChunkQueue {
  /** The next piece to send; undefined when all is done. */
  next(): Chunk | undefined;
  /** The piece was added: `people` counts as accepted. */
  accepted(chunk: Chunk): void;
  /** The piece was refused, though none of its people is in the group. Gives back the person, where it is only one. */
  refused(chunk: Chunk): WantedMember | undefined;
  /** What became of the piece is unknown, and the group does not show `people`: they are sent again. False: no more. */
  lost(chunk: Chunk, people: readonly WantedMember[]): boolean;
  /** The piece was refused, but that is explained by people who are in the group by now: the others are sent again. */
  again(people: readonly WantedMember[]): void;
  /** The piece, of two people or more, was too large: from now on, pieces are at most half as large. */
  tooLarge(chunk: Chunk): void;
  /** Takes out everybody who was not dealt with, and gives them back; with `known`, except those whom the listing does not know. */
  drain(only?: 'known'): WantedMember[];
  /** How many were accepted and how many refused alone, apart from those whom the listing does not know. */
  readonly known: Readonly<Tally>;
  readonly unlisted: Readonly<Tally>;
}

/** A refusal is believed to be rare among members of the organization, and likely among people who are in no listing. */
const PRIOR = { known: 10, unlisted: -1 };

/** Most people in one request, for all groups of a run: what is too large for one group is so for the next. */
export interface ChunkLimit {
  chunkSize: number;
}

export function createChunkQueue(
  people: readonly WantedMember[],
  limit: ChunkLimit,
  random: () => number,
): ChunkQueue {
  const listingKnown = people.some(({ listed }) => listed === true);
  const isUnlisted = ({ listed }: WantedMember) => (listingKnown ? listed !== true : listed === false);
  const known: Tally = { good: 0, bad: 0 };
  const unlisted: Tally = { good: 0, bad: 0 };
  const queue: Chunk[] = [];
  /** The piece being narrowed down: its tested part is out, `other` is what it was taken from. */
  let testing: { readonly part: Chunk; readonly other: Chunk } | undefined;
  let untested: WantedMember[] = [];

  const plain = (members: readonly WantedMember[], losses = 0): Chunk => ({
    people: members,
    losses,
    suspect: false,
    part: false,
  });
  const tallyOf = (chunk: Chunk) =>
    chunk.people[0] !== undefined && isUnlisted(chunk.people[0]) ? unlisted : known;
  const prior = (tally: Tally) => (tally === unlisted ? PRIOR.unlisted : PRIOR.known);
  const mostlyBad = (tally: Tally) =>
    tally.bad > 0 && (tally.good === 0 || tally.good + prior(tally) < 2 * tally.bad);

  function enqueue(members: readonly WantedMember[]): void {
    const size = limit.chunkSize;
    for (let from = 0; from < members.length; from += size)
      queue.push(plain(members.slice(from, from + size)));
  }

  /**
   * Takes a part out of a chunk to be sent by itself: a half, or a single person where nobody was accepted yet.
   * Which person is left to chance: bad ones that stand together must not be all that is tried.
   */
  function take(chunk: Chunk): Chunk {
    const tally = tallyOf(chunk);
    const single = tally.good === 0 || mostlyBad(tally);
    const drawn = Math.floor(random() * chunk.people.length);
    const part = single
      ? chunk.people.slice(drawn, drawn + 1)
      : chunk.people.slice(0, Math.ceil(chunk.people.length / 2));
    const out = new Set(part);
    const other = { ...chunk, people: chunk.people.filter((person) => !out.has(person)) };
    testing = { part: { ...plain(part, chunk.losses), part: true }, other };
    return testing.part;
  }

  enqueue(people.filter((person) => !isUnlisted(person)));
  enqueue(people.filter(isUnlisted));

  return {
    known,
    unlisted,
    next() {
      if (queue[0]?.suspect !== true && untested.length > 0) {
        queue.unshift(plain(untested));
        untested = [];
      }
      const chunk = queue.shift();
      if (chunk === undefined || chunk.people.length === 1) return chunk;
      if (chunk.suspect || mostlyBad(tallyOf(chunk))) return take(chunk);
      const size = limit.chunkSize;
      if (chunk.people.length <= size) return chunk;
      queue.unshift(plain(chunk.people.slice(size), chunk.losses));
      return plain(chunk.people.slice(0, size), chunk.losses);
    },
    accepted(chunk) {
      tallyOf(chunk).good += chunk.people.length;
      if (testing?.part === chunk) queue.unshift(testing.other);
      testing = undefined;
    },
    refused(chunk) {
      const [person] = chunk.people;
      const alone = chunk.people.length === 1 ? person : undefined;
      if (alone !== undefined) tallyOf(chunk).bad += 1;
      else queue.unshift({ ...chunk, suspect: true });
      if (testing?.part === chunk) untested.push(...testing.other.people);
      testing = undefined;
      return alone;
    },
    lost(chunk, members) {
      if (testing?.part === chunk) untested.push(...testing.other.people);
      testing = undefined;
      const losses = chunk.losses + 1;
      const spent = losses >= LOSSES_BEFORE_HALVING;
      if (spent && members.length === 1) return false;
      if (!spent) {
        if (members.length > 0) queue.unshift(plain(members, losses));
        return true;
      }
      const middle = Math.ceil(members.length / 2);
      const halves = [members.slice(0, middle), members.slice(middle)].filter((half) => half.length > 0);
      queue.unshift(...halves.map((half) => plain(half, LOSSES_BEFORE_HALVING - 1)));
      return true;
    },
    again(members) {
      if (testing !== undefined) untested.push(...testing.other.people);
      testing = undefined;
      if (members.length > 0) queue.unshift(plain(members));
    },
    tooLarge(chunk) {
      limit.chunkSize = Math.min(limit.chunkSize, Math.ceil(chunk.people.length / 2));
      this.again(chunk.people);
    },
    drain(only) {
      const left = [...queue.flatMap((chunk) => chunk.people), ...untested, ...(testing?.other.people ?? [])];
      queue.length = 0;
      untested = [];
      testing = undefined;
      if (only === 'known') enqueue(left.filter(isUnlisted));
      return only === 'known' ? left.filter((person) => !isUnlisted(person)) : left;
    },
  };
}
