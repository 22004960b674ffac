import { describe, expect, test } from '@jest/globals';
import type { LinkForm, OrgSpec, SimulatedHub } from '../../simulator/index.ts';
import { people } from '../../simulator/index.ts';
import { call, GROUPS, MEMBERS, start } from './client.ts';

const ACCOUNTS = '/api/organizations/acme/service-accounts';

function acme(spec: Partial<OrgSpec> = {}): OrgSpec {
  return {
    name: 'acme',
    emailDomains: ['acme.com'],
    members: ['ada', 'bob'],
    serviceAccounts: ['bot', { user: 'ci', role: 'admin', description: 'Builds' }],
    groups: [{ name: 'One', users: { ada: 'read' } }, 'Two', 'Three'],
    ...spec,
  };
}

const names = async (hub: SimulatedHub) =>
  (await call(hub, 'GET', GROUPS)).json.map((group: OrgSpec) => group.name);
const users = async (hub: SimulatedHub, query = '') =>
  (await call(hub, 'GET', `${MEMBERS}?${query}`)).json.map(({ user }: { user: string }) => user);

describe('the listing of groups', () => {
  test('may be refused although single groups can be read and managed', async () => {
    const hub = await start({ orgs: [acme({ groupListing: 'refused' })] });
    expect((await call(hub, 'GET', GROUPS)).status).toBe(403);
    expect((await call(hub, 'GET', `${GROUPS}/${hub.group('Two').id}`)).json.name).toBe('Two');
  });

  test('may show only some of the groups that can be read', async () => {
    const hub = await start({ orgs: [acme()] });
    hub.org('acme').groupListing = ['One', hub.group('Three').id];
    expect(await names(hub)).toEqual(['One', 'Three']);
    expect((await call(hub, 'GET', `${GROUPS}/${hub.group('Two').id}`)).status).toBe(200);
  });
});

describe('the listing of members', () => {
  test('may leave members out, or end early, without saying so', async () => {
    const hub = await start({ orgs: [acme({ unlistedMembers: ['Ada'] })] });
    expect(await users(hub)).toEqual(['bob', 'admin']);
    expect(await users(hub, 'email=ada@acme.com')).toEqual([]);
    const cut = await start({ orgs: [acme({ members: people(25), groups: [], listingEndsAfter: 15 })] });
    const first = await call(cut, 'GET', `${MEMBERS}?limit=10`);
    const second = await call(
      cut,
      'GET',
      /<[^>]*(\/api[^>]*)>/.exec(first.headers.get('link') ?? '')?.[1] ?? '',
    );
    expect([first.json.length, second.json.length, second.headers.get('link')]).toEqual([10, 5, null]);
  });

  test.each([
    ['actual', 1],
    ['absent', undefined],
    [{ offBy: 4 }, 5],
    [{ offBy: -1 }, 0],
  ] as const)("counts a group's users: %j", async (numUsers, expected) => {
    const hub = await start({ orgs: [acme({ numUsers })] });
    expect((await call(hub, 'GET', MEMBERS)).json[0].resourceGroups[0].numUsers).toBe(expected);
  });

  test.each<[LinkForm, RegExp]>([
    ['plain', /^<(http[^>]+)>; rel="next"$/],
    ['unquoted', /^<(http[^>]+)>;rel=next$/],
    ['several-headers', /^<http[^>]+limit=10>; rel="first"; title="a, .*", <([^>]+)>; rel="next"$/],
    ['one-list', /^<http[^>]+limit=10>; rel="first"; title="a, .*", <([^>]+)>; rel="next"$/],
    ['parameters', /^<(http[^>]+)>; title="a, <b>; rel=prev"; REL="last next"; foo$/],
    ['relative', /^<(\/api[^>]+)>; rel="next"$/],
    ['unreadable', /^<(http[^>]+); rel="next"$/],
  ])('links to the next page in the form: %s', async (linkForm, pattern) => {
    const hub = await start({ orgs: [acme({ members: people(25), groups: [], linkForm })] });
    const { headers } = await call(hub, 'GET', `${MEMBERS}?limit=10`);
    const url = pattern.exec(headers.get('link') ?? '')?.[1] ?? '';
    expect(new URL(url, hub.url).searchParams.get('cursor')).toBe(Buffer.from('10').toString('base64url'));
  });
});

