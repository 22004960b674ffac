import { describe, expect, test } from '@jest/globals';
import type { OrgSpec, Restriction, SimulatedHub, TokenSpec } from '../../simulator/index.ts';
import { add, call, GROUPS, MEMBERS, start } from './client.ts';

const GROUP_ID = '0123456789abcdef01234567';

const ACME: OrgSpec = {
  name: 'acme',
  members: ['ada', 'bob', 'carol', { user: 'leader', role: 'read' }, { user: 'writer', role: 'write' }],
  serviceAccounts: [{ user: 'bot', role: 'admin' }],
  groups: [
    { id: GROUP_ID, name: 'Cohort', users: { leader: 'admin', ada: 'contributor' } },
    { name: 'Other', users: { writer: 'read' } },
  ],
};

function fineGrained(user: string, type: string, name: string, ...permissions: string[]): TokenSpec {
  return { token: 'hf_x', user, type: 'fineGrained', scoped: [{ entity: { type, name }, permissions }] };
}

async function statuses(token: TokenSpec, orgs: OrgSpec[] = [ACME]): Promise<Record<string, number>> {
  const hub = await start({ orgs, tokens: [token] });
  const repo = { type: 'model', name: 'probe', organization: 'acme', private: true };
  const asked = {
    add: () => add(hub, 'Cohort', { bob: 'read' }, 'hf_x'),
    groups: () => call(hub, 'GET', GROUPS, undefined, 'hf_x'),
    members: () => call(hub, 'GET', MEMBERS, undefined, 'hf_x'),
    repo: () => call(hub, 'POST', '/api/repos/create', repo, 'hf_x'),
    groupRepo: () =>
      call(hub, 'POST', '/api/repos/create', { ...repo, name: 'two', resourceGroupId: GROUP_ID }, 'hf_x'),
  };
  const found: Record<string, number> = {};
  for (const [name, ask] of Object.entries(asked)) found[name] = (await ask()).status;
  return found;
}

