import { describe, expect, test } from '@jest/globals';
import type { GroupSpec, OrgSpec, PutBack, SimulatedHub } from '../../simulator/index.ts';
import { add, call, GROUPS, start, usersPath } from './client.ts';

const GROUP: GroupSpec = { name: 'Cohort', users: { ada: 'write', bot: 'read' } };

function acme(spec: Partial<OrgSpec> = {}, group: Partial<GroupSpec> = {}): OrgSpec {
  return {
    name: 'acme',
    members: ['ada', 'bob'],
    serviceAccounts: ['bot'],
    ...spec,
    groups: [{ ...GROUP, ...group }],
  };
}

const user = (hub: SimulatedHub, method: string, name: string, body?: unknown) =>
  call(hub, method, `${usersPath(hub, 'Cohort')}/${name}`, body);

const names = (json: { users: { name: string }[] }) => json.users.map(({ name }) => name);

describe('a removal', () => {
  test('answers with the group without the user, whatever the case of the name', async () => {
    const hub = await start({ orgs: [acme()] });
    const { status, json } = await user(hub, 'DELETE', 'ADA');
    expect([status, names(json)]).toEqual([200, ['bot']]);
    expect(hub.requests[0]).toMatchObject({ applied: true });
  });

  test.each([
    [404, undefined],
    [400, undefined],
    [200, ['ada', 'bot']],
  ])('of a user who is not in the group is a %s, if so configured', async (notInGroupStatus, shown) => {
    const hub = await start({ orgs: [acme({ notInGroupStatus })] });
    for (const [method, body] of [['DELETE'], ['PATCH', { role: 'read' }]] as const) {
      const { status, json } = await user(hub, method, 'bob', body);
      expect([status, json.users && names(json)]).toEqual([notInGroupStatus, shown]);
    }
    expect(hub.requests.map(({ applied = false }) => applied)).toEqual([false, false]);
  });

  test('in a SCIM-managed group is refused for regular members, and allowed for service accounts', async () => {
    const hub = await start({ orgs: [acme({}, { scim: true })] });
    expect((await user(hub, 'DELETE', 'ada')).status).toBe(403);
    expect((await user(hub, 'DELETE', 'bot')).status).toBe(200);
    expect(hub.members('Cohort')).toEqual({ ada: 'write' });
  });

  test.each<[PutBack, string[], string[]]>([
    ['never', ['bot'], ['bot']],
    ['at-once', ['bot', 'ada'], ['bot', 'ada']],
    ['later', ['bot'], ['bot', 'ada']],
  ])('may not last: put back %s', async (putBack, answered, then) => {
    const hub = await start({ orgs: [acme({}, { putBack })] });
    expect(names((await user(hub, 'DELETE', 'ada')).json)).toEqual(answered);
    expect(names((await call(hub, 'GET', `${GROUPS}/${hub.group('Cohort').id}`)).json)).toEqual(then);
  });

  test('from an auto-join group brings the user back with the role of auto-join', async () => {
    const autoJoin = { enabled: true, role: 'read' } as const;
    const hub = await start({ orgs: [acme({}, { putBack: 'later', autoJoin })] });
    await user(hub, 'DELETE', 'ada');
    expect(hub.members('Cohort')).toEqual({ bot: 'read', ada: 'read' });
  });

  test.each(['reset', 'drop', 'truncate', 'status', 'empty'] as const)(
    'that a fault (%s) strikes is not carried out before it, and carried out after it',
    async (kind) => {
      const hub = await start({ orgs: [acme()] });
      const match = { method: 'DELETE', user: 'ada' };
      hub.inject({ kind, match }, { kind, when: 'after', match });
      await user(hub, 'DELETE', 'ada').catch(() => undefined);
      expect(hub.members('Cohort')).toMatchObject({ ada: 'write' });
      await user(hub, 'DELETE', 'ada').catch(() => undefined);
      expect(hub.members('Cohort')).toEqual({ bot: 'read' });
    },
  );
});

