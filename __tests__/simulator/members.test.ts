import { describe, expect, test } from '@jest/globals';
import type { EmailFilter, OrgSpec, SimulatedHub } from '../../simulator/index.ts';
import { people } from '../../simulator/index.ts';
import { call, MEMBERS, start } from './client.ts';

function acme(spec: Partial<OrgSpec> = {}): OrgSpec {
  return { name: 'acme', emailDomains: ['acme.com'], members: people(25), ...spec };
}

async function users(hub: SimulatedHub, query: string): Promise<string[]> {
  const { json } = await call(hub, 'GET', `${MEMBERS}?${query}`);
  return json.map(({ user }: { user: string }) => user);
}

/** The members' names, page by page. */
async function pages(hub: SimulatedHub, query: string): Promise<string[][]> {
  const found: string[][] = [];
  for (let path: string | undefined = `${MEMBERS}?${query}`; path; ) {
    const { json, headers } = await call(hub, 'GET', path);
    found.push(json.map(({ user }: { user: string }) => user));
    const next = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
    path = next?.replace(hub.url, '');
  }
  return found;
}

describe('pages', () => {
  test('hold everyone once, in order, service accounts apart', async () => {
    const hub = await start({ orgs: [acme({ serviceAccounts: ['bot'] })] });
    const found = await pages(hub, 'limit=10');
    expect(found.map((page) => page.length)).toEqual([10, 10, 6]);
    expect(found.flat()).toEqual([...people(25).map(({ user }) => user), 'admin']);
  });

  test('have a size from 10 to 10,000, 500 unless told, and a cap if the test wants one', async () => {
    const hub = await start({ orgs: [acme({ members: people(600) })] });
    for (const limit of ['1', '9', '10001', '10.5', 'x', '']) {
      expect((await call(hub, 'GET', `${MEMBERS}?limit=${limit}`)).status).toBe(400);
    }
    expect(await users(hub, '')).toHaveLength(500);
    hub.org('acme').strictLimit = false;
    expect(await users(hub, 'limit=1')).toHaveLength(10);
    hub.org('acme').pageSizeCap = 3;
    expect(await users(hub, 'limit=100')).toHaveLength(3);
  });

  test('may lead elsewhere, or in a circle', async () => {
    const hub = await start({ orgs: [acme({ linkOrigin: 'http://evil.test', linkLoop: true })] });
    const link = (await call(hub, 'GET', `${MEMBERS}?limit=10&search=person`)).headers.get('link') ?? '';
    const next = new URL(link.slice(1, link.indexOf('>')));
    expect(next.origin).toBe('http://evil.test');
    expect(Object.fromEntries(next.searchParams)).toMatchObject({ limit: '10', search: 'person' });
    const again = await users(hub, next.search.slice(1));
    expect(again[0]).toBe('person-1');
  });

  test('are refused for a cursor that was never given, and altogether', async () => {
    const hub = await start({ orgs: [acme()] });
    expect((await call(hub, 'GET', `${MEMBERS}?cursor=what`)).status).toBe(400);
    hub.org('acme').listing = 'refused';
    expect((await call(hub, 'GET', MEMBERS)).status).toBe(403);
  });
});

