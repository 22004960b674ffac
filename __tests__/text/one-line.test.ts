import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clip, html, logSafe, oneLine } from '../../src/text/one-line.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '::',
        ':',
        '##[',
        '#',
        '[',
        ' ',
        '\t',
        '\r',
        '\n',
        '\u2028',
        '\u0085',
        'a',
        '\ud800',
        '\u202e',
      ),
    )
    .map((parts) => parts.join('')),
);

describe('oneLine', () => {
  test.each([
    ['a\r\nb', 'a b'],
    ['a\u2028b\u2029c\u0085d\ve\ff', 'a b c d e f'],
    ['ada\u202egnp', 'ada\\u{202e}gnp'],
    ['\u0000\u001b[31m', '\\u{0}\\u{1b}[31m'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['half \ud800 pair', 'half \\u{d800} pair'],
    ['👩‍🔬 Zoë', '👩‍🔬 Zoë'],
  ])('%j becomes %j', (text, line) => {
    expect(oneLine(text)).toBe(line);
  });

  test('leaves no character that breaks a line or turns the text around', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(oneLine(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

describe('logSafe', () => {
  test.each([
    ['::error::boo', ': :error::boo'],
    ['  ::add-mask::a', ' : :add-mask::a'],
    ['fine\r\n::set-output name=a::b', 'fine ::set-output name=a::b'],
    ['done ##[group]x', 'done ## [group]x'],
    ['###[error]', '### [error]'],
    ['adding 3 of 5', 'adding 3 of 5'],
  ])('%j becomes %j', (text, line) => {
    expect(logSafe(text)).toBe(line);
  });

  test('never gives a line that the runner takes for a command', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const line = logSafe(text);
        expect(line.trimStart().startsWith('::')).toBe(false);
        expect(line).not.toContain('##[');
      }),
    );
  });
});

test('html escapes what means something in elements and attributes', () => {
  expect(html(`<a href="x" id='y'>&amp;\n`)).toBe('&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp; ');
});

describe('clip', () => {
  test.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc…'],
    ['👍👍👍', 3, '👍👍👍'],
    ['👍👍👍👍', 3, '👍👍👍…'],
    ['ab cd', 3, 'ab…'],
  ])('%j at %d is %j', (text, length, clipped) => {
    expect(clip(text, length)).toBe(clipped);
  });
});
