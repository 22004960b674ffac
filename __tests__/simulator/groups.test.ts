import { get } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import type { OrgSpec } from '../../simulator/index.ts';
import { TEST_TOKEN } from '../../simulator/index.ts';
import { add, call, GROUPS, MEMBERS, start, usersPath } from './client.ts';

const ACME: OrgSpec = {
  name: 'acme',
  emailDomains: ['acme.com'],
  members: ['ada', 'Bob', 'carol', { user: 'sue', suspended: true }],
  serviceAccounts: ['bot'],
  groups: [
    { name: 'Cohort', users: { ada: 'read' } },
    { name: 'Scim', scim: true, users: { ada: 'read' } },
  ],
};

describe('adding users', () => {
  test('answers with the group as it is now, in the spelling of the accounts', async () => {
    const hub = await start({ orgs: [ACME] });
    const { status, json } = await add(hub, 'Cohort', { bob: 'write', bot: 'read' });
    expect(status).toBe(200);
    expect(
      json.users.map(({ name, role, addedBy }: Record<string, string>) => [name, role, addedBy]),
    ).toEqual([
      ['ada', 'read', undefined],
      ['Bob', 'write', 'admin'],
      ['bot', 'read', 'admin'],
    ]);
    expect(hub.members('Cohort')).toEqual({ ada: 'read', Bob: 'write', bot: 'read' });
    expect(hub.requests[0]).toMatchObject({ method: 'POST', status: 200, applied: true });
  });

  test.each([
    ['an empty list', 'Cohort', { users: [] }, 400],
    ['no list', 'Cohort', {}, 400],
    ['text that is no JSON', 'Cohort', '{', 400],
    ['one person twice', 'Cohort', { users: [entry('bob'), entry('BOB')] }, 400],
    ['a role that groups do not have', 'Cohort', { users: [entry('bob', 'no_access')] }, 400],
    ['an account that does not exist', 'Cohort', { users: [entry('bob'), entry('nobody')] }, 400],
    ['a person outside the organization', 'Cohort', { users: [entry('bob'), entry('eve')] }, 403],
    ['a person who is in already', 'Cohort', { users: [entry('bob'), entry('ADA')] }, 403],
    ['a suspended member', 'Cohort', { users: [entry('bob'), entry('sue')] }, 403],
    ['a regular member of a SCIM group', 'Scim', { users: [entry('bot'), entry('bob')] }, 403],
    ['too many', 'Cohort', { users: ['a', 'b', 'c', 'd'].map((name) => entry(name)) }, 413],
  ])('refuses all for %s', async (_, group, body, status) => {
    const hub = await start({ orgs: [ACME], strangers: ['eve'], maxUsersPerRequest: 3 });
    const before = hub.members(group);
    expect((await call(hub, 'POST', usersPath(hub, group), body)).status).toBe(status);
    expect(hub.members(group)).toEqual(before);
    expect(hub.requests[0]?.applied).toBeUndefined();
  });

  test('takes a service account into a SCIM group', async () => {
    const hub = await start({ orgs: [ACME] });
    expect((await add(hub, 'Scim', { bot: 'read' })).status).toBe(200);
  });

  test('may be particular about the case of usernames', async () => {
    const hub = await start({ orgs: [{ ...ACME, memberCase: 'sensitive' }] });
    expect((await add(hub, 'Cohort', { bob: 'read' })).status).toBe(400);
    expect((await add(hub, 'Cohort', { Bob: 'read' })).status).toBe(200);
  });

  test('keeps the answer right when a person leaves or changes between two additions', async () => {
    const hub = await start({ orgs: [ACME] });
    await add(hub, 'Cohort', { bob: 'read' });
    hub.addMember('Cohort', 'ada', 'admin');
    hub.removeMember('Cohort', 'bob');
    const { json } = await add(hub, 'Cohort', { carol: 'write' });
    expect(json.users).toMatchObject([
      { name: 'ada', role: 'admin' },
      { name: 'carol', role: 'write' },
    ]);
  });
});

describe('one user of a group', () => {
  test('is given another role, and taken out', async () => {
    const hub = await start({ orgs: [ACME] });
    const ada = `${usersPath(hub, 'Cohort')}/ADA`;
    expect((await call(hub, 'PATCH', ada, { role: 'write' })).json.users).toMatchObject([{ role: 'write' }]);
    expect((await call(hub, 'DELETE', ada)).json.users).toEqual([]);
    expect((await call(hub, 'PATCH', ada, { role: 'write' })).status).toBe(404);
  });

  test('is out of reach in a SCIM group', async () => {
    const hub = await start({ orgs: [ACME] });
    const ada = `${usersPath(hub, 'Scim')}/ada`;
    expect((await call(hub, 'PATCH', ada, { role: 'write' })).status).toBe(403);
    expect((await call(hub, 'DELETE', ada)).status).toBe(403);
  });
});

