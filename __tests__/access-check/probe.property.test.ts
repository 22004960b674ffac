import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Fault, startHub } from '../../simulator/index.ts';
import { probeWrite } from '../../src/access-check/probe.ts';
import { type Clock, cancellable } from '../../src/hub/cancellation.ts';
import { openSession } from '../../src/hub/session.ts';

const impatient: Clock = { now: () => performance.now(), date: () => new Date(), sleep: async () => {} };
const silent = { info: () => {}, warning: () => {}, debug: () => {} };

const startLab = () =>
  startHub({
    orgs: [{ name: 'acme', members: ['ada'], groups: [{ name: 'Lab', users: { ada: 'write' } }] }],
    tokens: [
      { token: 'hf_may', user: 'ada', type: 'write' },
      { token: 'hf_may_not', user: 'ada', type: 'fineGrained', scoped: [] },
    ],
  });

const fault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom('reset', 'truncate', 'html', 'empty', 'wrong-json', 'status'),
  when: fc.constantFrom('before', 'after'),
  status: fc.constantFrom(403, 404, 408, 409, 413, 425, 500, 502, 503),
  match: fc.constantFrom({ path: '/repos/create' }, { path: '/repos/delete' }, { path: '/api/models/' }),
  times: fc.integer({ min: 1, max: 6 }),
  skip: fc.integer({ min: 0, max: 2 }),
});

/**
 * A probe cannot see through a refusal of the creation that is not true, or through an answer to a deletion that looks
 * like success and is none. It has to see through a deletion that does not find what exists.
 */
function isHonest({ kind, when, status, match }: Fault): boolean {
  const isDeletion = match?.path === '/repos/delete';
  const saysYes = kind === 'html' || kind === 'empty' || kind === 'wrong-json';
  if (kind !== 'status' && !saysYes) return true;
  if (status === 403 && !isDeletion) return false;
  if (when === 'before') return isDeletion ? !saysYes : status !== 404;
  return !saysYes && status !== undefined && status >= 500;
}

const verdicts = { hf_may: 'created-and-deleted', hf_may_not: 'refused' } as const;

/** Trouble that the probe once did not see through. */
const FOUND: [Fault[], keyof typeof verdicts][] = [
  // The creation was done, its answer was lost, and the deletions do not find what is there.
  [
    [
      { kind: 'reset', when: 'after', match: { path: '/repos/create' } },
      { kind: 'status', when: 'before', status: 404, match: { path: '/repos/delete' }, times: 3 },
    ],
    'hf_may',
  ],
  // The first deletion was lost, and the next ones do not find what is there.
  [
    [
      { kind: 'reset', when: 'before', match: { path: '/repos/delete' } },
      { kind: 'status', when: 'before', status: 404, match: { path: '/repos/delete' }, times: 3 },
    ],
    'hf_may',
  ],
];

test('the probe names what it leaves on the Hub and finds the true verdict, whatever goes wrong', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault.filter(isHonest), { maxLength: 4 }),
      fc.constantFrom(...(['hf_may', 'hf_may_not'] as const)),
      async (faults, token) => {
        const hub = await startLab();
        const { id } = hub.group('Lab');
        hub.inject(...faults.map((one) => (one.kind === 'status' ? one : { ...one, status: 200 })));
        const session = openSession({
          hubUrl: hub.url,
          token,
          timeoutMs: 2_000,
          maxWaitMs: 600_000,
          cancellation: cancellable().cancellation,
          log: silent,
          clock: impatient,
        });
        const location = { org: 'acme', hubUrl: hub.url, group: { id, name: 'Lab' } };
        const probe = await probeWrite({ session, location, log: silent.info });
        await session.close();

        const left = [...hub.repos];
        const requests = hub.requests.length;
        await hub.close();
        expect(requests).toBeLessThanOrEqual(50);
        for (const name of left) expect(probe.left).toContain(name);
        if (left.length > 0) expect(probe.outcome).toBe('failed');
        if (probe.outcome !== 'failed') expect(probe.outcome).toBe(verdicts[token]);
      },
    ),
    { numRuns: Number(process.env['RUNS'] ?? 200), examples: FOUND },
  );
});
