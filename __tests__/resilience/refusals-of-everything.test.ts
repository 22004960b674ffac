import { describe, expect, test } from '@jest/globals';
import {
  type HubOptions,
  type OrgSpec,
  people,
  type SimulatedHub,
  type TokenSpec,
  type Wording,
} from '../../simulator/index.ts';
import { GROUP } from '../support/run-bundle.ts';
import {
  type Coded,
  expectTruth,
  names,
  run,
  start,
  tally,
  type Wanted,
  whoamis,
  writes,
} from './support.ts';

const WORDINGS: readonly Wording[] = ['named', 'plain', 'empty', 'html'];
const AT_MOST = 10;
/** If the Hub does not say why, six people are tried one by one before a group is given up. */
const AT_MOST_IF_SILENT = 13;
const TOKEN = 'hf_the_token';
const POLICY = 'Due to the organization token policy, your token needs to be approved by an administrator.';

function org(spec: Partial<OrgSpec> = {}): OrgSpec {
  return { name: 'acme', emailDomains: ['acme.com'], members: people(50), groups: [GROUP], ...spec };
}

/** A write token of an admin of the organization, unless told. */
function token(spec: Partial<TokenSpec> = {}): TokenSpec {
  return { token: TOKEN, user: 'admin', type: 'write', ...spec };
}

/** One error with a remedy, in a handful of requests; no one was touched, and no one is said to be refused or missing. */
function expectOneError(
  hub: SimulatedHub,
  ran: Coded,
  cause: RegExp,
  remedy: RegExp,
  atMost: number = AT_MOST,
): void {
  expect(ran.problems).toHaveLength(1);
  expect(ran.problems[0]?.message).toMatch(cause);
  expect(ran.problems[0]?.remedy).toMatch(remedy);
  expect(Object.keys(tally(ran.codes))).toEqual(['not-attempted']);
  expect(ran.requests.length).toBeLessThanOrEqual(atMost);
  expect(whoamis(ran.requests)).toBeLessThanOrEqual(1);
  expect(writes(ran.requests).some(({ applied }) => applied)).toBe(false);
  expectTruth(hub, ran.outcomes, Object.keys(hub.members(GROUP)));
}

interface Case {
  readonly name: string;
  readonly options: HubOptions;
  readonly cause: RegExp;
  /** The cause if the Hub's words name it. */
  readonly causeIfNamed?: RegExp;
  readonly remedy: RegExp;
  /** Maximum number of requests, unless the Hub's words name the cause. */
  readonly atMost?: number;
}

const fineGrained = (permissions: string[], entity = { type: 'org', name: 'acme' }) =>
  token({ type: 'fineGrained', scoped: [{ entity, permissions }] });

