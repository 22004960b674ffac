import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { definition } from '../../scripts/runner.ts';
import {
  type Fault,
  type HubOptions,
  type OrgSpec,
  people,
  type SimulatedHub,
} from '../../simulator/index.ts';
import { randomFrom } from '../support/random.ts';
import { GROUP, runStep, type Step } from '../support/run-bundle.ts';
import { codesOf, expectTruth, names, run, start, tally } from './support.ts';

const ORG: OrgSpec = { name: 'acme', emailDomains: ['acme.com'], members: people(200), groups: [GROUP] };
const USERS = names(200).join('\n');
const OUTPUTS = Object.keys(definition('add-members').outputs);
/** A runner kills the process 10 seconds after the first signal. */
const EXIT_WITHIN_MS = 10_000;

interface Case {
  readonly options?: HubOptions;
  readonly faults?: readonly Fault[];
  readonly inputs?: Record<string, string>;
  /** Who was in the group before. */
  readonly before?: readonly string[];
  readonly signal?: NodeJS.Signals;
  /** Tells when to send the signal, by calling `kill`. */
  readonly when: (hub: SimulatedHub, kill: () => void) => ((printed: string) => void) | undefined;
}

interface Cancelled extends Step {
  readonly hub: SimulatedHub;
  readonly codes: Record<string, string>;
  /** From the signal to the end of the process. */
  readonly endedAfterMs: number;
}

/** Cancels a run and holds what it left against what is on the Hub; then a second run has to finish the work. */
async function cancel({
  options,
  faults = [],
  inputs,
  before = [],
  when,
  ...rest
}: Case): Promise<Cancelled> {
  const hub = await start({ orgs: [ORG], ...options });
  for (const name of before) hub.addMember(GROUP, name, 'read');
  hub.inject(...faults);
  let child: ChildProcess | undefined;
  let killedAt: number | undefined;
  const onOutput = when(hub, () => {
    if (killedAt !== undefined) return;
    killedAt = performance.now();
    child?.kill(rest.signal ?? 'SIGINT');
  });
  const step = await runStep(hub, {
    inputs: { users: USERS, ...inputs },
    onStart: (started) => {
      child = started;
    },
    ...(onOutput === undefined ? {} : { onOutput }),
  });
  const endedAfterMs = performance.now() - (killedAt ?? Number.NEGATIVE_INFINITY);
  expect(step.exitCode).toBe(1);
  expect(endedAfterMs).toBeLessThan(EXIT_WITHIN_MS);
  expect(Object.keys(step.outputs).toSorted()).toEqual(OUTPUTS.toSorted());
  expect(step.summary).toMatch(/Canceled/);
  expect(step.stderr).toBe('');
  const results = step.report?.results ?? [];
  expect(results.length).toBeGreaterThan(0);
  expectTruth(hub, results, before);
  const codes = codesOf(results);
  expect(step.outputs['added']).toBe(String(results.filter(({ code }) => code === 'added').length));

  hub.clearFaults();
  hub.configure({ latencyMs: 0, quota: undefined });
  const users = (inputs?.['users'] ?? USERS).split('\n');
  const groups = (inputs?.['resource-group'] ?? GROUP).split(',');
  const role = inputs?.['role'] === 'write' ? 'write' : 'read';
  const again = await run(hub, { users, groups, role, onExisting: 'update' });
  expect(again.problems).toEqual([]);
  for (const code of Object.values(again.codes)) {
    expect(['added', 'already-member', 'role-updated']).toContain(code);
  }
  expectTruth(hub, again.outcomes, before);
  return { ...step, hub, codes, endedAfterMs };
}

/** When the Hub receives the `nth` request of that kind. */
function at(method: string, nth: number, path = /./): Case['when'] {
  return (hub, kill) => {
    let met = 0;
    hub.onRequest((request) => {
      if (request.method !== method || !path.test(request.path)) return;
      met += 1;
      if (met === nth) kill();
    });
    return undefined;
  };
}

const posts = { method: 'POST' } as const;

