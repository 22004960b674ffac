import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Chunk, type ChunkQueue, createChunkQueue } from '../../../src/membership/apply/chunk-queue.ts';
import type { Add } from '../../../src/membership/change.ts';
import { randomFrom } from '../../support/random.ts';
import { addOf, addsOf } from '../assignments.ts';

interface Drive {
  /** Sizes of the chunks, in the order sent. */
  readonly sizes: number[];
  readonly accepted: Add[];
  readonly refused: Add[];
  /** Requests of the whole run: two reads first, the POSTs, a read for each refused chunk that is no part, a last read. */
  readonly requests: number;
}

/** The one line that knows how a queue is made. */
function queueOf(adds: readonly Add[], chunkSize: number, random = Math.random): ChunkQueue {
  return createChunkQueue(adds, { chunkSize }, random);
}

/** Sends everything to a Hub that refuses each chunk with a bad person in it. */
function drive(
  adds: readonly Add[],
  chunkSize: number,
  bad: ReadonlySet<Add>,
  random: () => number = () => 0.5,
): Drive {
  const queue = queueOf(adds, chunkSize, random);
  const [sizes, accepted, refused]: [number[], Add[], Add[]] = [[], [], []];
  let reads = 0;
  for (let chunk = queue.next(); chunk !== undefined; chunk = queue.next()) {
    sizes.push(chunk.adds.length);
    if (sizes.length > 10 * adds.length + 10) throw new Error('the queue does not end');
    if (chunk.adds.some((add) => bad.has(add))) {
      if (chunk.adds.length > 1 && !chunk.isPart) reads += 1;
      const alone = queue.refused(chunk);
      if (alone !== undefined) refused.push(alone);
    } else {
      accepted.push(...chunk.adds);
      queue.accepted(chunk);
    }
  }
  expect(queue.drain()).toEqual([]);
  expect(queue.left()).toBe(0);
  return { sizes, accepted, refused, requests: 2 + sizes.length + reads + (refused.length > 0 ? 1 : 0) };
}

function names(adds: readonly Add[]): string[] {
  return adds.map(({ member }) => member.user).toSorted();
}

/** What `Math.random` can return: these, over and over. */
function cycle(values: readonly number[]): () => number {
  let turn = 0;
  return () => values[turn++ % values.length] ?? 0;
}

const listed = fc.constantFrom(true, false, undefined);
const random = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 9 });
/** People, some of them bad, and a chunk size. */
const cases = fc.record({
  people: fc.array(fc.record({ listed, bad: fc.boolean() }), { minLength: 1, maxLength: 120 }).map((all) =>
    all.map(({ listed: known, bad }, index) => ({
      bad,
      add: addOf(`u${index}`, { listed: known }, index),
    })),
  ),
  /** Of the bad people, only so many percent are bad. */
  share: fc.constantFrom(0, 5, 30, 100),
  chunkSize: fc.integer({ min: 1, max: 60 }),
  random: random.map(cycle),
});

function badIn({ people, share }: { people: readonly { bad: boolean; add: Add }[]; share: number }): Add[] {
  return people.filter(({ bad }, index) => bad && (index * 37) % 100 < share).map(({ add }) => add);
}

