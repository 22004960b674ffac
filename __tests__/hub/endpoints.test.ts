import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import type { HubClient, Request } from '../../src/hub/client.ts';
import {
  addToGroup,
  changeRole,
  findByEmail,
  listGroups,
  listMembers,
  listServiceAccounts,
  searchMembers,
} from '../../src/hub/endpoints.ts';
import { createTokenRedactor } from '../../src/hub/error-message.ts';
import { removeFromGroup } from '../../src/membership/removal/remove-people.ts';

const ORIGIN = 'https://hub.test';
const MEMBERS = '/api/organizations/acme/members';

/** A client that reads `body` and a Link as the response to everything, and notes what it was asked. */
function answering(body: unknown, link?: string | string[]): { hub: HubClient; asked: Request<unknown>[] } {
  const asked: Request<unknown>[] = [];
  const send = async (request: Request<unknown>) => {
    asked.push(request);
    const chunks = Readable.from([Buffer.from(JSON.stringify(body))]);
    const read = await request.reader.read(chunks, createTokenRedactor('hf_secret'));
    if (read === undefined) throw new Error('unusable');
    return { value: read.value, status: 200, headers: { link } };
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
    [`<${MEMBERS}?cursor=1>; title="a, b; rel=next"; rel="prev", <${MEMBERS}?cursor=2>; rel="next"`, '2'],
    [`<${MEMBERS}?cursor=a,b>; rel="next"`, 'a,b'],
    [`<${MEMBERS}?cursor=2>; REL = "last Next"`, '2'],
    [`<${MEMBERS}?cursor=2>;; rel=next; rel=prev ,`, '2'],
    [`<${MEMBERS}?cursor=2>; rel=next, <${MEMBERS}?cursor=2>; rel=next`, '2'],
    [['</style.css>; rel=preload; as=style', `<${MEMBERS}?cursor=2>; rel="next"`], '2'],
    [[`<${MEMBERS}?cursor=1>; rel="first"`, `<${MEMBERS}?cursor=2>; rel="next"`], '2'],
  ])('is found in %s', async (link, cursor) => {
    const { hub } = answering([], link);
    expect(await listMembers(hub, 'acme')).toEqual({ members: [], cursor, more: true, dropped: 0 });
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
    'garbage',
    `<${MEMBERS}?cursor=1>; rel="next"; broken "`,
    `<${MEMBERS}?cursor=1; rel="next"`,
    `<${MEMBERS}?cursor=1>; rel="next", <${MEMBERS}?cursor=2>; rel="next"`,
  ])('is there, but is not followed: %s', async (link) => {
    const { hub } = answering([], link);
    expect(await listMembers(hub, 'acme')).toEqual({
      members: [],
      cursor: undefined,
      more: true,
      dropped: 0,
    });
  });

  test.each([
    undefined,
    '',
    ' , ,',
    `<${MEMBERS}?cursor=1>; rel="prev"`,
    `<${MEMBERS}?cursor=1>`,
    [] as string[],
  ])('is not there: %j', async (link) => {
    const { hub } = answering([], link);
    expect(await listMembers(hub, 'acme')).toEqual({
      members: [],
      cursor: undefined,
      more: false,
      dropped: 0,
    });
  });
});

test('every call asks for what it is meant to, in parts that are encoded one by one', async () => {
  const id = 'a'.repeat(24);
  const { hub, asked } = answering({ id, name: 'G', users: [] });
  const { hub: members, asked: askedMembers } = answering([]);
  await addToGroup(hub, 'acme', id, [{ user: 'ada', role: 'read' }]);
  await changeRole(hub, 'acme', id, 'ada', 'write');
  await removeFromGroup(hub, 'acme', id, 'ada');
  await listMembers(members, 'acme', { cursor: 'a=&b' });
  await findByEmail(members, 'acme', "o'neil+x@acme.com");
  await searchMembers(members, 'acme', 'ada');
  await listServiceAccounts(members, 'acme');
  const group = ['api', 'organizations', 'acme', 'resource-groups', id];
  expect(asked).toMatchObject([
    { method: 'POST', segments: [...group, 'users'], body: { users: [{ user: 'ada', role: 'read' }] } },
    { method: 'PATCH', segments: [...group, 'users', 'ada'], body: { role: 'write' } },
    { method: 'DELETE', segments: [...group, 'users', 'ada'] },
  ]);
  expect(asked.at(-1)).not.toHaveProperty('body');
  expect(askedMembers.map(({ query }) => query)).toEqual([
    { limit: '10000', cursor: 'a=&b' },
    { limit: '10', email: "o'neil+x@acme.com" },
    { limit: '10000', search: 'ada' },
    undefined,
  ]);
  expect(askedMembers.at(-1)?.segments).toEqual(['api', 'organizations', 'acme', 'service-accounts']);
});