describe('a member', () => {
  test('is shown with groups, and with the verified address to admins on a paid plan', async () => {
    const members = ['ada', { user: 'bob', email: 'bob@acme.com', verified: false }];
    const hub = await start({
      orgs: [acme({ members, groups: [{ name: 'Cohort', users: { ada: 'write' } }] })],
      tokens: [{ token: 'hf_ada', user: 'ada', type: 'write' }],
    });
    const { json } = await call(hub, 'GET', MEMBERS);
    expect(json[0]).toMatchObject({
      user: 'ada',
      role: 'read',
      verifiedEmail: 'ada@acme.com',
      resourceGroups: [{ id: hub.group('Cohort').id, name: 'Cohort', role: 'write', numUsers: 1 }],
    });
    expect(json[1].verifiedEmail).toBeNull();
    expect((await call(hub, 'GET', MEMBERS, undefined, 'hf_ada')).json[0]).not.toHaveProperty(
      'verifiedEmail',
    );
    hub.org('acme').verifiedEmailsVisible = false;
    hub.org('acme').memberGroupsVisible = false;
    const hidden = (await call(hub, 'GET', MEMBERS)).json[0];
    expect(hidden).not.toHaveProperty('verifiedEmail');
    expect(hidden).not.toHaveProperty('resourceGroups');
  });

  test('keeps id, address and groups under another username', async () => {
    const hub = await start({
      orgs: [acme({ members: ['ada'], groups: [{ name: 'G', users: { ada: 'write' } }] })],
    });
    const get = async (user: string) =>
      (await call(hub, 'GET', `${MEMBERS}?email=ada@acme.com`)).json.find(
        (member: { user: string }) => member.user === user,
      );
    const before = await get('ada');
    hub.renameMember('acme', 'ada', 'Lovelace');
    expect(await get('Lovelace')).toMatchObject({ _id: before._id, verifiedEmail: 'ada@acme.com' });
    expect(hub.members('G')).toEqual({ Lovelace: 'write' });
    expect(await users(hub, 'search=ada')).toEqual([]);
    const path = `/api/organizations/acme/resource-groups/${hub.group('G').id}/users`;
    expect((await call(hub, 'DELETE', `${path}/ada`)).status).toBe(404);
    expect((await call(hub, 'DELETE', `${path}/lovelace`)).status).toBe(200);
  });

  test('is found by a part of either name', async () => {
    const hub = await start({
      orgs: [acme({ members: [{ user: 'ada', fullname: 'Ada Lovelace' }, 'bob'] })],
    });
    expect(await users(hub, 'search=LOVE')).toEqual(['ada']);
    expect(await users(hub, 'search=b')).toEqual(['bob']);
    expect(await users(hub, 'search=zzz')).toEqual([]);
  });
});

describe('the email filter', () => {
  test("finds who has the address, in whichever case, in the organization's domains", async () => {
    const members = [...people(20), { user: 'twin', email: 'Person-3@acme.com', verified: false }];
    const hub = await start({ orgs: [acme({ members })] });
    expect(await users(hub, 'email=PERSON-2@acme.com')).toEqual(['person-2']);
    expect(await users(hub, 'email=person-3@acme.com')).toEqual(['person-3', 'twin']);
    expect(await users(hub, 'email=probe@acme.com')).toEqual([]);
  });

  test.each<[EmailFilter, string[] | 400]>([
    ['everyone', ['person-1', 'person-2', 'guest', 'admin']],
    ['nobody', []],
    ['one-stranger', ['person-1']],
    ['filter', ['guest']],
    ['error', 400],
  ])('outside of them, and inside too if told, may answer: %s', async (emailFilter, expected) => {
    const members = [...people(2), { user: 'guest', email: 'guest@else.org' }];
    const outside = await start({ orgs: [acme({ members, emailFilter })] });
    const inside = await start({
      orgs: [acme({ members, emailDomains: ['else.org'], emailFilterInside: emailFilter })],
    });
    for (const hub of [outside, inside]) {
      const { status, json } = await call(hub, 'GET', `${MEMBERS}?email=guest@else.org`);
      if (expected === 400) expect(status).toBe(400);
      else expect(json.map(({ user }: { user: string }) => user)).toEqual(expected);
    }
  });

  test.each(['ada', 'ada@acme', '.ada@acme.com', 'a..b@acme.com', '@acme.com', 'ada@acme.com,bob@acme.com'])(
    'does not take %s for an address',
    async (email) => {
      const hub = await start({ orgs: [acme()] });
      expect((await call(hub, 'GET', `${MEMBERS}?email=${encodeURIComponent(email)}`)).status).toBe(400);
    },
  );
});