describe('before anything was written', () => {
  test.each([
    ['the look at the groups', at('GET', 1)],
    ['the member listing', at('GET', 1, /members$/)],
  ])('in %s', async (_, when) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const { codes, endedAfterMs } = await cancel({ options: { latencyMs: 300 }, when, signal });
      expect(tally(codes)).toEqual({ cancelled: 200 });
      expect(endedAfterMs).toBeLessThan(1_500);
    }
  });

  test('in the look-ups', async () => {
    const { codes, endedAfterMs } = await cancel({
      options: { orgs: [{ ...ORG, verifiedEmailsVisible: false }], latencyMs: 20 },
      inputs: {
        users: names(200)
          .map((name) => `${name}@acme.com`)
          .join('\n'),
      },
      when: at('GET', 60),
    });
    expect(tally(codes)).toEqual({ cancelled: 200 });
    expect(endedAfterMs).toBeLessThan(1_500);
  });

  test('while the Hub is asked who the token is', async () => {
    const { codes, endedAfterMs } = await cancel({
      options: { orgs: [{ ...ORG, tokenPolicy: 'any' }] },
      faults: [
        { kind: 'status', status: 403, match: { path: /resource-groups$/ } },
        { kind: 'hang', match: { path: 'whoami' } },
      ],
      when: at('GET', 1, /whoami/),
    });
    expect(Object.keys(tally(codes))).toHaveLength(1);
    expect(endedAfterMs).toBeLessThan(1_500);
  });

  test('in a wait for the rate limit', async () => {
    const { codes, endedAfterMs, stdout } = await cancel({
      options: { quota: { limit: 4, windowSeconds: 300 } },
      when: (_hub, kill) => (printed) => {
        if (printed.includes('waiting')) kill();
      },
    });
    expect(tally(codes)).toEqual({ added: 100, cancelled: 100 });
    expect(endedAfterMs).toBeLessThan(1_500);
    expect(stdout).toMatch(/waiting 5 min/);
  });

  test('in a back-off', async () => {
    const { codes, endedAfterMs } = await cancel({
      faults: [
        { kind: 'status', status: 503, headers: { 'Retry-After': '60' }, match: { path: /members$/ } },
      ],
      when: (hub, kill) => {
        hub.onRequest(({ path }) => {
          if (path.endsWith('/members')) setTimeout(kill, 150);
        });
        return undefined;
      },
    });
    expect(tally(codes)).toEqual({ cancelled: 200 });
    expect(endedAfterMs).toBeLessThan(1_500);
  });
});

