import { describe, expect, test } from '@jest/globals';
import type { ErrorKey, Quota } from '../../simulator/index.ts';
import { call, GROUPS, start } from './client.ts';

const NOWHERE = GROUPS.replace('acme', 'none');
const TEXT = 'Organization not found';

describe('a refusal', () => {
  test.each<[ErrorKey, unknown]>([
    ['error', { error: TEXT }],
    ['message', { message: TEXT }],
    ['error_description', { error_description: TEXT }],
    ['error[]', { error: [TEXT, 'Please try again later.'] }],
    ['errors[].message', { errors: [{ message: TEXT }] }],
  ])('is worded under %s', async (errorKey, body) => {
    const hub = await start({ errorKey });
    expect((await call(hub, 'GET', NOWHERE)).json).toEqual(body);
  });

  test('has its request id in the headers that are asked for, the first one being that of the record', async () => {
    const hub = await start({ requestIdHeaders: ['X-Amzn-Trace-Id', 'X-Amz-Cf-Id'] });
    const { headers } = await call(hub, 'GET', NOWHERE);
    const id = hub.requests[0]?.id;
    expect(headers.get('x-request-id')).toBeNull();
    expect(headers.get('x-amzn-trace-id')).toBe(id);
    expect(headers.get('x-amz-cf-id')).toBe(`${id}-X-Amz-Cf-Id`);
    hub.configure({ wording: 'html', requestIdHeaders: ['X-Request-Id', 'X-Amz-Cf-Id'] });
    const page = await call(hub, 'GET', NOWHERE);
    expect(page.headers.get('x-request-id')).toBeNull();
    expect(page.headers.get('x-amz-cf-id')).not.toBeNull();
  });
});

test.each<[NonNullable<Quota['second']>, string, string]>([
  [
    { figures: 'none', place: 'after' },
    '"api";r=4;t=300, "pages"',
    '"fixed window";"api";q=5;w=300, "fixed window";"pages"',
  ],
  [
    { figures: 'used-up', place: 'before' },
    '"pages";r=0;t=300, "api";r=4;t=300',
    '"fixed window";"pages";q=100;w=300, "fixed window";"api";q=5;w=300',
  ],
])('a second quota policy may be announced: %j', async (second, rateLimit, policy) => {
  const hub = await start({ quota: { limit: 5, windowSeconds: 300, second } });
  const { headers } = await call(hub, 'GET', GROUPS);
  expect(headers.get('ratelimit')).toBe(rateLimit);
  expect(headers.get('ratelimit-policy')).toBe(policy);
});