const CASES: readonly Case[] = [
  {
    name: 'a read token',
    options: { orgs: [org()], tokens: [token({ type: 'read' })] },
    cause: /read token changes nothing/,
    remedy: /fine-grained token with the permission/,
  },
  {
    name: 'a fine-grained token that may only look',
    options: { orgs: [org()], tokens: [fineGrained(['org.read'])] },
    cause: /has none of org\.write/,
    remedy: /settings\/tokens/,
  },
  {
    name: 'a fine-grained token that may write repositories only',
    options: { orgs: [org()], tokens: [fineGrained(['repo.write'])] },
    cause: /has none of org\.write/,
    remedy: /settings\/tokens/,
  },
  {
    name: 'a fine-grained token for another organization',
    options: {
      orgs: [org(), { name: 'other' }],
      tokens: [fineGrained(['org.write'], { type: 'org', name: 'other' })],
    },
    cause: /has none of org\.write/,
    remedy: /settings\/tokens/,
  },
  {
    name: 'the token of a member who is no admin',
    options: {
      orgs: [
        org({
          members: [...people(50), { user: 'lead' }],
          groups: [{ name: GROUP, users: { lead: 'write' } }],
        }),
      ],
      tokens: [token({ user: 'lead' })],
    },
    cause: /lead has the role read in acme/,
    remedy: /admin/,
  },
  {
    name: 'the token of a stranger',
    options: { orgs: [org()], strangers: ['mallory'], tokens: [token({ user: 'mallory' })] },
    cause: /mallory is not a member of acme/,
    remedy: /invite mallory/,
  },
  {
    name: 'a token that waits for approval',
    options: { orgs: [org({ tokenPolicy: 'approval' })], tokens: [token()] },
    cause: /token policy of acme/,
    remedy: /approve the token/,
  },
  {
    name: 'a token that was denied',
    options: { orgs: [org({ tokenPolicy: 'denied' })], tokens: [token()] },
    cause: /token policy of acme/,
    remedy: /approve the token/,
  },
  {
    name: 'a write token where only fine-grained ones are accepted',
    options: { orgs: [org({ tokenPolicy: 'fine-grained-only' })], tokens: [token()] },
    cause: /not fine-grained/,
    remedy: /tokenType=fineGrained/,
  },
  {
    name: 'a token that the organization revoked',
    options: { orgs: [org()], tokens: [token({ restrictions: ['token-revoked'] })] },
    cause: /has revoked this token/,
    remedy: /new token/,
  },
  {
    name: 'an account without two factors',
    options: { orgs: [org()], tokens: [token({ restrictions: ['mfa'] })] },
    cause: /two-factor/,
    remedy: /two-factor/,
  },
  {
    name: 'a plan without groups',
    options: { orgs: [org({ plan: 'free' })], tokens: [token()] },
    cause: /402/,
    remedy: /Team plan/,
  },
  {
    name: 'no such token',
    options: { orgs: [org()] },
    cause: /does not accept the token \(401\)/,
    remedy: /new one/,
  },
  {
    name: 'a group that SCIM manages',
    options: { orgs: [org({ groups: [{ name: GROUP, scim: true }] })], tokens: [token()] },
    cause: /refused each of the 6 people/,
    causeIfNamed: /refused each of the 2 people/,
    remedy: /SCIM/,
    atMost: AT_MOST_IF_SILENT,
  },
];

describe.each(CASES)('$name', ({ options, cause, causeIfNamed = cause, remedy, atMost = AT_MOST }) => {
  test.each(WORDINGS)('worded %s, the group by its name', async (wording) => {
    const hub = await start({ ...options, wording });
    const ran = await run(hub, { users: names(50), token: TOKEN });
    if (wording === 'named') expectOneError(hub, ran, causeIfNamed, remedy);
    else expectOneError(hub, ran, cause, remedy, atMost);
  });

  test('the group by its id, chunks of one', async () => {
    const hub = await start({ ...options, wording: 'empty' });
    const { id } = hub.group(GROUP);
    const ran = await run(hub, { users: names(50), token: TOKEN, groups: [id], chunkSize: 1 });
    expectOneError(hub, ran, cause, remedy, atMost);
  });

  test('from email addresses that are hidden', async () => {
    const orgs = options.orgs?.map((spec) => ({ ...spec, verifiedEmailsVisible: false })) ?? [];
    const hub = await start({ ...options, orgs, wording: 'plain' });
    // Six who are refused alone prove that the cause is the group.
    const users = names(6).map((name) => `${name}@acme.com`);
    const ran = await run(hub, { users, token: TOKEN });
    expect(ran.problems).toHaveLength(1);
    expect(ran.problems[0]?.message).toMatch(cause);
    expect(tally(ran.codes)).toEqual({ 'not-attempted': 6 });
    // Besides: a look-up for each, and a probe of their domain.
    expect(ran.requests.length).toBeLessThanOrEqual(atMost + users.length + 1);
  });
});