describe('a change of role', () => {
  test('in a SCIM-managed group is refused or allowed, and can be undone', async () => {
    const hub = await start({ orgs: [acme({}, { scim: true })] });
    expect((await user(hub, 'PATCH', 'ada', { role: 'read' })).status).toBe(403);
    expect((await user(hub, 'PATCH', 'bot', { role: 'admin' })).status).toBe(200);
    hub.org('acme').scimRoleChange = 'allowed';
    const changed = await user(hub, 'PATCH', 'ada', { role: 'admin' });
    expect(changed.json.users[0]).toMatchObject({ name: 'ada', role: 'admin', roleSetBy: 'admin' });
    await user(hub, 'PATCH', 'ada', { role: 'contributor' });
    const reset = await user(hub, 'PATCH', 'ada', { resetToScimRole: true });
    expect(reset.json.users[0]).toMatchObject({ name: 'ada', role: 'write' });
    expect(reset.json.users[0]).not.toHaveProperty('roleSetBy');
  });

  test.each([
    { resetToScimRole: true },
    { resetToScimRole: false },
    { resetToScimRole: true, role: 'read' },
    {},
  ])('outside of SCIM cannot be undone, nor asked for by %j', async (body) => {
    const hub = await start({ orgs: [acme()] });
    expect((await user(hub, 'PATCH', 'ada', body)).status).toBe(400);
  });
});

describe('the users of a group', () => {
  test('have an organization role and who set their role, unless the Hub is older', async () => {
    const hub = await start({ orgs: [acme()] });
    await add(hub, 'Cohort', { bob: 'read' });
    const { json } = await user(hub, 'PATCH', 'bob', { role: 'write' });
    expect(json.users[2]).toEqual({
      type: 'user',
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      fullname: 'bob',
      name: 'bob',
      avatarUrl: expect.any(String),
      role: 'write',
      addedBy: 'admin',
      orgRole: 'read',
      roleSetBy: 'admin',
    });
    await call(hub, 'PUT', '/api/organizations/acme/members/bob/role', {
      role: 'admin',
      resourceGroups: [{ id: hub.group('Cohort').id, role: 'write' }],
    });
    const read = async () => (await call(hub, 'GET', GROUPS)).json[0].users[2];
    expect(await read()).toMatchObject({ orgRole: 'admin' });
    hub.org('acme').groupUserDetails = false;
    expect(await read()).not.toHaveProperty('orgRole');
    expect(await read()).not.toHaveProperty('roleSetBy');
  });

  test('may be shown in part, although the listing of members counts them all', async () => {
    const hub = await start({ orgs: [acme({ unlistedGroupUsers: ['Ada'] })] });
    expect(names((await call(hub, 'GET', GROUPS)).json[0])).toEqual(['bot']);
    expect(names((await add(hub, 'Cohort', { bob: 'read' })).json)).toEqual(['bot', 'bob']);
    const members = await call(hub, 'GET', '/api/organizations/acme/members');
    expect(members.json[1].resourceGroups).toMatchObject([{ numUsers: 3 }]);
  });
});

describe('people for whom the Hub always fails', () => {
  const orgs = [acme({ members: ['ada', 'bob', 'eve', 'carol'] })];
  test.each([
    ['failFor', 500, {}],
    ['refuseFor', 403, {}],
    ['loseFor', 504, { eve: 'read' }],
  ] as const)('%s: a %i at whatever position they are named', async (list, status, then) => {
    const hub = await start({ orgs, [list]: ['EVE'] });
    const sets = [{ eve: 'read' }, { bob: 'read', eve: 'read' }, { eve: 'read', carol: 'read' }];
    for (const users of sets) {
      expect((await add(hub, 'Cohort', users)).status).toBe(status);
      for (const name of Object.keys(users)) hub.removeMember('Cohort', name);
    }
    expect((await add(hub, 'Cohort', { carol: 'read' })).status).toBe(200);
    expect((await add(hub, 'Cohort', { eve: 'read' })).status).toBe(status);
    expect(hub.members('Cohort')).toEqual({ ada: 'write', bot: 'read', carol: 'read', ...then });
    hub.configure({ [list]: [] });
    hub.addMember('Cohort', 'eve', 'read');
    hub.configure({ [list]: ['eve'] });
    expect((await user(hub, 'PATCH', 'eve', { role: 'admin' })).status).toBe(status);
    expect((await user(hub, 'DELETE', 'eve')).status).toBe(status);
  });
});
