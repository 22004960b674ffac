import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Chunk, type ChunkQueue, createChunkQueue } from '../../../src/membership/apply/chunk-queue.ts';
import type { WantedMember } from '../../../src/membership/assignment.ts';
import { wantedMember, wantedPeople } from '../assignments.ts';

interface Drive {
  /** Sizes of the pieces, in the order sent. */
  readonly sizes: number[];
  readonly accepted: WantedMember[];
  readonly refused: WantedMember[];
  /** Requests of the whole run: two reads first, the posts, a look for each refused piece that is no part, a last look. */
  readonly requests: number;
}

/** The one place that knows how a queue is made. */
function queueOf(people: readonly WantedMember[], chunkSize: number, random = Math.random): ChunkQueue {
  return createChunkQueue(people, { chunkSize }, random);
}

/** Sends everything to a Hub that refuses each piece with somebody bad in it. */
function drive(
  people: readonly WantedMember[],
  chunkSize: number,
  bad: ReadonlySet<WantedMember>,
  random: () => number = () => 0.5,
): Drive {
  const queue = queueOf(people, chunkSize, random);
  const [sizes, accepted, refused]: [number[], WantedMember[], WantedMember[]] = [[], [], []];
  let looks = 0;
  for (let chunk = queue.next(); chunk !== undefined; chunk = queue.next()) {
    sizes.push(chunk.people.length);
    if (sizes.length > 10 * people.length + 10) throw new Error('no end in sight');
    if (chunk.people.some((person) => bad.has(person))) {
      if (chunk.people.length > 1 && !chunk.part) looks += 1;
      refused.push(...[queue.refused(chunk) ?? []].flat());
    } else {
      accepted.push(...chunk.people);
      queue.accepted(chunk);
    }
  }
  expect(queue.drain()).toEqual([]);
  return { sizes, accepted, refused, requests: 2 + sizes.length + looks + (refused.length > 0 ? 1 : 0) };
}

function names(people: readonly WantedMember[]): string[] {
  return people.map(({ user }) => user).toSorted();
}

/** What `Math.random` might say: these, over and over. */
function cycle(values: readonly number[]): () => number {
  let turn = 0;
  return () => values[turn++ % values.length] ?? 0;
}

const listed = fc.constantFrom(true, false, undefined);
/** People, some of them bad, and a size of chunks. */
const cases = fc.record({
  people: fc.array(fc.record({ listed, bad: fc.boolean() }), { minLength: 1, maxLength: 120 }).map((all) =>
    all.map(({ listed: known, bad }, index) => ({
      bad,
      member: wantedMember(`u${index}`, { listed: known }),
    })),
  ),
  /** Only so many of a hundred of the bad ones are bad. */
  share: fc.constantFrom(0, 5, 30, 100),
  chunkSize: fc.integer({ min: 1, max: 60 }),
  random: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 9 }).map(cycle),
});

describe('whoever is bad', () => {
  test('everybody good is accepted, everybody bad is refused alone, and the requests are bounded', () => {
    fc.assert(
      fc.property(cases, ({ people, share, chunkSize, random }) => {
        const members = people.map(({ member }) => member);
        const isBad = ({ bad }: { bad: boolean }, index: number) => bad && (index * 37) % 100 < share;
        const bad = people.filter(isBad).map(({ member }) => member);
        const { accepted, refused, sizes } = drive(members, chunkSize, new Set(bad), random);
        expect(names(refused)).toEqual(names(bad));
        expect(names(accepted)).toEqual(names(members.filter((member) => !bad.includes(member))));
        expect(Math.max(...sizes)).toBeLessThanOrEqual(chunkSize);
        expect(sizes.length).toBeLessThanOrEqual(3 * members.length + 1);
      }),
      { numRuns: 2_000 },
    );
  });

  test('nobody bad costs no more than the chunks', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 100 }), listed, (count, chunkSize, known) => {
        const { sizes } = drive(wantedPeople(count, known), chunkSize, new Set());
        expect(sizes.length).toBe(Math.ceil(count / chunkSize));
      }),
    );
  });

  test.each([true, undefined, false])('one in fifty costs at most 18 requests (listed: %s)', (known) => {
    const people = wantedPeople(50, known);
    for (const person of people) {
      expect(drive(people, 50, new Set([person]), Math.random).requests).toBeLessThanOrEqual(18);
    }
  });

  test.each([true, undefined, false])(
    'five in two hundred cost at most 70 requests (listed: %s)',
    (known) => {
      const people = wantedPeople(200, known);
      const places = fc.uniqueArray(fc.nat(199), { minLength: 5, maxLength: 5 });
      fc.assert(
        fc.property(places, (five) => {
          const bad = new Set(people.filter((_, index) => five.includes(index)));
          expect(drive(people, 50, bad, Math.random).requests).toBeLessThanOrEqual(70);
        }),
        { numRuns: 3_000 },
      );
    },
  );

  test('everybody costs one request each, and one for each chunk that was tried first', () => {
    for (const known of [true, false]) {
      expect(drive(wantedPeople(200, known), 50, new Set()).sizes).toEqual([50, 50, 50, 50]);
      const people = wantedPeople(200, known);
      expect(drive(people, 50, new Set(people)).sizes.length).toBeLessThanOrEqual(200 + 4);
    }
  });
});