describe('one person, and whom no listing knows', () => {
  test.each(WORDINGS)('a read token and one username: %s', async (wording) => {
    const hub = await start({ orgs: [org()], tokens: [token({ type: 'read' })], wording });
    const ran = await run(hub, { users: ['person-7'], token: TOKEN });
    expectOneError(hub, ran, /read token/, /fine-grained/);
  });

  test.each(WORDINGS)('a read token and service accounts only: %s', async (wording) => {
    const spec = org({ serviceAccounts: names(20, 'bot') });
    const hub = await start({ orgs: [spec], tokens: [token({ type: 'read' })], wording });
    const ran = await run(hub, { users: names(20, 'bot'), token: TOKEN });
    expectOneError(hub, ran, /read token/, /fine-grained/);
  });

  test('a read token and one service account', async () => {
    const spec = org({ serviceAccounts: ['bot'] });
    const hub = await start({ orgs: [spec], tokens: [token({ type: 'read' })], wording: 'empty' });
    const ran = await run(hub, { users: ['bot'], token: TOKEN });
    expectOneError(hub, ran, /read token/, /fine-grained/);
  });

  test('a read token, and roles to change only', async () => {
    const users = Object.fromEntries(names(20).map((name) => [name, 'read'] as const));
    const spec = org({ groups: [{ name: GROUP, users }] });
    const hub = await start({ orgs: [spec], tokens: [token({ type: 'read' })], wording: 'empty' });
    const ran = await run(hub, { users: names(20), role: 'write', onExisting: 'update', token: TOKEN });
    expectOneError(hub, ran, /read token/, /fine-grained/);
  });

  test('SCIM, and roles to change only', async () => {
    const users = Object.fromEntries(names(20).map((name) => [name, 'read'] as const));
    const spec = org({ groups: [{ name: GROUP, users, scim: true }] });
    const hub = await start({ orgs: [spec], tokens: [token()], wording: 'empty' });
    const ran = await run(hub, { users: names(20), role: 'write', onExisting: 'update', token: TOKEN });
    expect(ran.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/refused each of the 6 people/),
    ]);
    expect(Object.values(ran.codes)).not.toContain('role-updated');
    expect(ran.requests.length).toBeLessThanOrEqual(AT_MOST);
  });

  test('four people whom the Hub refuses without a word prove nothing of the group: each is refused', async () => {
    const hub = await start({
      orgs: [org({ groups: [{ name: GROUP, scim: true }] })],
      tokens: [token()],
      wording: 'empty',
    });
    const ran = await run(hub, { users: names(4), token: TOKEN });
    expect(ran.problems).toEqual([]);
    expect(tally(ran.codes)).toEqual({ refused: 4 });
    expectTruth(hub, ran.outcomes);
  });

  test('SCIM: service accounts are added all the same', async () => {
    const spec = org({ serviceAccounts: ['ci-bot'], groups: [{ name: GROUP, scim: true }] });
    const hub = await start({ orgs: [spec], tokens: [token()], wording: 'plain' });
    const ran = await run(hub, { users: [...names(20), 'ci-bot'], token: TOKEN });
    expect(tally(ran.codes)).toEqual({ 'not-attempted': 20, added: 1 });
    expect(ran.problems).toHaveLength(1);
    expectTruth(hub, ran.outcomes);
  });

  test('no such organization, no such group', async () => {
    const hub = await start({ orgs: [org()], tokens: [token()] });
    const ran = await run(hub, { users: names(50), token: TOKEN, org: 'acmee' });
    expectOneError(hub, ran, /no organization "acmee"/, /name in the organization/);
    const other = await run(hub, { users: names(50), token: TOKEN, groups: ['Cohort 2025'] });
    expect(other.problems[0]?.message).toMatch(
      /no resource group "Cohort 2025".*Did you mean "Cohort 2024"/s,
    );
    expect(other.requests.length).toBeLessThanOrEqual(2);
  });
});

