import { expect, test } from '@jest/globals';
import { countByRoute, overlappingWrites } from '../../simulator/index.ts';
import { add, call, GROUPS, MEMBERS, start, usersPath } from './client.ts';

test('requests are counted by the route that they took', async () => {
  const hub = await start();
  const group = `${GROUPS}/${hub.group('Cohort 2024').id}`;
  await call(hub, 'GET', GROUPS);
  await call(hub, 'GET', group);
  await call(hub, 'GET', `${group}?x=1`);
  await add(hub, 'Cohort 2024', { ada: 'read' });
  await call(hub, 'PATCH', `${group}/users/ada`, { role: 'write' });
  await call(hub, 'DELETE', `${group}/users/ada`);
  await call(hub, 'GET', `${MEMBERS}?limit=10`);
  await call(hub, 'GET', '/api/whoami-v2');
  await call(hub, 'GET', '/nowhere');
  hub.inject({ kind: 'status', match: { method: 'DELETE' } });
  await call(hub, 'DELETE', `${group}/users/bob`);
  expect(countByRoute(hub.requests)).toEqual({
    'GET …/resource-groups': 1,
    'GET …/resource-groups/{group}': 2,
    'POST …/resource-groups/{group}/users': 1,
    'PATCH …/resource-groups/{group}/users/{user}': 1,
    'DELETE …/resource-groups/{group}/users/{user}': 2,
    'GET …/members': 1,
    'GET /api/whoami-v2': 1,
    'GET /nowhere': 1,
  });
});

test.each([
  ['POST', 'DELETE', 1],
  ['PATCH', 'DELETE', 1],
  ['DELETE', 'DELETE', 1],
  ['GET', 'DELETE', 0],
] as const)('%s and %s in one group at once are %i overlapping writes', async (first, second, count) => {
  const users = { ada: 'read', bob: 'read' } as const;
  const members = ['ada', 'bob', 'carol'];
  const hub = await start({
    orgs: [{ name: 'acme', members, groups: [{ name: 'One', users }] }],
    latencyMs: 20,
  });
  const send = (method: string, user: string) => {
    if (method === 'POST') return add(hub, 'One', { carol: 'read' });
    if (method === 'GET') return call(hub, 'GET', GROUPS);
    return call(
      hub,
      method,
      `${usersPath(hub, 'One')}/${user}`,
      method === 'PATCH' ? { role: 'write' } : undefined,
    );
  };
  await Promise.all([send(first, 'ada'), send(second, 'bob')]);
  expect(overlappingWrites(hub.requests)).toHaveLength(count);
  const before = hub.requests.length;
  await send('GET', 'ada');
  await send(second, 'ada');
  expect(overlappingWrites(hub.requests.slice(before))).toEqual([]);
});