describe('any set of refused people', () => {
  test('everyone good is accepted, everyone bad is refused alone, and the requests are bounded', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const adds = one.people.map(({ add }) => add);
        const bad = badIn(one);
        const { accepted, refused, sizes } = drive(adds, one.chunkSize, new Set(bad), one.random);
        expect(names(refused)).toEqual(names(bad));
        expect(names(accepted)).toEqual(names(adds.filter((add) => !bad.includes(add))));
        expect(Math.max(...sizes)).toBeLessThanOrEqual(one.chunkSize);
        expect(sizes.length).toBeLessThanOrEqual(3 * adds.length + 1);
      }),
      { numRuns: 2_000 },
    );
  });

  test('without a bad person, there are as many requests as chunks', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 100 }), listed, (count, chunkSize, known) => {
        const { sizes } = drive(addsOf(count, { listed: known }), chunkSize, new Set());
        expect(sizes.length).toBe(Math.ceil(count / chunkSize));
      }),
    );
  });

  test.each([true, undefined, false])('one in fifty costs at most 18 requests (listed: %s)', (known) => {
    const adds = addsOf(50, { listed: known });
    for (const add of adds) {
      expect(drive(adds, 50, new Set([add]), Math.random).requests).toBeLessThanOrEqual(18);
    }
  });

  test.each([true, undefined, false])(
    'five in two hundred cost at most 70 requests (listed: %s)',
    (known) => {
      const adds = addsOf(200, { listed: known });
      const positions = fc.uniqueArray(fc.nat(199), { minLength: 5, maxLength: 5 });
      fc.assert(
        fc.property(positions, (five) => {
          const bad = new Set(adds.filter((_, index) => five.includes(index)));
          expect(drive(adds, 50, bad, Math.random).requests).toBeLessThanOrEqual(70);
        }),
        { numRuns: 3_000 },
      );
    },
  );

  test('bad people who stand together cost about one request each, wherever they stand', () => {
    for (const known of [true, undefined, false]) {
      for (const [first, count] of [
        [0, 50],
        [50, 50],
        [150, 50],
        [20, 60],
        [3, 10],
      ] as const) {
        const adds = addsOf(200, { listed: known });
        const bad = new Set(adds.slice(first, first + count));
        expect(drive(adds, 50, bad, randomFrom(first)).requests).toBeLessThanOrEqual(count + 60);
      }
    }
  });

  test('if everyone is bad, there is one request per person and one per chunk that was tried first', () => {
    for (const known of [true, false]) {
      expect(drive(addsOf(200, { listed: known }), 50, new Set()).sizes).toEqual([50, 50, 50, 50]);
      const adds = addsOf(200, { listed: known });
      expect(drive(adds, 50, new Set(adds)).sizes.length).toBeLessThanOrEqual(200 + 4);
    }
  });
});

describe('which people are tried before a group is given up', () => {
  /** The people who were sent alone and refused, and the sizes sent, until someone is accepted. */
  function untilAccepted(adds: readonly Add[], chunkSize: number, bad: ReadonlySet<Add>) {
    const queue = queueOf(adds, chunkSize, () => 0.5);
    const alone: Add[] = [];
    for (let chunk = queue.next(); chunk !== undefined; chunk = queue.next()) {
      if (!chunk.adds.some((add) => bad.has(add))) return alone;
      alone.push(...(queue.refused(chunk) ? chunk.adds : []));
    }
    return alone;
  }

  test('after a first chunk of bad people, the last chunk is tried before any of them is tried alone', () => {
    const adds = addsOf(200);
    expect(untilAccepted(adds, 50, new Set(adds.slice(0, 50)))).toEqual([]);
  });

  test('after bad people at the head with a chunk size of one, the last person is tried next', () => {
    const adds = addsOf(30);
    expect(untilAccepted(adds, 1, new Set(adds.slice(0, 12)))).toHaveLength(1);
  });

  test('people are drawn from all who are left, if the first and the last chunk are refused', () => {
    const adds = addsOf(90);
    const bad = new Set([...adds.slice(0, 3), ...adds.slice(-3)]);
    expect(untilAccepted(adds, 3, bad)).toEqual([]);
    expect(untilAccepted(adds, 1, bad).length).toBeLessThanOrEqual(2);
  });
});

describe('people whom the listing does not know', () => {
  test('come last, in chunks of their own', () => {
    const mixed = Array.from({ length: 30 }, (_, index) => addOf(`u${index}`, { listed: index % 3 > 0 }));
    const queue = queueOf(mixed, 50);
    const chunks: Chunk[] = [];
    for (let chunk = queue.next(); chunk !== undefined; chunk = queue.next()) {
      chunks.push(chunk);
      queue.accepted(chunk);
    }
    expect(chunks.map(({ adds }) => new Set(adds.map(({ member }) => member.listed)))).toEqual([
      new Set([true]),
      new Set([false]),
    ]);
  });

  test('are counted apart, also if a page of the listing is missing', () => {
    const adds = [addOf('a'), addOf('b', { listed: undefined })];
    const queue = queueOf(adds, 50);
    for (let chunk = queue.next(); chunk !== undefined; chunk = queue.next()) {
      if (chunk.adds[0]?.member.user === 'a') queue.accepted(chunk);
      else queue.refused(chunk);
    }
    expect([queue.listed, queue.unlisted]).toEqual([
      { accepted: 1, failed: 0 },
      { accepted: 0, failed: 1 },
    ]);
  });

  test('are left when the others are given up', () => {
    const queue = queueOf([...addsOf(10), ...addsOf(10, { listed: false })], 4);
    queue.next();
    expect(queue.drain('listed')).toHaveLength(6);
    expect(queue.left()).toBe(10);
    expect(queue.next()?.adds.every(({ member }) => member.listed === false)).toBe(true);
  });
});

