import { describe, expect, test } from '@jest/globals';
import { type Fault, type OrgSpec, people, type RecordedRequest } from '../../simulator/index.ts';
import { GROUP, runStep } from '../support/run-bundle.ts';
import type { Ran } from '../support/run-in-process.ts';
import { codesOf, expectTruth, names, run, start, tally, usersOf, type Wanted, writes } from './support.ts';

const ORG: OrgSpec = { name: 'acme', emailDomains: ['acme.com'], members: people(60), groups: [GROUP] };
/** Real answers come within milliseconds; whatever hangs is given up soon. */
const TIMEOUT_MS = 200;

const KINDS: readonly Partial<Fault>[] = [
  { kind: 'reset' },
  { kind: 'hang' },
  { kind: 'truncate' },
  { kind: 'wrong-json' },
  { kind: 'html' },
  { kind: 'empty' },
  ...[408, 425, 429, 500, 502, 503, 504].map((status) => ({ kind: 'status', status }) as const),
];

const nameOf = ({ kind, status }: Partial<Fault>) => (status === undefined ? `${kind}` : `${kind} ${status}`);

/**
 * Between a write whose answer was lost and the next write to that group, the group was read: asking again without
 * looking might ask for what was done. 429 is no lost answer: it says that nothing was done.
 */
function expectReadBeforeRepeat(requests: readonly RecordedRequest[]): void {
  let lost: RecordedRequest | undefined;
  for (const request of requests) {
    const isRead = request.method === 'GET' && /\/resource-groups\/[0-9a-f]{24}$/.test(request.path);
    if (isRead && request.status === 200 && request.fault === undefined) lost = undefined;
    if (request.method === 'GET') continue;
    expect({ repeated: request.url, after: lost?.id }).toEqual({ repeated: request.url, after: undefined });
    if (request.fault !== undefined && request.status !== 429) lost = request;
  }
}

async function withFaults(faults: readonly Fault[], wanted: Wanted = {}, before: string[] = []) {
  const hub = await start({ orgs: [ORG] });
  for (const name of before) hub.addMember(GROUP, name, 'read');
  hub.inject(...faults);
  const ran = await run(hub, { users: names(60), timeoutMs: TIMEOUT_MS, ...wanted });
  expectReadBeforeRepeat(ran.requests);
  expectTruth(hub, ran.outcomes, before);
  return { hub, ...ran };
}

describe.each(KINDS)('$kind $status', (fault) => {
  describe.each(['before', 'after'] as const)('%s the Hub acted', (when) => {
    const strike = (match: NonNullable<Fault['match']>, times: number): Fault =>
      ({ ...fault, when, match, times }) as Fault;

    test('reads: once or twice is no trouble', async () => {
      for (const path of [/resource-groups$/, /members$/]) {
        for (const times of [1, 2]) {
          const { codes, problems } = await withFaults([strike({ method: 'GET', path }, times)]);
          expect(tally(codes)).toEqual({ added: 60 });
          expect(problems).toEqual([]);
        }
      }
    });

    test('look-ups: sixteen at once, and one that fails twice', async () => {
      const hub = await start({ orgs: [{ ...ORG, verifiedEmailsVisible: false }] });
      const path = /members$/;
      hub.inject(strike({ path, nth: 5 }, 1), strike({ path, nth: 9 }, 1), strike({ path, nth: 16 }, 1));
      const users = names(16).map((name) => `${name}@acme.com`);
      const { codes, outcomes, problems } = await run(hub, { users, timeoutMs: TIMEOUT_MS });
      expect(tally(codes)).toEqual({ added: 16 });
      expect(problems).toEqual([]);
      expectTruth(hub, outcomes);
    });

    test('the first write, once and three times', async () => {
      for (const times of [1, 3]) {
        const { codes, problems, requests } = await withFaults([strike({ method: 'POST' }, times)]);
        expect(problems).toEqual([]);
        expect(requests.length).toBeLessThanOrEqual(4 + 4 * times);
        const expected = fault.status === 429 && when === 'after' ? ['added', 'already-member'] : ['added'];
        expect(expected).toEqual(expect.arrayContaining(Object.keys(tally(codes))));
      }
    });

    test('the second write, and the look at what became of it', async () => {
      const { codes } = await withFaults([
        strike({ method: 'POST', nth: 2 }, 1),
        { ...fault, match: { method: 'GET', path: /resource-groups\/[0-9a-f]{24}$/ } } as Fault,
      ]);
      expect(Object.keys(codes)).toHaveLength(60);
      expect(Object.values(codes).every((code) => code === 'added' || code === 'already-member')).toBe(true);
    });

    test('a change of role', async () => {
      for (const times of [1, 2]) {
        const { codes } = await withFaults(
          [strike({ method: 'PATCH' }, times)],
          { users: names(3), role: 'write', onExisting: 'update' },
          names(3),
        );
        const expected = fault.status === 429 && when === 'after' ? ['role-updated'] : ['role-updated'];
        expect(Object.keys(tally(codes))).toEqual(expected);
      }
    });
  });
});