describe('groups', () => {
  test('are created, changed, set to auto-join and deleted', async () => {
    const hub = await start({ orgs: [ACME] });
    const created = await call(hub, 'POST', GROUPS, { name: 'New', users: [entry('ada', 'admin')] });
    const path = `${GROUPS}/${created.json.id}`;
    expect(created.json).toMatchObject({
      name: 'New',
      autoJoin: { enabled: false },
      users: [{ name: 'ada' }],
    });
    const renamed = await call(hub, 'PATCH', path, { name: 'Newer', description: 'x' });
    expect(renamed.json).toMatchObject({ name: 'Newer', description: 'x' });
    const autoJoin = { enabled: true, role: 'read', scope: 'read_plus' };
    expect((await call(hub, 'POST', `${path}/settings`, { autoJoin })).json.autoJoin).toEqual(autoJoin);
    hub.addOrgMember('acme', 'dora');
    hub.addOrgMember('acme', { user: 'nora', role: 'no_access' });
    const joined = { Bob: 'read', carol: 'read', admin: 'read', dora: 'read' };
    expect(hub.members('Newer')).toEqual({ ada: 'admin', ...joined });
    expect((await call(hub, 'DELETE', path)).json).toEqual({ success: true });
    expect((await call(hub, 'GET', path)).status).toBe(404);
  });

  test('are not left half made', async () => {
    const hub = await start({ orgs: [ACME] });
    expect((await call(hub, 'POST', GROUPS, { name: 'New', users: [entry('nobody')] })).status).toBe(400);
    expect((await call(hub, 'GET', GROUPS)).json).toHaveLength(2);
  });

  test('lose the person who leaves the organization', async () => {
    const hub = await start({ orgs: [ACME] });
    hub.removeOrgMember('acme', 'ada');
    expect(hub.members('Cohort')).toEqual({});
    expect((await add(hub, 'Cohort', { ada: 'read' })).status).toBe(403);
  });

  test('lose the person who is given a role in the organization without naming them', async () => {
    const hub = await start({ orgs: [ACME] });
    const resourceGroups = [{ id: hub.group('Cohort').id, role: 'write' }];
    await call(hub, 'PUT', `${MEMBERS}/ada/role`, { role: 'write', resourceGroups });
    expect([hub.members('Cohort'), hub.members('Scim')]).toEqual([{ ada: 'write' }, {}]);
    await call(hub, 'PUT', `${MEMBERS}/ada/role`, { role: 'read' });
    expect(hub.members('Cohort')).toEqual({});
  });

  test('are found by their own path only', async () => {
    const hub = await start({ orgs: [ACME] });
    expect((await call(hub, 'GET', `${GROUPS}/%zz`)).status).toBe(400);
    expect((await call(hub, 'GET', '/api/organizations/other/resource-groups')).status).toBe(404);
    expect(await rawStatus(`${hub.url}/`, `${GROUPS}/../members`)).toBe(404);
    expect(await rawStatus(`${hub.url}/`, `${GROUPS}/%2e%2e/members`)).toBe(404);
    expect(hub.requests.slice(2)).toMatchObject([
      { path: `${GROUPS}/../members`, url: `${GROUPS}/../members` },
      { path: `${GROUPS}/../members`, url: `${GROUPS}/%2e%2e/members` },
    ]);
  });
});

test('contradictory options are a mistake of the test, and said to be', async () => {
  const orgs = [{ name: 'acme', groups: [{ name: 'Cohort', users: { nobody: 'read' as const } }] }];
  await expect(start({ orgs })).rejects.toThrow('nobody is not in acme');
  const hub = await start();
  expect(() => hub.group('None')).toThrow('no group None');
  expect(() => hub.org('none')).toThrow('no organization none');
});

/** Status for a path that is sent as it is: `fetch` would resolve the dots. */
function rawStatus(url: string, path: string): Promise<number | undefined> {
  const headers = { authorization: `Bearer ${TEST_TOKEN}` };
  return new Promise((resolve, reject) => {
    get(url, { path, headers }, (response) => {
      resolve(response.resume().statusCode);
    }).on('error', reject);
  });
}

function entry(user: string, role = 'read') {
  return { user, role };
}