describe('while a write is under way', () => {
  test('that is answered within two seconds: it is found out', async () => {
    const runs = [100, 500, 1_500, 1_850].map(async (delayMs) => {
      const fault = { kind: 'delay', delayMs, match: { ...posts, nth: 2 } } as const;
      const { codes } = await cancel({ faults: [fault], when: at('POST', 2) });
      expect(tally(codes)).toEqual({ added: 100, cancelled: 100 });
    });
    await Promise.all(runs);
  });

  test.each(['reset', 'hang', 'truncate', 'html'] as const)(
    'that is done, but not answered (%s): the group tells',
    async (kind) => {
      const fault = { kind, when: 'after', match: { ...posts, nth: 2 } } as const;
      const { codes } = await cancel({ faults: [fault], when: at('POST', 2) });
      expect(tally(codes)).toEqual({ added: 100, cancelled: 100 });
    },
  );

  test.each([
    ['reset', { cancelled: 150 }],
    // A request that hangs may be dealt with later, when no one looks any more.
    ['hang', { unconfirmed: 50, cancelled: 100 }],
  ] as const)('that is never done (%s): nothing says that it was', async (kind, open) => {
    const fault = { kind, match: { ...posts, nth: 2 } } as const;
    const { codes } = await cancel({ faults: [fault], when: at('POST', 2) });
    expect(tally(codes)).toEqual({ added: 50, ...open });
  });

  test('in a Hub that does not answer at all any more', async () => {
    const { codes } = await cancel({
      faults: [{ kind: 'hang', skip: 3, times: Infinity }],
      when: at('POST', 2),
    });
    expect(tally(codes)).toEqual({ added: 50, unconfirmed: 50, cancelled: 100 });
  });

  test('in a slow Hub that loses the answer', async () => {
    const slow: HubOptions = { latencyMs: ({ path }) => (/resource-groups\//.test(path) ? 1_200 : 0) };
    const fault = { kind: 'reset', when: 'after', match: posts } as const;
    const { codes } = await cancel({ options: slow, faults: [fault], when: at('POST', 1) });
    expect(tally(codes)).toEqual({ added: 50, cancelled: 150 });
  });

  test('that changes a role', async () => {
    const before = names(5);
    const { codes } = await cancel({
      before,
      inputs: { users: before.join('\n'), role: 'write', 'on-existing': 'update' },
      faults: [{ kind: 'delay', delayMs: 400, match: { method: 'PATCH', nth: 3 } }],
      when: at('PATCH', 3),
    });
    expect(tally(codes)).toEqual({ 'role-updated': 3, cancelled: 2 });
  });

  test('in six groups at once', async () => {
    const groups = names(8, 'group');
    const { report, hub } = await cancel({
      options: { orgs: [{ ...ORG, groups: [...groups, GROUP] }], latencyMs: 100 },
      inputs: { 'resource-group': groups.join(',') },
      when: at('POST', 10),
    });
    const added = report?.results.filter(({ code }) => code === 'added') ?? [];
    expect(added.length).toBeGreaterThanOrEqual(6 * 50);
    expect(report?.results).toHaveLength(1600);
    expect(hub.requests.length).toBeGreaterThan(10);
  });

  test('while a refused chunk is narrowed down', async () => {
    const members = people(50).map((member, index) => ({ ...member, suspended: index === 20 }));
    for (const nth of [2, 4, 6]) {
      const hub = await start({ orgs: [{ ...ORG, members }], latencyMs: 20 });
      let child: ChildProcess | undefined;
      let met = 0;
      hub.onRequest(({ method }) => {
        met += method === 'POST' ? 1 : 0;
        if (met === nth) child?.kill('SIGTERM');
      });
      const step = await runStep(hub, {
        inputs: { users: names(50).join(',') },
        onStart: (started) => {
          child = started;
        },
      });
      expect(step.exitCode).toBe(1);
      expectTruth(hub, step.report?.results ?? []);
    }
  });
});

describe('at any moment', () => {
  test('one person a request', async () => {
    const random = randomFrom(5);
    for (let round = 0; round < 4; round++) {
      const nth = 1 + Math.floor(random() * 60);
      const delayMs = Math.floor(random() * 10);
      await cancel({
        options: { latencyMs: 3 },
        inputs: { 'chunk-size': '1' },
        signal: round % 2 === 0 ? 'SIGINT' : 'SIGTERM',
        when: (hub, kill) => at('POST', nth)(hub, () => setTimeout(kill, delayMs)),
      });
    }
  });

  test('a second signal changes nothing', async () => {
    const hub = await start({ orgs: [ORG] });
    hub.inject({ kind: 'hang', when: 'after', match: { ...posts, nth: 2 } });
    let child: ChildProcess | undefined;
    at('POST', 2)(hub, async () => {
      child?.kill('SIGINT');
      await sleep(300);
      child?.kill('SIGTERM');
      child?.kill('SIGINT');
    });
    const step = await runStep(hub, {
      inputs: { users: USERS },
      onStart: (started) => {
        child = started;
      },
    });
    expect(step.exitCode).toBe(1);
    expect(tally(codesOf(step.report?.results ?? []))).toEqual({ added: 100, cancelled: 100 });
  });

  test('when all is done already, the work counts as done', async () => {
    const hub = await start({ orgs: [ORG] });
    let child: ChildProcess | undefined;
    const step = await runStep(hub, {
      inputs: { users: USERS },
      onStart: (started) => {
        child = started;
      },
      onOutput: (printed) => {
        if (/people added|added to/.test(printed)) child?.kill('SIGTERM');
      },
    });
    expect(Object.keys(step.outputs)).toHaveLength(OUTPUTS.length);
    expect(step.outputs['added']).toBe('200');
  });
});