describe('attempts are bounded', () => {
  test.each(KINDS.map((fault) => [nameOf(fault), fault] as const))(
    '%s for ever, everywhere',
    async (_, fault) => {
      const { codes, requests, problems, waitedMs } = await withFaults(
        [{ ...fault, times: Infinity } as Fault],
        {
          timeoutMs: 30,
        },
      );
      // The groups and the first page of members are asked for at the same time: five attempts each.
      const perPath = Map.groupBy(requests, ({ path }) => path);
      expect(perPath.size).toBeLessThanOrEqual(2);
      if (fault.status === 429) expect(requests.length).toBeLessThanOrEqual(30);
      else for (const same of perPath.values()) expect(same.length).toBeLessThanOrEqual(5);
      expect(problems).toHaveLength(1);
      expect(tally(codes)).toEqual({ [fault.status === 429 ? 'rate-limited' : 'unavailable']: 60 });
      expect(waitedMs).toBeLessThanOrEqual(900_000);
    },
  );

  test.each(KINDS.map((fault) => [nameOf(fault), fault] as const))(
    '%s for ever, on writes',
    async (_, fault) => {
      // 429 says that nothing was done, so there is no such thing as a write that was done and answered with it.
      for (const when of fault.status === 429 ? (['before'] as const) : (['before', 'after'] as const)) {
        const { codes, requests, waitedMs } = await withFaults(
          [{ ...fault, when, match: { method: 'POST' }, times: Infinity } as Fault],
          { timeoutMs: 30 },
        );
        expect(requests.length).toBeLessThanOrEqual(80);
        expect(waitedMs).toBeLessThanOrEqual(900_000);
        if (when === 'before')
          expect(Object.keys(tally(codes))).toEqual([fault.status === 429 ? 'rate-limited' : 'unavailable']);
        else expect(Object.values(codes)).not.toContain('unavailable');
      }
    },
  );

  test('role changes for ever', async () => {
    const { codes, requests } = await withFaults(
      [{ kind: 'status', status: 500, match: { method: 'PATCH' }, times: Infinity }],
      { role: 'write', onExisting: 'update' },
      names(60),
    );
    expect(tally(codes)).toEqual({ unavailable: 60 });
    expect(requests.length).toBeLessThanOrEqual(60);
  });

  test('no wait at all: what became of a lost write is looked up all the same', async () => {
    const lost = { kind: 'reset', match: { method: 'POST' } } as const;
    const after = await withFaults([{ ...lost, when: 'after' }], { maxWaitMs: 0, users: names(3) });
    expect(tally(after.codes)).toEqual({ added: 3 });
    const before = await withFaults([lost], { maxWaitMs: 0, users: names(3) });
    expect(Object.values(before.codes)).not.toContain('unconfirmed');
  });
});

describe('what the server says about time comes first', () => {
  test.each(['GET', 'POST', 'PATCH'])('Retry-After on a 503 to a %s', async (method) => {
    const headers = { 'Retry-After': '77' };
    const { codes, waitedMs } = await withFaults(
      [{ kind: 'status', status: 503, headers, match: { method } }],
      { users: names(2), role: 'write', onExisting: 'update' },
      ['person-1'],
    );
    expect(tally(codes)).toEqual({ added: 1, 'role-updated': 1 });
    expect(waitedMs).toBeGreaterThanOrEqual(77_000);
    expect(waitedMs).toBeLessThan(80_000);
  });

  test('longer than there is time for: told at once', async () => {
    const headers = { 'Retry-After': '86400' };
    for (const method of ['GET', 'POST']) {
      const { codes, problems, waitedMs, requests } = await withFaults([
        { kind: 'status', status: 503, headers, match: { method }, times: Infinity },
      ]);
      expect(waitedMs).toBeLessThan(1_000);
      expect(requests.length).toBeLessThanOrEqual(5);
      expect(tally(codes)).toEqual({ unavailable: 60 });
      expect(problems).toHaveLength(1);
    }
  });
});

