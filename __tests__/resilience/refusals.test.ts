import { describe, expect, test } from '@jest/globals';
import { type OrgSpec, people, type Wording } from '../../simulator/index.ts';
import { randomFrom } from '../support/random.ts';
import { GROUP } from '../support/run-bundle.ts';
import { expectTruth, names, run, start, tally, usersOf, writes } from './support.ts';

const WORDINGS: readonly Wording[] = ['named', 'plain', 'empty', 'html'];

/** An organization of `count` people, some of whom the Hub refuses. */
function org(count: number, bad: readonly number[], spec: Partial<OrgSpec> = {}): OrgSpec {
  const members = people(count).map((member, index) => ({ ...member, suspended: bad.includes(index) }));
  return { name: 'acme', emailDomains: ['acme.com'], members, groups: [GROUP], ...spec };
}

const AT_MOST_FOR_ONE = 18;
const AT_MOST_FOR_FIVE = 70;

describe.each(WORDINGS)('refusals worded %s', (wording) => {
  test('one suspended account among fifty, at every position', async () => {
    for (let bad = 0; bad < 50; bad++) {
      const hub = await start({ orgs: [org(50, [bad])], wording });
      const { codes, requests, outcomes, problems } = await run(hub, { users: names(50) });
      expect(tally(codes)).toEqual({ added: 49, refused: 1 });
      expect(codes[`person-${bad + 1}`]).toBe('refused');
      expect(problems).toEqual([]);
      expect(requests.length).toBeLessThanOrEqual(AT_MOST_FOR_ONE);
      expectTruth(hub, outcomes);
    }
  });

  test('one stranger among fifty, whom no listing knows', async () => {
    for (const listing of ['allowed', 'refused'] as const) {
      for (const position of [0, 1, 24, 25, 48, 49]) {
        const hub = await start({ orgs: [org(49, [], { listing })], strangers: ['mallory'], wording });
        const users = names(49).toSpliced(position, 0, 'mallory');
        const { codes, requests, outcomes } = await run(hub, { users });
        const code = listing === 'allowed' ? 'not-in-organization' : 'refused';
        expect(tally(codes)).toEqual({ added: 49, [code]: 1 });
        expect(codes['mallory']).toBe(code);
        expect(requests.length).toBeLessThanOrEqual(AT_MOST_FOR_ONE);
        expectTruth(hub, outcomes);
      }
    }
  });

  test('five suspended accounts among two hundred, anywhere', async () => {
    const random = randomFrom(WORDINGS.indexOf(wording));
    for (let round = 0; round < 8; round++) {
      const bad = new Set<number>();
      while (bad.size < 5) bad.add(Math.floor(random() * 200));
      const hub = await start({ orgs: [org(200, [...bad])], wording });
      const { codes, requests, outcomes } = await run(hub, { users: names(200) });
      expect(tally(codes)).toEqual({ added: 195, refused: 5 });
      for (const index of bad) expect(codes[`person-${index + 1}`]).toBe('refused');
      expect(requests.length).toBeLessThanOrEqual(AT_MOST_FOR_FIVE);
      expectTruth(hub, outcomes);
    }
  });
});

describe('what else is refused', () => {
  test('five among two hundred, next to each other and as far apart as can be', async () => {
    const placements = [
      [0, 1, 2, 3, 4],
      [195, 196, 197, 198, 199],
      [0, 49, 50, 199, 100],
      [0, 50, 100, 150, 199],
      [0, 12, 24, 36, 49],
      [6, 18, 31, 43, 49],
      [23, 24, 25, 26, 27],
    ];
    for (const bad of placements) {
      const hub = await start({ orgs: [org(200, bad)], wording: 'empty' });
      const { codes, requests } = await run(hub, { users: names(200) });
      expect(tally(codes)).toEqual({ added: 195, refused: 5 });
      expect(requests.length).toBeLessThanOrEqual(AT_MOST_FOR_FIVE);
    }
  });

  test.each(WORDINGS)('mixed causes are told from the state, not from words: %s', async (wording) => {
    const spec = org(40, [7, 23], { serviceAccounts: ['ci-bot'] });
    const hub = await start({ orgs: [spec], strangers: ['mallory'], wording });
    hub.addMember(GROUP, 'person-3', 'read');
    hub.addMember(GROUP, 'person-4', 'write');
    const users = [...names(40), 'mallory', 'nobody-at-all', 'ci-bot'];
    const { codes, outcomes } = await run(hub, { users });
    expect(tally(codes)).toEqual({
      added: 37,
      refused: 2,
      'already-member': 1,
      'role-differs': 1,
      'not-in-organization': 2,
    });
    expect(codes).toMatchObject({ 'person-8': 'refused', 'person-24': 'refused', 'ci-bot': 'added' });
    expectTruth(hub, outcomes);
  });

  test.each(WORDINGS)('everyone but one is bad: %s', async (wording) => {
    const bad = Array.from({ length: 12 }, (_, index) => index).filter((index) => index !== 5);
    const hub = await start({ orgs: [org(12, bad)], wording });
    const { outcomes } = await run(hub, { users: names(12) });
    // The Hub refuses four by one: that it is they and not the group, cannot be known. But nothing untrue is said.
    expectTruth(hub, outcomes);
    expect(outcomes).toHaveLength(12);
  });
});