describe('chunks that are lost, too large, or explained by people who are in the group', () => {
  type Fate = 'fine' | 'lost' | 'applied and lost' | 'too large' | 'some are in' | 'lost, others probed';
  const fates = fc.array(
    fc.constantFrom<Fate>(
      ...(['fine', 'fine', 'fine', 'lost', 'applied and lost', 'too large', 'some are in'] as const),
      'lost, others probed',
    ),
    { maxLength: 60 },
  );

  test('everyone is recorded once, and no chunk is larger than allowed', () => {
    fc.assert(
      fc.property(cases, fates, (one, queued) => {
        const adds = one.people.map(({ add }) => add);
        const bad = new Set(badIn(one));
        const queue = queueOf(adds, one.chunkSize, one.random);
        const recorded: Add[] = [];
        const fate = [...queued];
        let largest = one.chunkSize;
        let steps = 0;
        for (let chunk = queue.next(); chunk !== undefined; chunk = queue.next()) {
          steps += 1;
          expect(steps).toBeLessThan(2_000);
          expect(chunk.adds.length).toBeLessThanOrEqual(largest);
          expect(queue.left() + chunk.adds.length + recorded.length).toBe(adds.length);
          const isBad = chunk.adds.some((add) => bad.has(add));
          const next = fate.shift() ?? 'fine';
          if (next.startsWith('lost')) {
            const failed = queue.lost(chunk, chunk.adds);
            if (failed !== undefined) recorded.push(failed);
            if (next !== 'lost') queue.probeOthers();
          } else if (next === 'applied and lost' && !isBad) {
            recorded.push(...chunk.adds);
            expect(queue.lost(chunk, [])).toBeUndefined();
          } else if (next === 'too large' && chunk.adds.length > 1) {
            largest = Math.min(largest, Math.ceil(chunk.adds.length / 2));
            queue.tooLarge(chunk);
          } else if (next === 'some are in' && chunk.adds.length > 1) {
            recorded.push(...chunk.adds.slice(0, 1));
            queue.again(chunk.adds.slice(1));
          } else if (isBad) {
            const failed = queue.refused(chunk);
            if (failed !== undefined) recorded.push(failed);
          } else {
            recorded.push(...chunk.adds);
            queue.accepted(chunk);
          }
        }
        expect(names(recorded)).toEqual(names(adds));
      }),
      { numRuns: 2_000 },
    );
  });

  test('a chunk that is lost again and again is narrowed down to the person, who is returned', () => {
    const poison = addOf('poison');
    const others = addsOf(15);
    const queue = queueOf([...others, poison], 16);
    const [accepted, failed]: [Add[], Add[]] = [[], []];
    let sent = 0;
    for (let chunk = queue.next(); chunk !== undefined; chunk = queue.next()) {
      sent += 1;
      if (!chunk.adds.includes(poison)) {
        accepted.push(...chunk.adds);
        queue.accepted(chunk);
      } else {
        const alone = queue.lost(chunk, chunk.adds);
        if (alone !== undefined) failed.push(alone);
      }
    }
    expect(failed).toEqual([poison]);
    expect(names(accepted)).toEqual(names(others));
    expect(sent).toBeLessThanOrEqual(3 + 2 * 4);
  });

  test('others are tried on request: the last chunk first, then people drawn from all, each once', () => {
    const adds = addsOf(12);
    const queue = queueOf(adds, 4, () => 0.99);
    const first = queue.next() as Chunk;
    expect(queue.lost(first, first.adds)).toBeUndefined();
    queue.probeOthers();
    const last = queue.next() as Chunk;
    expect(names(last.adds)).toEqual(names(adds.slice(-4)));
    queue.lost(last, last.adds);
    const drawn = queue.next() as Chunk;
    expect(drawn.adds).toHaveLength(1);
    expect(queue.lost(drawn, drawn.adds)).toEqual(drawn.adds[0]);
  });
});