describe('a Hub that goes down half-way', () => {
  const members = people(200);
  const down = (skip: number, when: 'before' | 'after' = 'before'): Fault[] => [
    { kind: 'status', status: 503, when, match: { method: 'POST' }, skip, times: 1 },
  ];

  test('keeps what is done and says what is not', async () => {
    for (const when of ['before', 'after'] as const) {
      const hub = await start({ orgs: [{ ...ORG, members }] });
      hub.inject(...down(2, when));
      hub.onRequest(({ method }) => {
        const posts = hub.requests.filter((request) => request.method === 'POST').length;
        if (method === 'POST' && posts === 3) hub.inject({ kind: 'status', status: 503, times: Infinity });
      });
      const { codes, outcomes, problems, requests } = await run(hub, { users: names(200) });
      expect(tally(codes)).toEqual({ added: 100, unconfirmed: 50, unavailable: 50 });
      expect(problems).toHaveLength(1);
      expect(problems[0]?.message).toMatch(/503/);
      expect(requests.length).toBeLessThanOrEqual(12);
      expectTruth(hub, outcomes);
      hub.clearFaults();
      const again = await run(hub, { users: names(200) });
      expect(Object.keys(tally(again.codes)).toSorted()).toEqual(['added', 'already-member']);
      expect(Object.keys(hub.members(GROUP))).toHaveLength(200);
    }
  });

  test('and is told once, however many groups there are', async () => {
    const groups = names(12, 'group');
    const hub = await start({ orgs: [{ ...ORG, members, groups }] });
    hub.inject({ kind: 'status', status: 502, skip: 20, times: Infinity });
    const { outcomes, problems, requests } = await run(hub, { users: names(200), groups });
    expect(problems).toHaveLength(1);
    expect(new Set(outcomes.map(({ code }) => code)).size).toBeGreaterThan(1);
    // A write and five reads for each of the groups, all of which are written to side by side.
    expect(requests.length).toBeLessThanOrEqual(20 + 12 * 6);
    expectTruth(hub, outcomes);
  });

  test('while people are looked up: told as such, and those found are not lost', async () => {
    const hub = await start({ orgs: [{ ...ORG, members, verifiedEmailsVisible: false }] });
    hub.inject({ kind: 'status', status: 502, skip: 60, times: Infinity });
    const users = names(200).map((name) => `${name}@acme.com`);
    const { codes, problems, requests } = await run(hub, { users });
    // The first fifty of those who were found: sent, and never heard of again.
    expect(tally(codes)).toEqual({ unavailable: 150, unconfirmed: 50 });
    expect(problems).toHaveLength(1);
    // Sixteen look-ups at once, and two that begin before the third is given up.
    expect(requests.length).toBeLessThanOrEqual(60 + (16 + 2) * 5 + 6);
  });

  test('before anybody was found by their address: told as such, and soon', async () => {
    const hub = await start({ orgs: [{ ...ORG, members, verifiedEmailsVisible: false }] });
    hub.inject({ kind: 'status', status: 502, skip: 3, times: Infinity });
    const users = names(200).map((name) => `${name}@acme.com`);
    const { codes, problems, requests } = await run(hub, { users });
    expect(tally(codes)).toEqual({ unavailable: 200 });
    expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(/502/)]);
    expect(requests.length).toBeLessThanOrEqual(3 + (16 + 2) * 5);
  });
});

describe('a person at whom the Hub always answers 500', () => {
  test.each([50, 1000])('keeps no one else out, with chunks of %d', async (chunkSize) => {
    for (const position of [1, 2, 300, 599, 600]) {
      const hub = await start({ orgs: [{ ...ORG, members: people(600) }] });
      const user = `person-${position}`;
      hub.inject({ kind: 'status', status: 500, match: { method: 'POST', user }, times: Infinity });
      const { codes, outcomes, requests } = await run(hub, { users: names(600), chunkSize });
      expect(tally(codes)).toEqual({ added: 599, unavailable: 1 });
      expect(codes[user]).toBe('unavailable');
      expect(requests.length).toBeLessThanOrEqual(80);
      expectReadBeforeRepeat(requests);
      expectTruth(hub, outcomes);
    }
  });

  test('nor does a role that cannot be changed', async () => {
    const match = { method: 'PATCH', user: 'person-2' };
    const { codes } = await withFaults(
      [{ kind: 'status', status: 500, match, times: Infinity }],
      { users: names(5), role: 'write', onExisting: 'update' },
      names(4),
    );
    expect(tally(codes)).toEqual({ added: 1, 'role-updated': 3, unavailable: 1 });
  });

  test('nor does an address that cannot be looked up', async () => {
    const hub = await start({ orgs: [{ ...ORG, verifiedEmailsVisible: false }] });
    const isTheirs = (request: RecordedRequest) => request.query['email'] === 'person-2@acme.com';
    hub.inject({ kind: 'status', status: 400, match: { path: 'never' } });
    hub.onRequest((request) => {
      if (isTheirs(request)) hub.inject({ kind: 'status', status: 400, match: { path: /members$/ } });
    });
    const users = names(5).map((name) => `${name}@acme.com`);
    const { codes, outcomes } = await run(hub, { users });
    expect(Object.values(codes).filter((code) => code === 'added').length).toBeGreaterThanOrEqual(4);
    expectTruth(hub, outcomes);
  });
});

