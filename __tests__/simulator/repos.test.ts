import { describe, expect, test } from '@jest/globals';
import type { SimulatedHub } from '../../simulator/index.ts';
import { PERMISSIONS } from '../../simulator/index.ts';
import { add, call, GROUPS, MEMBERS, start } from './client.ts';

const REPO = { type: 'model', name: 'probe', organization: 'acme' };
const create = (hub: SimulatedHub, body: object, token?: string) =>
  call(hub, 'POST', '/api/repos/create', { ...REPO, ...body }, token);
const remove = (hub: SimulatedHub) => call(hub, 'DELETE', '/api/repos/delete', REPO);
const look = (hub: SimulatedHub) => call(hub, 'GET', '/api/models/acme/probe');

describe('the creation of a repository', () => {
  test.each([
    [{ visibility: 'private' }, 200, true],
    [{ private: true }, 200, true],
    [{ private: false }, 200, false],
    [{ visibility: 'public' }, 200, false],
    [{}, 200, false],
    [{ visibility: 'private', private: true }, 400, undefined],
    [{ visibility: 'hidden' }, 400, undefined],
    [{ private: 'yes' }, 400, undefined],
  ])('with %j is a %i', async (body, status, isPrivate) => {
    const hub = await start({ creationSaysPrivate: true });
    const reply = await create(hub, body);
    expect([reply.status, reply.json.private]).toEqual([status, isPrivate]);
    expect((await look(hub)).json.private).toBe(isPrivate);
  });

  test.each([
    ['public', false],
    ['unsaid', undefined],
  ] as const)('may leave it %s', async (createdVisibility, isPrivate) => {
    const hub = await start({ createdVisibility, creationSaysPrivate: true });
    const resourceGroupId = hub.group('Cohort 2024').id;
    expect((await create(hub, { visibility: 'private', resourceGroupId })).json.private).toBe(isPrivate);
    expect((await look(hub)).json.private).toBe(isPrivate);
    expect((await call(hub, 'GET', GROUPS)).json[0].resources[0].private).toBe(isPrivate);
  });

  test('does not say whether it is private by default, as documented', async () => {
    const hub = await start();
    expect(Object.keys((await create(hub, { visibility: 'private' })).json)).toEqual(['url', 'name', 'id']);
  });

  test('that meets a conflicting operation is a 409 in other words than one whose name exists', async () => {
    const hub = await start({ conflictingCreations: 1 });
    const replies = [await create(hub, {}), await create(hub, {}), await create(hub, {})];
    expect(replies.map(({ status }) => status)).toEqual([409, 200, 409]);
    expect(replies[0]?.json.error).toMatch('another conflicting operation is in progress');
    expect(replies[2]?.json.error).toMatch('already created');
    expect(hub.repos).toEqual(['acme/probe']);
  });
});

test('a deletion may be a 404 at first, while the repository exists', async () => {
  const hub = await start({ deletionLag: 2 });
  await create(hub, {});
  const statuses = [];
  for (let count = 0; count < 4; count++) statuses.push((await remove(hub)).status, (await look(hub)).status);
  expect(statuses).toEqual([404, 200, 404, 200, 200, 404, 404, 404]);
});

test('a private model is hidden from those outside the organization', async () => {
  const hub = await start({ tokens: [{ token: 'hf_eve', user: 'eve', type: 'write' }] });
  await create(hub, { visibility: 'private' });
  expect((await call(hub, 'GET', '/api/models/acme/probe', undefined, 'hf_eve')).status).toBe(404);
});

test('every kind of repository can be in a group', async () => {
  const kinds = ['model', 'dataset', 'space', 'bucket', 'kernel', 'container'] as const;
  const repos = kinds.map((type) => ({ type, name: `a-${type}`, private: type === 'model' }));
  const hub = await start({ orgs: [{ name: 'acme', groups: [{ name: 'One', repos }] }] });
  expect((await call(hub, 'GET', GROUPS)).json[0].resources).toMatchObject(
    repos.map(({ type, name, ...rest }) => ({ type, name: `acme/${name}`, ...rest })),
  );
});

describe('what a permission allows', () => {
  const ask = {
    manageMembers: (hub: SimulatedHub) => add(hub, 'Cohort 2024', { ada: 'read' }, 'hf_x'),
    readMembers: (hub: SimulatedHub) => call(hub, 'GET', MEMBERS, undefined, 'hf_x'),
    readGroups: (hub: SimulatedHub) => call(hub, 'GET', GROUPS, undefined, 'hf_x'),
    readServiceAccounts: (hub: SimulatedHub) =>
      call(hub, 'GET', '/api/organizations/acme/service-accounts', undefined, 'hf_x'),
    writeRepos: (hub: SimulatedHub) => create(hub, {}, 'hf_x'),
  };
  const orgs = [{ name: 'acme', plan: 'enterprise', members: ['ada'], groups: ['Cohort 2024'] } as const];
  const token = (permission: string) => ({
    token: 'hf_x',
    user: 'admin',
    type: 'fineGrained' as const,
    scoped: [{ entity: { type: 'org', name: 'acme' }, permissions: [permission] }],
  });

  test.each(PERMISSIONS)('is the same on every Hub for %s, or as the test says', async (permission) => {
    const rights = Object.keys(ask) as (keyof typeof ask)[];
    for (const granted of [[permission], []]) {
      const permissions = Object.fromEntries(rights.map((right) => [right, granted]));
      const hub = await start({ orgs, tokens: [token(permission)], permissions });
      const statuses = [];
      for (const right of rights) statuses.push((await ask[right](hub)).status);
      expect(statuses).toEqual(rights.map(() => (granted.length > 0 ? 200 : 403)));
    }
  });
});
