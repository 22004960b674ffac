import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type OrgSpec, people, type SimulatedHub, startHub } from '../../simulator/index.ts';
import { randomFrom } from '../support/random.ts';
import { GROUP, runStep } from '../support/run-bundle.ts';
import { expectTruth, names, run, tally } from './support.ts';

const ORG: OrgSpec = { name: 'acme', emailDomains: ['acme.com'], members: people(200), groups: [GROUP] };

/** Two writers write to one group at once, which is what this is about: so without the check against it. */
async function withHub<T>(use: (hub: SimulatedHub) => Promise<T>): Promise<T> {
  const hub = await startHub({ orgs: [ORG] });
  try {
    return await use(hub);
  } finally {
    await hub.close();
  }
}

const IN = ['added', 'already-member'];

describe('two bundles at once on one group', () => {
  test.each([
    { latencyMs: 0, apartMs: 0, chunkSize: 50 },
    { latencyMs: 30, apartMs: 0, chunkSize: 50 },
    { latencyMs: 30, apartMs: 45, chunkSize: 20 },
    { latencyMs: 3, apartMs: 20, chunkSize: 1 },
    { latencyMs: 10, apartMs: 100, chunkSize: 7 },
  ])(
    '$latencyMs ms of latency, $apartMs ms apart, chunks of $chunkSize',
    async ({ latencyMs, apartMs, chunkSize }) => {
      await withHub(async (hub) => {
        hub.configure({ latencyMs });
        const inputs = { users: names(200).join(' '), 'chunk-size': String(chunkSize) };
        const [first, second] = await Promise.all([
          runStep(hub, { inputs }),
          sleep(apartMs).then(() => runStep(hub, { inputs })),
        ]);
        for (const step of [first, second]) {
          expect(step.exitCode).toBe(0);
          expect(step.report?.results).toHaveLength(200);
          for (const { code } of step.report?.results ?? []) expect(IN).toContain(code);
          expectTruth(hub, step.report?.results ?? []);
        }
        expect(Object.keys(hub.members(GROUP))).toHaveLength(200);
        expect(Number(first.outputs['added']) + Number(second.outputs['added'])).toBe(200);
      });
    },
  );

  test('people in common, and each with their own', async () => {
    await withHub(async (hub) => {
      hub.configure({ latencyMs: 15 });
      const [first, second] = await Promise.all([
        runStep(hub, { inputs: { users: names(120).join(' '), 'chunk-size': '10' } }),
        runStep(hub, { inputs: { users: names(200).slice(80).toReversed().join(' '), 'chunk-size': '15' } }),
      ]);
      expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
      expect(Object.keys(hub.members(GROUP))).toHaveLength(200);
    });
  });

  test('another role: who came first decides, and the other one says so', async () => {
    await withHub(async (hub) => {
      hub.configure({ latencyMs: 15 });
      const users = names(60).join(' ');
      const steps = await Promise.all(
        ['read', 'write'].map((role) => runStep(hub, { inputs: { users, role, 'chunk-size': '10' } })),
      );
      for (const step of steps) {
        expect(step.exitCode).toBe(0);
        expectTruth(hub, step.report?.results ?? []);
      }
    });
  });
});

describe('two runs in this process, at random delays', () => {
  test('everyone is in once, and both say so', async () => {
    for (let seed = 1; seed <= 15; seed++) {
      await withHub(async (hub) => {
        const random = randomFrom(seed);
        hub.configure({ latencyMs: () => Math.floor(random() * 12) });
        const chunkSize = [1, 3, 10, 50][seed % 4] ?? 50;
        const users = names(60);
        const [first, second] = await Promise.all([
          run(hub, { users, chunkSize, seed }),
          sleep(random() * 20).then(() =>
            run(hub, { users: users.toReversed(), chunkSize, seed: seed + 100 }),
          ),
        ]);
        for (const { codes, problems, outcomes } of [first, second]) {
          expect(problems).toEqual([]);
          for (const code of Object.keys(tally(codes))) expect(IN).toContain(code);
          expectTruth(hub, outcomes);
        }
        const added = [first, second].reduce((sum, { codes }) => sum + (tally(codes)['added'] ?? 0), 0);
        expect(added).toBe(60);
      });
    }
  });
});
