import { broken, mostRequests, unfinished } from './check.ts';
import { runOnce, withHub } from './run.ts';
import type { Schedule } from './schedule.ts';

/**
 * Runs a schedule, then the same without trouble, then once more. Gives back every promise that was broken.
 * The second run has to finish the work, the third must find next to nothing to write.
 */
export async function brokenPromises(schedule: Schedule): Promise<string[]> {
  return withHub(schedule, async (hub, clock) => {
    const first = await runOnce(hub, clock, schedule);
    const wrong = broken(schedule, first, hub).map((text) => `first run: ${text}`);
    const limited = hub.requests.filter(({ status }) => status === 429).length;
    const most = mostRequests(schedule, first) + limited;
    if (first.requests > most) wrong.push(`first run: ${first.requests} requests, more than ${most}`);

    const calm = {
      ...schedule,
      faults: [],
      races: [],
      quota: undefined,
      cancelBefore: 0,
      maxWaitMs: 900_000,
    };
    const second = await runOnce(hub, clock, calm);
    for (const text of [...broken(calm, second, hub), ...unfinished(calm, second)])
      wrong.push(`second run: ${text}`);

    const before = hub.requests.length;
    const third = await runOnce(hub, clock, calm);
    for (const text of broken(calm, third, hub)) wrong.push(`third run: ${text}`);
    const applied = hub.requests.slice(before).filter(({ applied: done }) => done);
    if (applied.length > 0) wrong.push(`third run: ${applied.length} requests still changed something`);
    return wrong;
  });
}
