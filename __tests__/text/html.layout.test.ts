import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { block, layOut, type Section } from '../../src/text/html.ts';

const section = fc.record({
  open: fc.string({ unit: 'grapheme', maxLength: 20 }),
  rows: fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })),
  close: fc.string({ maxLength: 5 }),
  priority: fc.nat(3),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});

const note = (leftOut: number, total: number) => `${leftOut} of ${total} left out`;

test('a page never exceeds its bytes, and says of every section what is missing', () => {
  fc.assert(
    fc.property(fc.array(section), fc.nat(3000), (sections: Section[], maxBytes) => {
      const page = layOut(sections, maxBytes, note);
      if (page !== undefined) expect(Buffer.byteLength(page)).toBeLessThanOrEqual(maxBytes);
      const whole =
        layOut(
          sections.map((one) => ({ ...one, share: 1 })),
          1e6,
          note,
        ) ?? '';
      expect(whole).not.toContain('left out');
      for (const { open, rows, close } of sections)
        expect(whole).toContain(`${open}${[...rows].join('')}${close}`);
    }),
  );
});

test('room goes by priority, and rows are left out from the end', () => {
  const rows = Array.from({ length: 10 }, (_, index) => `${index}`.repeat(10));
  const late = { open: 'late ', rows, close: '', priority: 2 };
  const early = { open: 'early ', rows, close: '', priority: 1 };
  expect(layOut([late, block('mid'), early], 220, note)).toBe(
    `late ${rows.slice(0, 6).join('')}\n\n4 of 10 left out\n\nmid\n\nearly ${rows.join('')}\n\n`,
  );
  expect(layOut([block('four')], 5, note)).toBeUndefined();
});
