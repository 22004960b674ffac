import { type RecordedRequest, type SimulatedHub, TEST_TOKEN } from '../../simulator/index.ts';
import { type Clock, cancellable } from '../../src/hub/cancellation.ts';
import { openSession } from '../../src/hub/session.ts';
import { manageMembers } from '../../src/membership/manage-members.ts';
import type { RemovalPolicy } from '../../src/membership/removal/policy.ts';
import { createRemoval } from '../../src/membership/removal/removal.ts';
import type { MembershipRequest, MembershipResult } from '../../src/membership/run-result.ts';
import { fakeClock } from './clock.ts';
import { randomFrom } from './random.ts';

/** The defaults of the inputs of sync-members. */
export const DEFAULT_POLICY: RemovalPolicy = {
  onUnlisted: 'keep',
  maxRemovals: { kind: 'percent', value: 20 },
  protectedUsers: new Set(),
  minAdmins: 1,
};

/** What one run in this process is asked for; what is left out is for the group `Cohort 2024` of `acme`. */
export interface InProcess extends Partial<MembershipRequest> {
  readonly entries: MembershipRequest['entries'];
  /** Runs sync-members instead of add-members, with this over the defaults of its inputs. */
  readonly removal?: Partial<RemovalPolicy> | undefined;
  readonly token?: string;
  readonly maxWaitMs?: number;
  readonly timeoutMs?: number;
  /** By default time passes only while something waits, so that no back-off and no rate limit takes any. */
  readonly clock?: Clock;
  readonly seed?: number;
  /** Called with what cancels the run, before it begins. */
  readonly cancel?: (cancel: () => void) => void;
}

export interface Ran extends MembershipResult {
  /** What this run sent. */
  readonly requests: RecordedRequest[];
  readonly counts: {
    readonly total: number;
    readonly retries: number;
    readonly rateLimitWaitSeconds: number;
  };
  /** What it logged. */
  readonly lines: readonly string[];
  readonly waitedMs: number;
}

/** Runs the job of add-members, or with `removal` of sync-members, once in this process, over real HTTP, without inputs, files and the bundle. */
export async function runInProcess(hub: SimulatedHub, asked: InProcess): Promise<Ran> {
  const { clock = fakeClock(), token = TEST_TOKEN, timeoutMs = 30_000, maxWaitMs = 900_000 } = asked;
  const { cancellation, cancel } = cancellable();
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const phase = <T>(_name: string, work: () => Promise<T>) => work();
  const log = { info: say, warning: say, debug: say, phase };
  const random = randomFrom(asked.seed ?? 1);
  const session = openSession({
    hubUrl: hub.url,
    token,
    timeoutMs,
    maxWaitMs,
    cancellation,
    log,
    clock,
    random,
  });
  const first = hub.requests.length;
  const startedAt = clock.now();
  asked.cancel?.(cancel);
  const request = {
    org: 'acme',
    groups: ['Cohort 2024'],
    onExisting: 'keep',
    dryRun: false,
    chunkSize: 50,
    ...asked,
  } as const;
  const removal = asked.removal && createRemoval({ ...DEFAULT_POLICY, ...asked.removal });
  const result = await manageMembers(session, request, log, { random, removal });
  await session.close();
  return {
    ...result,
    requests: hub.requests.slice(first),
    counts: { ...session.hub.counts, rateLimitWaitSeconds: session.rateLimiter.rateLimitWaitSeconds() },
    lines,
    waitedMs: clock.now() - startedAt,
  };
}
