import { describe, expect, test } from '@jest/globals';
import type { HubClient, Request } from '../../src/hub/client.ts';
import { addToGroup, changeRole, findByEmail, listMembers, searchMembers } from '../../src/hub/endpoints.ts';

const ORIGIN = 'https://hub.test';
const MEMBERS = '/api/organizations/acme/members';

/** A client that answers everything with `value` and a Link, and notes what it was asked. */
function answering(value: unknown, link?: string | string[]): { hub: HubClient; asked: Request<unknown>[] } {
  const asked: Request<unknown>[] = [];
  const send = async (request: Request<unknown>) => {
    asked.push(request);
    return { value, headers: { link } };
  };
  const hub = { origin: ORIGIN, send, readAfterCancel: send, counts: { total: 0, retries: 0 } };
  return { hub: hub as unknown as HubClient, asked };
}

describe('the next page', () => {
  test.each([
    [`<${ORIGIN}${MEMBERS}?limit=10&cursor=abc>; rel="next"`, 'abc'],
    [`<${MEMBERS}?cursor=abc>; rel="next"`, 'abc'],
    ['<?cursor=a%3D%3D>; rel=next', 'a=='],
    [`<${MEMBERS}?cursor=a%3D%3D>;rel=next`, 'a=='],
    [`<${MEMBERS}?cursor=1>; rel="prev", <${MEMBERS}?cursor=3>; rel="next"`, '3'],
    [`<${MEMBERS}?cursor=3>; title="more"; rel="next"`, '3'],
    ['</api/organizations/Acme/members?cursor=abc>; rel="next"', 'abc'],
  ])('is found in %s', async (link, cursor) => {
    const { hub } = answering([], link);
    expect(await listMembers(hub, 'acme')).toEqual({ members: [], cursor, more: true });
  });

  test.each([
    `<https://evil.test${MEMBERS}?cursor=abc>; rel="next"`,
    `<//evil.test${MEMBERS}?cursor=abc>; rel="next"`,
    `<http://hub.test${MEMBERS}?cursor=abc>; rel="next"`,
    `<https://hub.test:8443${MEMBERS}?cursor=abc>; rel="next"`,
    `<https://hub.test@evil.test${MEMBERS}?cursor=abc>; rel="next"`,
    '</api/organizations/other/members?cursor=abc>; rel="next"',
    `<${MEMBERS}?limit=10>; rel="next"`,
    '<https://[>; rel="next"',
    '<>; rel="next"',
  ])('is there, but is not followed: %s', async (link) => {
    const { hub } = answering([], link);
    expect(await listMembers(hub, 'acme')).toEqual({ members: [], cursor: undefined, more: true });
  });

  test.each([
    undefined,
    '',
    'garbage',
    `<${MEMBERS}?cursor=1>; rel="prev"`,
    `<${MEMBERS}?cursor=1>`,
    [] as string[],
  ])('is not there: %j', async (link) => {
    const { hub } = answering([], link);
    expect(await listMembers(hub, 'acme')).toEqual({ members: [], cursor: undefined, more: false });
  });
});

test('every call asks for what it is meant to, in parts that are encoded one by one', async () => {
  const { hub, asked } = answering({ id: 'a'.repeat(24), name: 'G', users: [] });
  const { hub: members, asked: askedMembers } = answering([]);
  await addToGroup(hub, 'acme', 'a'.repeat(24), [{ user: 'ada', role: 'read' }]);
  await changeRole(hub, 'acme', 'a'.repeat(24), 'ada', 'write');
  await listMembers(members, 'acme', 'a=&b');
  await findByEmail(members, 'acme', "o'neil+x@acme.com");
  await searchMembers(members, 'acme', 'ada');
  const group = ['api', 'organizations', 'acme', 'resource-groups', 'a'.repeat(24)];
  expect(asked).toMatchObject([
    { method: 'POST', segments: [...group, 'users'], body: { users: [{ user: 'ada', role: 'read' }] } },
    { method: 'PATCH', segments: [...group, 'users', 'ada'], body: { role: 'write' } },
  ]);
  expect(askedMembers.map(({ query }) => query)).toEqual([
    { limit: '10000', cursor: 'a=&b' },
    { limit: '10', email: "o'neil+x@acme.com" },
    { limit: '10000', search: 'ada' },
  ]);
});