describe('an answer that is not to be believed', () => {
  const OTHER = '507f1f77bcf86cd799439099';
  const lie = (users: string[], id: string) => ({
    id,
    name: GROUP,
    users: users.map((name) => ({ name, role: 'read' })),
  });

  test('the look is answered with another group', async () => {
    const hub = await start({ orgs: [{ ...ORG, groups: [GROUP, { id: OTHER, name: 'Other' }] }] });
    const { id } = hub.group(GROUP);
    hub.inject({ kind: 'wrong-json', match: { path: id }, body: lie([], OTHER) });
    const { codes, requests } = await run(hub, { users: ['person-1'], groups: [id] });
    expect(codes).toEqual({ 'person-1': 'added' });
    expect(writes(requests).every(({ path }) => path.includes(id))).toBe(true);
    expect(hub.members('Other')).toEqual({});
    expect(hub.members(GROUP)).toEqual({ 'person-1': 'read' });
  });

  test('a write, or the look at what became of it, is answered with another group', async () => {
    const posts = { kind: 'wrong-json', match: { method: 'POST' }, body: lie(names(60), OTHER) } as const;
    const { codes } = await withFaults([posts]);
    expect(tally(codes)).toEqual({ added: 60 });
    const reset = { kind: 'reset', match: { method: 'POST' } } as const;
    const reads = {
      kind: 'wrong-json',
      match: { path: /[0-9a-f]{24}$/ },
      body: lie(names(60), OTHER),
    } as const;
    expect(tally((await withFaults([reset, reads])).codes)).toEqual({ added: 60 });
  });

  test('a write is answered with the right group, in which no one is', async () => {
    const hub = await start({ orgs: [ORG] });
    const { id } = hub.group(GROUP);
    hub.inject({ kind: 'wrong-json', match: { method: 'POST' }, body: lie([], id) });
    const { outcomes, codes, requests } = await run(hub, { users: names(3) });
    expect(tally(codes)).toEqual({ unconfirmed: 3 });
    expect(requests.at(-1)?.method).toBe('GET');
    expect(outcomes).toHaveLength(3);
  });
});

test('the order of requests after a lost answer', async () => {
  const fault: Fault = { kind: 'reset', when: 'after', match: { method: 'POST' } };
  const ran: Ran = await withFaults([fault], { users: names(60) });
  const order = ran.requests.map(
    (request) =>
      `${request.method} ${request.path.split('/').at(-1)?.slice(0, 8)} ${usersOf(request).length}`,
  );
  // The first two are sent at the same time.
  expect(order.splice(0, 2).toSorted()).toEqual(['GET members 0', 'GET resource 0']);
  expect(order).toEqual(['POST users 50', 'GET 507f1f77 0', 'POST users 10']);
});

describe('through the bundle', () => {
  test('a small timeout-seconds gives up what hangs, and the work is done all the same', async () => {
    const hub = await start({ orgs: [ORG] });
    hub.inject(
      { kind: 'hang', match: { path: /members$/ } },
      { kind: 'hang', match: { method: 'POST' } },
      { kind: 'hang', when: 'after', match: { method: 'POST', nth: 2 } },
    );
    const step = await runStep(hub, { inputs: { users: names(60).join(','), 'timeout-seconds': '0.3' } });
    expect(step.exitCode).toBe(0);
    expect(step.outputs['added']).toBe('60');
    expect(Object.keys(hub.members(GROUP))).toHaveLength(60);
    expect(step.milliseconds).toBeLessThan(8_000);
  });

  test('a Hub that goes away half-way is told soon; what is done is kept, and said', async () => {
    const hub = await start({ orgs: [{ ...ORG, members: people(200) }] });
    const gone: Promise<void>[] = [];
    hub.onRequest(() => {
      if (writes(hub.requests).length === 3) gone.push(hub.close());
    });
    const step = await runStep(hub, { inputs: { users: names(200).join(',') } });
    await Promise.all(gone);
    expect(step.exitCode).toBe(1);
    expect(step.milliseconds).toBeLessThan(20_000);
    const codes = tally(codesOf(step.report?.results ?? []));
    expect(codes).toEqual({ added: 100, unconfirmed: 50, unavailable: 50 });
    expect(step.annotations.at(-1)?.message).toMatch(/^Stopped: 100 people added.*ECONNREFUSED/);
    expectTruth(hub, step.report?.results ?? []);
  });
});
