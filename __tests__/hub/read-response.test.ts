import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { number, object, string, unknown } from 'valibot';
import { createTokenRedactor } from '../../src/hub/error-message.ts';
import { jsonBody, jsonListBody } from '../../src/hub/read-response.ts';
import type { Schema } from '../../src/hub/schemas.ts';

const MAX = 1_000_000;
const redactor = createTokenRedactor('hf_secret');

/** A body that arrives in chunks of `size` bytes. */
async function* chunksOf(text: string, size = text.length) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += Math.max(1, size)) {
    yield bytes.subarray(at, at + Math.max(1, size));
  }
}

/** The elements of a list that is read element by element, none of which may be dropped. */
async function readPieces<T>(chunks: AsyncIterable<Uint8Array>, item: Schema<T>) {
  const read = await jsonListBody(item, MAX, 0).read(chunks, redactor);
  if (read === undefined) return undefined;
  expect(read.value.dropped).toBe(0);
  return read.value.items;
}

describe('an array', () => {
  test('of any JSON, in pieces of any size, is what JSON.parse says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue()),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(undefined, 1, '\t'),
        async (values, size, indent) => {
          const text = JSON.stringify(values, undefined, indent);
          expect(await readPieces(chunksOf(text, size), unknown())).toEqual(JSON.parse(text));
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
          const read = await readPieces(chunksOf(text.toWellFormed(), size), unknown());
          expect(read).toEqual(Array.isArray(expected) ? expected : undefined);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test.each(['', ' ', '[', ']', '[]]', '[] []', '[,]', '[1,]', '[1', '[}', '[1}', '{}', 'null', '1', '"[]"'])(
    'is not %j',
    async (text) => {
      expect(await readPieces(chunksOf(text, 1), unknown())).toBeUndefined();
    },
  );

  test('is read without its elements of another shape, which are counted', async () => {
    for (const small of [0, MAX]) {
      const read = await jsonListBody(number(), MAX, small).read(chunksOf('[1,"2",null,3]'), redactor);
      expect(read).toEqual({ value: { items: [1, 3], dropped: 2 } });
    }
  });

  test('keeps of its elements what the shape names', async () => {
    const text = '[{"name":"ada","fullname":"Ada"},{"name":"bob"}]';
    expect(await readPieces(chunksOf(text, 3), object({ name: string() }))).toEqual([
      { name: 'ada' },
      { name: 'bob' },
    ]);
  });

  test('loses the token, though it comes in pieces or escaped', async () => {
    const texts = ['["a hf_secret"]', '["a \\u0068f_secret"]', '["a hf\\u005fsecret"]'];
    for (const text of texts) {
      expect(await readPieces(chunksOf(text, 1), unknown())).toEqual(['a ***']);
      expect(await jsonListBody(unknown(), MAX).read(chunksOf(text), redactor)).toEqual({
        value: { items: ['a ***'], dropped: 0 },
      });
    }
  });

  test('that breaks off rejects', async () => {
    async function* chunks() {
      yield Buffer.from('[1,2');
      throw new Error('reset');
    }
    await expect(readPieces(chunks(), unknown())).rejects.toThrow('reset');
  });
});

test.each(['[1,2]', ' [] ', '[1', '{}', '[1]x', ''])(
  'a small list, %j, is read the same as a whole',
  async (text) => {
    const whole = await jsonListBody(unknown(), MAX).read(chunksOf(text, 2), redactor);
    expect(whole?.value.items).toEqual(await readPieces(chunksOf(text, 2), unknown()));
  },
);

test('a list that grows beyond the small ones is read to its end', async () => {
  const values = Array.from({ length: 100 }, (_, index) => ({ index }));
  const read = await jsonListBody(unknown(), MAX, 500).read(chunksOf(JSON.stringify(values), 64), redactor);
  expect(read).toEqual({ value: { items: values, dropped: 0 } });
});

test('null is a list of which nothing is known', async () => {
  expect(await jsonListBody(unknown(), MAX).read(chunksOf(' null '), redactor)).toEqual({
    value: { items: [], dropped: 1 },
  });
});

test('anything but a list is read whole, without the token', async () => {
  const reader = jsonBody(object({ name: string() }), MAX);
  expect(await reader.read(chunksOf('{"name":"\\u0068f_secret"}', 3), redactor)).toEqual({
    value: { name: '***' },
  });
  expect(await reader.read(chunksOf('\ufeff{"name":"ada"}', 99), redactor)).toEqual({
    value: { name: 'ada' },
  });
  expect(await reader.read(chunksOf('{"name":'), redactor)).toBeUndefined();
  expect(await reader.read(chunksOf('{"name":7}'), redactor)).toBeUndefined();
  expect(await jsonBody(unknown(), MAX).read(chunksOf(''), redactor)).toBeUndefined();
});