describe('the listing of service accounts', () => {
  test('names them, to an organization admin with the right', async () => {
    const scoped = (permission: string) => [
      { entity: { type: 'org', name: 'acme' }, permissions: [permission] },
    ];
    const hub = await start({
      orgs: [acme({ plan: 'enterprise' })],
      tokens: [
        { token: 'hf_may', user: 'admin', type: 'fineGrained', scoped: scoped('org.serviceAccounts.read') },
        { token: 'hf_may_not', user: 'admin', type: 'fineGrained', scoped: scoped('org.read') },
        { token: 'hf_member', user: 'ada', type: 'write' },
      ],
    });
    const statuses = ['hf_test', 'hf_may', 'hf_may_not', 'hf_member'].map(
      async (token) => (await call(hub, 'GET', ACCOUNTS, undefined, token)).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 200, 403, 403]);
    expect((await call(hub, 'GET', ACCOUNTS)).json).toMatchObject([
      { user: 'bot' },
      { user: 'ci', description: 'Builds' },
    ]);
  });

  test.each<[Partial<OrgSpec>, number]>([
    [{ plan: 'team' }, 402],
    [{ plan: 'plus' }, 200],
    [{ plan: 'team', serviceAccountListing: 'allowed' }, 200],
    [{ plan: 'enterprise', serviceAccountListing: 404 }, 404],
    [{ plan: 'enterprise', serviceAccountListing: 403 }, 403],
  ])('with %j is a %i', async (spec, status) => {
    const hub = await start({ orgs: [acme(spec)] });
    expect((await call(hub, 'GET', ACCOUNTS)).status).toBe(status);
  });
});

describe('a service account', () => {
  const token = { token: 'hf_ci', user: 'ci', type: 'write' } as const;

  test('belongs to no organization by whoami, and sees no verified address unless told', async () => {
    const hub = await start({ orgs: [acme()], tokens: [token] });
    expect((await call(hub, 'GET', '/api/whoami-v2', undefined, 'hf_ci')).json).toMatchObject({ orgs: [] });
    const read = async () => (await call(hub, 'GET', MEMBERS, undefined, 'hf_ci')).json[0];
    expect(await read()).not.toHaveProperty('verifiedEmail');
    hub.org('acme').serviceAccountsSeeEmails = true;
    expect(await read()).toMatchObject({ verifiedEmail: 'ada@acme.com' });
  });

  test('has no token with a permission on members', async () => {
    const scoped = [{ entity: { type: 'org', name: 'acme' }, permissions: ['org.members.read'] }];
    const tokens = [{ ...token, type: 'fineGrained' as const, scoped }];
    await expect(start({ orgs: [acme()], tokens })).rejects.toThrow('cannot carry org.members.*');
  });
});

test('the name of an organization may have to be spelled exactly', async () => {
  const hub = await start({ orgs: [acme({ name: 'Acme', groups: [] })] });
  expect((await call(hub, 'GET', GROUPS)).status).toBe(200);
  hub.org('acme').nameCase = 'sensitive';
  expect((await call(hub, 'GET', GROUPS)).status).toBe(404);
  expect((await call(hub, 'GET', GROUPS.replace('acme', 'Acme'))).status).toBe(200);
});

test('a letter that only looks like an ASCII letter in lower case is another one', async () => {
  const hub = await start({ orgs: [acme({ members: ['kay'], groups: [] })] });
  expect((await call(hub, 'GET', `${MEMBERS}?search=${encodeURIComponent('\u212Aay')}`)).json).toEqual([]);
});
