import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createTokenRedactor, errorMessage, headerValue, requestIdOf } from '../../src/hub/error-message.ts';

const TOKEN = 'hf_secret';

function words(text: string, headers: Record<string, string | string[]> = {}): string {
  return errorMessage({ headers, text }, createTokenRedactor(TOKEN));
}

describe('what the Hub says about an error', () => {
  test.each([
    ['an error', '{"error":"No such user"}', 'No such user'],
    ['a message', '{"message":"No such user"}', 'No such user'],
    ['both', '{"message":"Forbidden","error":"No such user"}', 'No such user; Forbidden'],
    ['an error and its description', '{"error":"forbidden","error_description":"Why"}', 'forbidden; Why'],
    ['an empty error', '{"error":"","message":"No such user"}', 'No such user'],
    ['an error that is no text', '{"error":{"code":7},"message":"No such user"}', 'No such user'],
    ['an array of errors', '{"error":["No such user","No such group"]}', 'No such user; No such group'],
    ['an array with other values', '{"error":[7,null,"No such user",""]}', 'No such user'],
    ['an error object', '{"error":{"message":"No such user"}}', 'No such user'],
    ['messages of errors', '{"errors":[{"message":"One"},{"message":"Two"},{"message":"One"}]}', 'One; Two'],
    ['errors that are texts', '{"errors":["One","Two"]}', 'One; Two'],
    ['an OAuth error', '{"error_description":"No such user"}', 'No such user'],
    ['an empty array', '{"error":[],"errors":[{}],"error_description":"No such user"}', 'No such user'],
    ['the token, escaped', '{"error":"No \\u0068f_secret"}', 'No ***'],
    ['several lines', '{"error":"No\\nsuch\\r\\n\\tuser\\u2028"}', 'No such user'],
    ['a workflow command', '{"error":"\\n::error::No such user"}', '::error::No such user'],
    ['what no one sees', '{"error":"No\\u202e such\\u0000 user\\ufeff"}', 'No such user'],
    ['HTML', '<html><body>502 Bad Gateway</body></html>', ''],
    ['nothing', '', ''],
    ['null', 'null', ''],
    ['a number', '7', ''],
    ['a list', '["No such user"]', ''],
  ])('from %s', (_, text, told) => {
    expect(words(text)).toBe(told);
  });

  test('are in a header if the body has none', () => {
    const headers = { 'x-error-message': 'No such user' };
    for (const body of ['', '<html></html>', '{}', '{"error":7}'])
      expect(words(body, headers)).toBe('No such user');
    expect(words('{"error":"Better"}', headers)).toBe('Better');
    expect(words('', { 'x-error-message': ['First', 'Second'] })).toBe('First');
  });

  test('are one line of at most 300 characters, without the token and without half a character', () => {
    const texts = fc
      .array(fc.oneof(fc.string({ unit: 'binary' }), fc.constant(TOKEN), fc.constant('🙂'.repeat(99))))
      .map((all) => all.join(''));
    fc.assert(
      fc.property(texts, (error) => {
        const told = words(JSON.stringify({ error }));
        expect(told).not.toMatch(/[\r\n\u2028\u2029\0]/);
        expect(told).not.toContain(TOKEN);
        expect(told.length).toBeLessThanOrEqual(301);
        expect(told.isWellFormed()).toBe(true);
      }),
    );
  });
});

test.each([
  [{ 'x-request-id': 'a', 'x-amzn-trace-id': 'b', 'x-amz-cf-id': 'c' }, 'a'],
  [{ 'x-request-id': '', 'x-amzn-trace-id': 'b', 'x-amz-cf-id': 'c' }, 'b'],
  [{ 'x-amz-cf-id': ['c', 'd'] }, 'c'],
  [{}, undefined],
  [
    { 'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678;Sampled=0' },
    'Root=1-67891233-abcdef012345678912345678;Sampled=0',
  ],
  // What is no id is not taken for one: it would go into the report.
  [{ 'x-request-id': 'ada@acme.com', 'x-amz-cf-id': 'c==' }, 'c=='],
  [{ 'x-request-id': '<b>a</b>' }, undefined],
  [{ 'x-request-id': 'a'.repeat(201) }, undefined],
  [{ 'x-request-id': '***' }, undefined],
])('the request id in %j is %s', (headers, id) => {
  expect(requestIdOf(headers)).toBe(id);
});

test('the first of several headers counts', () => {
  expect([headerValue(undefined), headerValue('a'), headerValue(['a', 'b']), headerValue([])]).toEqual([
    undefined,
    'a',
    'a',
    undefined,
  ]);
});
