import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { array, number, object, string, unknown } from 'valibot';
import { readJson } from '../../src/hub/read-json.ts';

/** A body that arrives in pieces of `size` bytes. */
function body(text: string, size = text.length) {
  const bytes = Buffer.from(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += Math.max(1, size)) {
      yield bytes.subarray(at, at + Math.max(1, size));
    }
  }
  return { [Symbol.asyncIterator]: pieces, text: async () => text };
}

const asItIs = (text: string) => text;

/** Reads every array element by element. */
const readPieces: typeof readJson = (from, schema, clean) => readJson(from, schema, clean, 0);
const anything = array(unknown());

describe('an array', () => {
  test('of any JSON, in pieces of any size, is what JSON.parse says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue()),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(undefined, 1, '\t'),
        async (values, size, indent) => {
          const text = JSON.stringify(values, undefined, indent);
          expect(await readPieces(body(text, size), anything, asItIs)).toEqual({ value: JSON.parse(text) });
        },
      ),
    );
  });

  test('that is damaged anywhere is refused wherever JSON.parse refuses it', async () => {
    const damage = fc.constantFrom('', '"', ',', '[', ']', '{', '}', '\\', ' ', '0', 'é');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue(), { maxLength: 4 }),
        fc.nat(),
        fc.nat(3),
        damage,
        fc.integer({ min: 1, max: 9 }),
        async (values, where, removed, put, size) => {
          const whole = JSON.stringify(values);
          const at = where % (whole.length + 1);
          const text = whole.slice(0, at) + put + whole.slice(at + removed);
          let expected: unknown;
          try {
            expected = JSON.parse(text.toWellFormed());
          } catch {
            expected = undefined;
          }
          const read = await readPieces(body(text.toWellFormed(), size), anything, asItIs);
          expect(read).toEqual(Array.isArray(expected) ? { value: expected } : undefined);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test.each(['', ' ', '[', ']', '[]]', '[] []', '[,]', '[1,]', '[1', '[}', '[1}', '{}', 'null', '1', '"[]"'])(
    'is not %j',
    async (text) => {
      expect(await readPieces(body(text, 1), anything, asItIs)).toBeUndefined();
    },
  );

  test('with an element of another shape is refused', async () => {
    expect(await readPieces(body('[1,"2"]'), array(number()), asItIs)).toBeUndefined();
  });

  test('keeps of its elements what the shape names', async () => {
    const text = '[{"name":"ada","fullname":"Ada"},{"name":"bob"}]';
    const { value } = (await readPieces(body(text, 3), array(object({ name: string() })), asItIs)) ?? {};
    expect(value).toEqual([{ name: 'ada' }, { name: 'bob' }]);
  });

  test('is cleaned, though it comes in pieces', async () => {
    const clean = (text: string) => text.replaceAll('secret', '***');
    expect(await readPieces(body('["a secret"]', 1), anything, clean)).toEqual({ value: ['a ***'] });
  });

  test('that breaks off rejects', async () => {
    async function* pieces() {
      yield Buffer.from('[1,2');
      throw new Error('reset');
    }
    const broken = { [Symbol.asyncIterator]: pieces, text: async () => '' };
    await expect(readPieces(broken, anything, asItIs)).rejects.toThrow('reset');
  });
});

test.each(['[1,2]', ' [] ', '[1', '{}', '[1]x', ''])(
  'a small one, %j, is read the same as a whole',
  async (text) => {
    expect(await readJson(body(text, 2), anything, asItIs)).toEqual(
      await readPieces(body(text, 2), anything, asItIs),
    );
  },
);

test('one that grows beyond the small ones is read to its end', async () => {
  const values = Array.from({ length: 100 }, (_, index) => ({ index }));
  const read = await readJson(body(JSON.stringify(values), 64), anything, asItIs, 500);
  expect(read).toEqual({ value: values });
});

test('anything else is read whole', async () => {
  expect(await readJson(body('{"name":"ada"}'), object({ name: string() }), asItIs)).toEqual({
    value: { name: 'ada' },
  });
  expect(await readJson(body('{"name":'), object({ name: string() }), asItIs)).toBeUndefined();
});