describe('a person joins between the look and the write', () => {
  test.each(WORDINGS)('with the same role, or another: %s', async (wording) => {
    for (const [role, code] of [
      ['read', 'already-member'],
      ['write', 'role-differs'],
    ] as const) {
      for (const position of [1, 25, 26, 50]) {
        const hub = await start({ orgs: [org(50, [])], wording });
        let joined = false;
        hub.onRequest(({ method }) => {
          if (method !== 'POST' || joined) return;
          joined = true;
          hub.addMember(GROUP, `person-${position}`, role);
        });
        const { codes, requests, outcomes } = await run(hub, { users: names(50) });
        expect(tally(codes)).toEqual({ added: 49, [code]: 1 });
        expect(codes[`person-${position}`]).toBe(code);
        expect(requests.length).toBeLessThanOrEqual(5);
        expectTruth(hub, outcomes);
      }
    }
  });

  test('with another role, and on-existing: update', async () => {
    const hub = await start({ orgs: [org(50, [])] });
    let joined = false;
    hub.onRequest(({ method }) => {
      if (method === 'POST' && !joined) hub.addMember(GROUP, 'person-9', 'admin');
      joined ||= method === 'POST';
    });
    const { codes, outcomes } = await run(hub, { users: names(50), onExisting: 'update' });
    expect(tally(codes)).toEqual({ added: 49, 'role-updated': 1 });
    expectTruth(hub, outcomes);
  });

  test('while a bad account is being narrowed down, in every step of it', async () => {
    for (let nth = 1; nth <= 12; nth++) {
      const hub = await start({ orgs: [org(50, [20])] });
      let posts = 0;
      hub.onRequest(({ method }) => {
        if (method === 'POST') posts += 1;
        if (method === 'POST' && posts === nth) hub.addMember(GROUP, `person-${nth * 4}`, 'read');
      });
      const { codes, outcomes } = await run(hub, { users: names(50) });
      expect(codes['person-21']).toBe('refused');
      expect(
        Object.values(codes).filter((code) => code === 'added' || code === 'already-member'),
      ).toHaveLength(49);
      expectTruth(hub, outcomes);
    }
  });

  test('a person leaves the organization', async () => {
    const hub = await start({ orgs: [org(50, [])] });
    let left = false;
    hub.onRequest(({ method }) => {
      if (method === 'POST' && !left) hub.removeOrgMember('acme', 'person-9');
      left ||= method === 'POST';
    });
    const { codes, outcomes } = await run(hub, { users: names(50) });
    expect(tally(codes)).toEqual({ added: 49, 'not-in-organization': 1 });
    expectTruth(hub, outcomes);
  });
});

describe('a request that is too large', () => {
  test('halves the size of the chunks for the rest of the run', async () => {
    const hub = await start({ orgs: [org(200, [])], maxUsersPerRequest: 20 });
    const { codes, requests, outcomes } = await run(hub, { users: names(200) });
    expect(tally(codes)).toEqual({ added: 200 });
    const sizes = writes(requests).map((request) => usersOf(request).length);
    expect(sizes.slice(0, 3)).toEqual([50, 25, 13]);
    expect(Math.max(...sizes.slice(2))).toBe(13);
    expectTruth(hub, outcomes);
  });

  test('in every group of the run', async () => {
    const groups = names(9, 'group');
    const hub = await start({ orgs: [{ ...org(60, []), groups }], maxUsersPerRequest: 20 });
    const { codes, requests, outcomes } = await run(hub, { users: names(60), groups });
    expect(Object.values(codes).every((code) => code === 'added')).toBe(true);
    const refused = writes(requests).filter(({ status }) => status === 413);
    // All nine are written to at once, so each can learn it by itself: 50 and 25 people are too many.
    expect(refused.length).toBeLessThanOrEqual(2 * 9);
    expectTruth(hub, outcomes);
  });

  test('even a single person', async () => {
    const hub = await start({ orgs: [org(3, [])], maxUsersPerRequest: 0 });
    const { codes, requests, outcomes } = await run(hub, { users: names(3) });
    expect(Object.values(codes)).not.toContain('added');
    expect(requests.length).toBeLessThanOrEqual(AT_MOST_FOR_ONE);
    expectTruth(hub, outcomes);
  });
});