describe('people whom the listing does not know', () => {
  test('go last, and in pieces of their own', () => {
    const mixed = Array.from({ length: 30 }, (_, index) =>
      wantedMember(`u${index}`, { listed: index % 3 > 0 }),
    );
    const queue = queueOf(mixed, 50);
    const pieces: Chunk[] = [];
    for (let chunk = queue.next(); chunk !== undefined; chunk = queue.next()) {
      pieces.push(chunk);
      queue.accepted(chunk);
    }
    expect(pieces.map(({ people }) => new Set(people.map((person) => person.listed)))).toEqual([
      new Set([true]),
      new Set([false]),
    ]);
  });

  test('are counted apart, also where a page of the listing is missing', () => {
    const people = [wantedMember('a'), wantedMember('b', { listed: undefined })];
    const queue = queueOf(people, 50);
    for (let chunk = queue.next(); chunk !== undefined; chunk = queue.next()) {
      if (chunk.people[0]?.user === 'a') queue.accepted(chunk);
      else queue.refused(chunk);
    }
    expect([queue.known, queue.unlisted]).toEqual([
      { good: 1, bad: 0 },
      { good: 0, bad: 1 },
    ]);
  });

  test('are left when the others are given up', () => {
    const people = [...wantedPeople(10), ...wantedPeople(10, false)];
    const queue = queueOf(people, 4);
    queue.next();
    expect(queue.drain('known')).toHaveLength(6);
    expect(queue.next()?.people.every((person) => person.listed === false)).toBe(true);
  });
});

describe('whatever is lost, too large, or in the group already', () => {
  type Fate = 'fine' | 'lost' | 'applied and lost' | 'too large' | 'some are in';
  const fates = fc.array(
    fc.constantFrom<Fate>('fine', 'fine', 'fine', 'lost', 'applied and lost', 'too large', 'some are in'),
    { maxLength: 60 },
  );

  test('everybody is settled once, and no piece is larger than told', () => {
    fc.assert(
      fc.property(cases, fates, ({ people, share, chunkSize, random }, queued) => {
        const members = people.map(({ member }) => member);
        const bad = new Set(members.filter((_, index) => people[index]?.bad && (index * 37) % 100 < share));
        const queue = queueOf(members, chunkSize, random);
        const settled: WantedMember[] = [];
        const fate = [...queued];
        let largest = chunkSize;
        let steps = 0;
        for (let chunk = queue.next(); chunk !== undefined; chunk = queue.next()) {
          steps += 1;
          expect(steps).toBeLessThan(2_000);
          expect(chunk.people.length).toBeLessThanOrEqual(largest);
          const isBad = chunk.people.some((person) => bad.has(person));
          const next = fate.shift() ?? 'fine';
          if (next === 'lost') {
            if (!queue.lost(chunk, chunk.people)) settled.push(...chunk.people);
          } else if (next === 'applied and lost' && !isBad) {
            settled.push(...chunk.people);
            expect(queue.lost(chunk, [])).toBe(true);
          } else if (next === 'too large' && chunk.people.length > 1) {
            largest = Math.ceil(chunk.people.length / 2);
            queue.tooLarge(chunk);
          } else if (next === 'some are in' && chunk.people.length > 1) {
            settled.push(...chunk.people.slice(0, 1));
            queue.again(chunk.people.slice(1));
          } else if (isBad) {
            settled.push(...[queue.refused(chunk) ?? []].flat());
          } else {
            settled.push(...chunk.people);
            queue.accepted(chunk);
          }
        }
        expect(names(settled)).toEqual(names(members));
      }),
      { numRuns: 2_000 },
    );
  });

  test('a piece that is lost again and again is halved down to the person, who is given up', () => {
    const [poison, ...others] = wantedPeople(16);
    const queue = queueOf([...others, poison as WantedMember], 16);
    const [accepted, givenUp]: [WantedMember[], WantedMember[]] = [[], []];
    let sent = 0;
    for (let chunk = queue.next(); chunk !== undefined; chunk = queue.next()) {
      sent += 1;
      if (!chunk.people.includes(poison as WantedMember)) {
        accepted.push(...chunk.people);
        queue.accepted(chunk);
      } else if (!queue.lost(chunk, chunk.people)) givenUp.push(...chunk.people);
    }
    expect(givenUp).toEqual([poison]);
    expect(names(accepted)).toEqual(names(others));
    expect(sent).toBeLessThanOrEqual(3 + 2 * 4);
  });
});