describe('what person and token may do together', () => {
  const all = { add: 200, groups: 200, members: 200, repo: 200, groupRepo: 200 };
  const reads = { ...all, add: 403, repo: 403, groupRepo: 403 };
  const manages = { ...all, repo: 403, groupRepo: 403 };
  const none = { add: 403, groups: 403, members: 403, repo: 403, groupRepo: 403 };

  test.each<[string, TokenSpec, Record<string, number>]>([
    ['write token of an admin', { token: 'hf_x', user: 'admin', type: 'write' }, all],
    ['god token of an admin', { token: 'hf_x', user: 'admin', type: 'god' }, all],
    ['read token of an admin', { token: 'hf_x', user: 'admin', type: 'read' }, reads],
    [
      'write token of an admin of the group',
      { token: 'hf_x', user: 'leader', type: 'write' },
      { ...all, repo: 403 },
    ],
    [
      'write token of a contributor in the group',
      { token: 'hf_x', user: 'ada', type: 'write' },
      { ...reads, groupRepo: 200 },
    ],
    [
      'write token of a writer in the organization',
      { token: 'hf_x', user: 'writer', type: 'write' },
      { ...all, add: 403 },
    ],
    ['write token of a mere reader', { token: 'hf_x', user: 'bob', type: 'write' }, reads],
    ['write token of a person outside', { token: 'hf_x', user: 'eve', type: 'write' }, none],
    ['write token of a service account', { token: 'hf_x', user: 'bot', type: 'write' }, all],
    ['fine-grained, org.write', fineGrained('admin', 'org', 'ACME', 'org.write'), manages],
    ['fine-grained, org.members.write', fineGrained('admin', 'org', 'acme', 'org.members.write'), manages],
    [
      'fine-grained, resourceGroup.write',
      fineGrained('admin', 'org', 'acme', 'resourceGroup.write'),
      { ...manages, members: 403 },
    ],
    [
      'fine-grained, on the group',
      fineGrained('leader', 'resource-group', 'Cohort', 'resourceGroup.write'),
      { ...manages, members: 403 },
    ],
    [
      'fine-grained, on another group',
      fineGrained('admin', 'resource-group', 'Other', 'resourceGroup.write'),
      { ...none, groups: 200 },
    ],
    ['fine-grained, org.read', fineGrained('admin', 'org', 'acme', 'org.read'), reads],
    [
      'fine-grained, another organization',
      fineGrained('admin', 'org', 'other', 'org.write', 'repo.write'),
      none,
    ],
    [
      'fine-grained, repo.write',
      fineGrained('admin', 'org', 'acme', 'repo.write'),
      { ...none, repo: 200, groupRepo: 200 },
    ],
    [
      'fine-grained, repo.write on the group',
      fineGrained('ada', 'resource-group', 'Cohort', 'repo.write'),
      { ...none, groupRepo: 200 },
    ],
    [
      'fine-grained, repo.write on the user',
      fineGrained('writer', 'user', 'writer', 'repo.write'),
      { ...none, repo: 200, groupRepo: 200 },
    ],
    ['fine-grained, no permission', { token: 'hf_x', user: 'admin', type: 'fineGrained' }, none],
  ])('%s', async (_, token, expected) => {
    expect(await statuses(token)).toEqual(expected);
  });

  test('an organization may narrow what repo.write on the user means', async () => {
    const hub = await start({
      orgs: [ACME],
      tokens: [fineGrained('writer', 'user', 'writer', 'repo.write')],
      userScope: 'personal',
    });
    const create = (repo: object) => call(hub, 'POST', '/api/repos/create', repo, 'hf_x');
    expect((await create({ name: 'a', organization: 'acme' })).status).toBe(403);
    expect((await create({ name: 'a' })).json.name).toBe('writer/a');
  });

  test('others than admins of the organization see their own groups only', async () => {
    const hub = await start({ orgs: [ACME], tokens: [{ token: 'hf_x', user: 'ada', type: 'read' }] });
    expect((await call(hub, 'GET', GROUPS, undefined, 'hf_x')).json).toMatchObject([{ name: 'Cohort' }]);
    expect((await call(hub, 'GET', `${GROUPS}/${hub.group('Other').id}`, undefined, 'hf_x')).status).toBe(
      403,
    );
  });
});

describe('what refuses everything', () => {
  test('a plan without groups', async () => {
    const found = await statuses({ token: 'hf_x', user: 'admin', type: 'write' }, [
      { ...ACME, plan: 'free' },
    ]);
    expect(found).toMatchObject({ add: 402, groups: 402, members: 200 });
  });

  test('a token that does not exist, or none', async () => {
    const hub = await start();
    expect((await call(hub, 'GET', GROUPS, undefined, 'hf_unknown')).status).toBe(401);
    expect((await fetch(hub.url + GROUPS)).status).toBe(401);
    hub.tokens.delete('hf_test');
    expect((await call(hub, 'GET', GROUPS)).status).toBe(401);
  });

  test.each<Restriction>(['mfa', 'token-policy', 'token-revoked', 'sso', 'ip'])(
    'the restriction %s',
    async (each) => {
      const token: TokenSpec = { token: 'hf_x', user: 'admin', type: 'write', restrictions: [each] };
      expect(Object.values(await statuses(token))).toEqual([403, 403, 403, 403, 403]);
      const hub = await start({ orgs: [ACME], tokens: [token] });
      const { json } = await call(hub, 'GET', '/api/whoami-v2', undefined, 'hf_x');
      expect(json.orgs[0].securityRestrictions).toEqual([each]);
    },
  );

  test("the organization's token policy, in the words of hub-api.md", async () => {
    const hub = await start({ orgs: [ACME], tokens: [fineGrained('admin', 'org', 'acme', 'org.write')] });
    const asked = async (token: string) => (await call(hub, 'GET', GROUPS, undefined, token)).json.error;
    hub.org('acme').tokenPolicy = 'fine-grained-only';
    expect(await asked('hf_test')).toMatch('only fine-grained tokens are accepted');
    expect(await asked('hf_x')).toBeUndefined();
    expect((await call(hub, 'GET', '/api/whoami-v2')).json.orgs[0].securityRestrictions).toEqual([
      'token-policy',
    ]);
    hub.org('acme').tokenPolicy = 'approval';
    expect(await asked('hf_x')).toMatch(
      'Due to the organization token policy, your token needs to be approved',
    );
    hub.org('acme').tokenPolicy = 'denied';
    expect(await asked('hf_x')).toMatch('denied');
  });
});