describe('in the middle of a run', () => {
  /** Lets something happen when the `nth` POST arrives. */
  function atPost(hub: SimulatedHub, nth: number, happen: () => void): void {
    let posts = 0;
    hub.onRequest(({ method }) => {
      if (method !== 'POST') return;
      posts += 1;
      if (posts === nth) happen();
    });
  }

  function expectStopped(
    hub: SimulatedHub,
    ran: Coded,
    done: number,
    cause: RegExp,
    sentBefore: number,
  ): void {
    expect(tally(ran.codes)).toEqual({ added: done, 'not-attempted': 200 - done });
    expect(ran.problems).toHaveLength(1);
    expect(ran.problems[0]?.message).toMatch(cause);
    expect(ran.problems[0]?.remedy).not.toBe('');
    expect(ran.requests.length - sentBefore).toBeLessThanOrEqual(AT_MOST);
    expect(whoamis(ran.requests)).toBeLessThanOrEqual(1);
    expectTruth(hub, ran.outcomes);
  }

  const twoHundred: OrgSpec = org({ members: people(200) });
  const wanted: Wanted = { users: names(200), token: TOKEN };

  test.each(WORDINGS)('the organization revokes the token: %s', async (wording) => {
    const hub = await start({ orgs: [twoHundred], tokens: [token()], wording });
    atPost(hub, 3, () => hub.tokens.set(TOKEN, token({ restrictions: ['token-revoked'] })));
    const ran = await run(hub, wanted);
    expectStopped(hub, ran, 100, /revoked this token/, 4);
    expect(whoamis(ran.requests)).toBe(1);
  });

  test('a token policy that only the refusal tells, because whoami is refused', async () => {
    const hub = await start({ orgs: [org()], tokens: [token({ whoami: 403 })] });
    // Reads go on, so only what is written is refused.
    hub.inject({
      kind: 'status',
      match: { method: 'POST' },
      times: 99,
      status: 403,
      body: { error: POLICY },
    });
    const ran = await run(hub, { users: names(3), token: TOKEN });
    expectOneError(hub, ran, /403: "Due to the organization token policy, .*\."/, /approve the token/);
  });

  test.each(WORDINGS)('the token is deleted: %s', async (wording) => {
    const hub = await start({ orgs: [twoHundred], tokens: [token()], wording });
    atPost(hub, 3, () => hub.tokens.delete(TOKEN));
    expectStopped(hub, await run(hub, wanted), 100, /does not accept the token \(401\)/, 4);
  });

  test.each(WORDINGS)('the token loses its permission: %s', async (wording) => {
    const hub = await start({ orgs: [twoHundred], tokens: [fineGrained(['org.write'])], wording });
    atPost(hub, 3, () => hub.tokens.set(TOKEN, fineGrained(['org.read'])));
    const ran = await run(hub, wanted);
    expectStopped(hub, ran, 100, /has none of org\.write/, 4);
  });

  test.each(WORDINGS)('the plan ends: %s', async (wording) => {
    const hub = await start({ orgs: [twoHundred], tokens: [token()], wording });
    atPost(hub, 3, () => Object.assign(hub.org('acme'), { plan: 'free' }));
    expectStopped(hub, await run(hub, wanted), 100, /402/, 4);
  });

  test.each(WORDINGS)('the group is deleted: %s', async (wording) => {
    const hub = await start({ orgs: [twoHundred], tokens: [token()], wording });
    const { id } = hub.group(GROUP);
    atPost(hub, 3, () => hub.org('acme').groups.delete(id));
    const { codes, problems, requests } = await run(hub, wanted);
    expect(tally(codes)).toEqual({ added: 100, 'not-attempted': 100 });
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/Cohort 2024.*deleted|deleted.*Cohort 2024|can no longer be read/s),
    ]);
    expect(requests.length - 4).toBeLessThanOrEqual(AT_MOST);
  });

  test('a token is revoked while people are looked up', async () => {
    const spec = org({ members: people(60), verifiedEmailsVisible: false });
    for (const revoked of [undefined, token({ restrictions: ['token-revoked'] })]) {
      const hub = await start({ orgs: [spec], tokens: [token()], wording: 'empty' });
      let lookUps = 0;
      hub.onRequest(({ query }) => {
        lookUps += query['email'] === undefined ? 0 : 1;
        if (lookUps !== 20) return;
        if (revoked) hub.tokens.set(TOKEN, revoked);
        else hub.tokens.delete(TOKEN);
      });
      const ran = await run(hub, { users: names(60).map((name) => `${name}@acme.com`), token: TOKEN });
      expect(ran.problems).toHaveLength(1);
      expect(ran.problems[0]?.message).toMatch(/revoked|401/);
      expect(tally(ran.codes)).toEqual({ 'not-attempted': 60 });
      // Sixteen look-ups are under way at once; they are not counted against those that follow the refusal.
      expect(hub.requests.length).toBeLessThanOrEqual(2 + 20 + 16 + AT_MOST);
      expect(hub.members(GROUP)).toEqual({});
    }
  });
});