describe('a listing', () => {
  const id = 'a'.repeat(24);
  const group = { id, name: 'G', users: [{ name: 'ada', role: 'read' }] };

  test('leaves out a member that cannot be read, and says that there are more', async () => {
    const { hub } = answering([{ user: 'ada' }, { user: 7 }, null, { name: 'bob' }]);
    expect(await listMembers(hub, 'acme')).toMatchObject({
      members: [{ user: 'ada' }],
      cursor: undefined,
      more: true,
      dropped: 3,
    });
  });

  test('that is null has no members, and is not complete', async () => {
    const { hub } = answering(null);
    expect(await listMembers(hub, 'acme')).toEqual({
      members: [],
      cursor: undefined,
      more: true,
      dropped: 1,
    });
    expect(await listGroups(hub, 'acme')).toEqual({ items: [], dropped: 1 });
    expect(await listServiceAccounts(hub, 'acme')).toEqual({ items: [], dropped: 1 });
  });

  test.each([{}, 'members', 7, { error: 'no' }])('that is %j is unusable', async (body) => {
    const { hub } = answering(body);
    await expect(listMembers(hub, 'acme')).rejects.toThrow('unusable');
  });

  test('leaves out a group that cannot be read, and counts it', async () => {
    const odd = [null, { ...group, id: 7 }, { ...group, users: 'all' }, { id }];
    const { hub } = answering([odd[0], odd[1], group, odd[2], odd[3]]);
    const { items, dropped } = await listGroups(hub, 'acme');
    expect(items).toMatchObject([{ id, name: 'G', users: [{ name: 'ada', role: 'read' }] }]);
    expect(dropped).toBe(4);
  });

  test('reads what is odd in a group, and says whose membership is unknown', async () => {
    const odd = { description: 7, autoJoin: 'on', resources: null, repos: null };
    const users = [{ name: 'ada', role: 'read', orgRole: 7, addedBy: null }, null, { name: 'bob' }];
    const { hub } = answering([{ ...group, ...odd, users }, { ...group, users: null }, group]);
    const { items } = await listGroups(hub, 'acme');
    expect(items.map(({ unreadableUsers }) => unreadableUsers)).toEqual([2, 1, undefined]);
    expect(items.map(({ users: readable }) => readable.map(({ name }) => name))).toEqual([
      ['ada'],
      [],
      ['ada'],
    ]);
    expect(items[0]?.autoJoin).toMatchObject({ enabled: true });
  });

  test('keeps what today’s Hub says of members and groups', async () => {
    const resourceGroups = [{ id, name: 'G', role: 'read', numUsers: 3 }];
    const { hub } = answering([
      { user: 'ada', role: 'admin', resourceGroups },
      { user: 'bob', resourceGroups: [7] },
    ]);
    const { members, more } = await listMembers(hub, 'acme');
    expect({ members, more }).toMatchObject({ members: [{ resourceGroups }, { user: 'bob' }], more: false });
    const user = { name: 'ada', role: 'read', orgRole: 'write', addedBy: 'root', roleSetBy: 'root' };
    const autoJoin = { enabled: true, role: 'read', scope: 'all' };
    const { hub: groups } = answering([{ ...group, users: [user], autoJoin }]);
    expect((await listGroups(groups, 'acme')).items).toMatchObject([{ users: [user], autoJoin }]);
  });
});