describe('whoami', () => {
  test('names organizations, roles, groups and permissions', async () => {
    const scoped = [
      { entity: { type: 'org', name: 'acme' }, permissions: ['org.write', 'unheard.of'] },
      { entity: { type: 'resource-group', name: 'Cohort' }, permissions: ['repo.write'] },
      { entity: { type: 'model', name: 'acme/unknown' }, permissions: ['repo.content.read'] },
    ];
    const hub = await start({
      orgs: [ACME],
      tokens: [{ token: 'hf_x', user: 'ada', type: 'fineGrained', scoped }],
    });
    const { json } = await call(hub, 'GET', '/api/whoami-v2', undefined, 'hf_x');
    expect(json).toMatchObject({
      name: 'ada',
      orgs: [
        {
          name: 'acme',
          roleInOrg: 'read',
          plan: 'team',
          resourceGroups: [{ id: GROUP_ID, name: 'Cohort', role: 'contributor' }],
        },
      ],
      auth: { accessToken: { role: 'fineGrained' } },
    });
    const entities = json.auth.accessToken.fineGrained.scoped.map(({ entity }: { entity: object }) => entity);
    expect(entities).toMatchObject([{ _id: hub.org('acme').id }, { _id: GROUP_ID }, { _id: '0'.repeat(24) }]);
  });

  test.each([
    ['service-account', 200],
    ['odd-shape', 200],
    [500, 500],
  ] as const)('may answer otherwise: %s', async (whoami, status) => {
    const hub = await start({
      orgs: [ACME],
      tokens: [{ token: 'hf_x', user: 'bot', type: 'write', whoami }],
    });
    const reply = await call(hub, 'GET', '/api/whoami-v2', undefined, 'hf_x');
    expect(reply.status).toBe(status);
    expect(Array.isArray(reply.json.orgs)).toBe(false);
  });
});

describe('repositories', () => {
  const repo = { type: 'model', name: 'probe', organization: 'acme', private: true };
  const create = (hub: SimulatedHub, body: object) => call(hub, 'POST', '/api/repos/create', body);

  test('are created once, shown in their group, and deleted', async () => {
    const hub = await start({ orgs: [ACME] });
    const { json } = await create(hub, { ...repo, resourceGroupId: GROUP_ID });
    expect(json).toMatchObject({ url: `${hub.url}/acme/probe`, name: 'acme/probe' });
    expect(hub.repos).toEqual(['acme/probe']);
    expect((await create(hub, { ...repo, name: 'PROBE' })).status).toBe(409);
    const resource = { type: 'model', name: 'acme/probe', private: true, addedBy: 'admin' };
    expect((await call(hub, 'GET', `${GROUPS}/${GROUP_ID}`)).json.resources).toEqual([resource]);
    expect((await call(hub, 'DELETE', '/api/repos/delete', repo)).status).toBe(200);
    expect((await call(hub, 'GET', `${GROUPS}/${GROUP_ID}`)).json.resources).toEqual([]);
    expect((await call(hub, 'DELETE', '/api/repos/delete', repo)).status).toBe(404);
  });

  test.each([
    ['an unknown group', { ...repo, resourceGroupId: '0'.repeat(24) }, 404],
    ['an unknown organization', { ...repo, organization: 'none' }, 404],
    ['a name with a slash', { ...repo, name: 'a/b' }, 400],
    ['an unknown type', { ...repo, type: 'planet' }, 400],
    ['no object', [], 400],
  ])('are refused for %s', async (_, body, status) => {
    const hub = await start({ orgs: [ACME] });
    expect((await create(hub, body)).status).toBe(status);
    expect(hub.repos).toEqual([]);
  });
});