describe('several groups', () => {
  test.each(WORDINGS)('one is managed by SCIM, the others are served: %s', async (wording) => {
    const groups = ['A', { name: 'B', scim: true }, 'C'];
    const hub = await start({ orgs: [org({ groups })], tokens: [token()], wording });
    const ran = await run(hub, { users: names(20), groups: ['A', 'B', 'C'], token: TOKEN });
    const of = (name: string) => ran.outcomes.filter(({ groupName }) => groupName === name);
    for (const name of ['A', 'C']) expect(of(name).every(({ code }) => code === 'added')).toBe(true);
    expect(of('B').every(({ code }) => code === 'not-attempted')).toBe(true);
    expect(ran.problems.map(({ group }) => group)).toEqual([hub.group('B').id]);
    expectTruth(hub, ran.outcomes);
  });

  test.each(WORDINGS)('the account is admin of two of three groups: %s', async (wording) => {
    const users = { lead: 'admin' } as const;
    const groups = [
      { name: 'A', users },
      { name: 'B', users: { lead: 'write' } as const },
      { name: 'C', users },
    ];
    const members = [...people(20), { user: 'lead' }];
    const hub = await start({ orgs: [org({ members, groups })], tokens: [token({ user: 'lead' })], wording });
    const ran = await run(hub, { users: names(20), groups: ['A', 'B', 'C'], token: TOKEN });
    const of = (name: string) => ran.outcomes.filter(({ groupName }) => groupName === name);
    for (const name of ['A', 'C']) expect(of(name).every(({ code }) => code === 'added')).toBe(true);
    expect(of('B').every(({ code }) => code === 'not-attempted')).toBe(true);
    expect(ran.problems.map(({ group }) => group)).toEqual([hub.group('B').id]);
    expect(whoamis(ran.requests)).toBe(1);
    expectTruth(hub, ran.outcomes, ['lead']);
  });

  test.each(WORDINGS)('the token is good for one of three groups: %s', async (wording) => {
    const scoped = [
      { entity: { type: 'org', name: 'acme' }, permissions: ['org.read'] },
      { entity: { type: 'resource-group', name: 'B' }, permissions: ['resourceGroup.write'] },
    ];
    const tokens = [token({ type: 'fineGrained', scoped })];
    const hub = await start({ orgs: [org({ groups: ['A', 'B', 'C'] })], tokens, wording });
    const ran = await run(hub, { users: names(20), groups: ['A', 'B', 'C'], token: TOKEN });
    const codes = (name: string) =>
      new Set(ran.outcomes.filter((one) => one.groupName === name).map(({ code }) => code));
    expect([codes('A'), codes('B'), codes('C')]).toEqual([
      new Set(['not-attempted']),
      new Set(['added']),
      new Set(['not-attempted']),
    ]);
    expect(whoamis(ran.requests)).toBe(1);
    expectTruth(hub, ran.outcomes);
  });

  test.each(WORDINGS)('a read token for nine groups is told once: %s', async (wording) => {
    const groups = names(9, 'group');
    const hub = await start({ orgs: [org({ groups })], tokens: [token({ type: 'read' })], wording });
    const ran = await run(hub, { users: names(20), groups, token: TOKEN });
    expect(tally(ran.codes)).toEqual({ 'not-attempted': 20 });
    expect(ran.problems).toHaveLength(1);
    expect(whoamis(ran.requests)).toBe(1);
    expectTruth(hub, ran.outcomes);
  });

  test('a token revoked half-way through six groups is told once', async () => {
    const groups = names(6, 'group');
    const hub = await start({
      orgs: [org({ members: people(200), groups })],
      tokens: [token()],
      wording: 'empty',
    });
    let posts = 0;
    hub.onRequest(({ method }) => {
      posts += method === 'POST' ? 1 : 0;
      if (posts === 12) hub.tokens.set(TOKEN, token({ restrictions: ['token-revoked'] }));
    });
    const ran = await run(hub, { users: names(200), groups, token: TOKEN });
    expect(ran.problems).toHaveLength(1);
    expect(ran.problems[0]?.message).toMatch(/revoked this token/);
    expect(whoamis(ran.requests)).toBe(1);
    expect(new Set(ran.outcomes.map(({ code }) => code))).toEqual(new Set(['added', 'not-attempted']));
    expectTruth(hub, ran.outcomes);
  });

  test('one group is deleted half-way, the others are served', async () => {
    const hub = await start({ orgs: [org({ members: people(200), groups: ['A', 'B'] })], tokens: [token()] });
    const { id } = hub.group('B');
    let posts = 0;
    hub.onRequest(({ method, path }) => {
      posts += method === 'POST' && path.includes(id) ? 1 : 0;
      if (posts === 2) hub.org('acme').groups.delete(id);
    });
    const ran = await run(hub, { users: names(200), groups: ['A', 'B'], token: TOKEN });
    expect(Object.keys(hub.members('A'))).toHaveLength(200);
    expect(ran.problems.map(({ group }) => group)).toEqual([id]);
    expect(ran.problems[0]?.message).toMatch(/"B"/);
  });
});
