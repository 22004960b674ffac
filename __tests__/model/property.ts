import { approvedPlan, unapproved } from './approval.ts';
import { broken, mostRequests } from './check.ts';
import { isOneRunEnough, unfinished } from './check-end.ts';
import { afterwards } from './moves.ts';
import { runOnce, withHub } from './run.ts';
import type { Schedule } from './schedule.ts';
import { CALM } from './trouble.ts';

/** If the Hub fails or refuses for most people of a roster, a run finds the others only by chance. */
const MOST_FINISHING_RUNS = 12;

/**
 * Runs a schedule, then the same without trouble, then once more, and returns every promise that was broken. The second run
 * has to finish the work (or a few more, if the Hub has trouble with many people), and the last must find nothing to write.
 * People at whom the Hub fails or refuses stay so.
 */
export async function brokenPromises(schedule: Schedule): Promise<string[]> {
  return withHub(schedule, async (hub, clock) => {
    const approved = await approvedPlan(hub, clock, schedule);
    const first = await runOnce(hub, clock, schedule, approved);
    const all = [...broken(schedule, first, hub), ...unapproved(schedule, approved, first)];
    const wrong = all.map((text) => `first run: ${text}`);
    const limited = first.requests.filter(({ status }) => status === 429).length;
    const allowed = mostRequests(schedule, first) + limited;
    if (first.requests.length > allowed) {
      wrong.push(`first run: ${first.requests.length} requests, more than ${allowed}`);
    }

    const org = afterwards(schedule);
    const calm: Schedule = { ...schedule, ...CALM, org, moves: [], maxWaitMs: 900_000 };
    let finishing = await runOnce(hub, clock, calm);
    const most = isOneRunEnough(calm) ? 1 : MOST_FINISHING_RUNS;
    for (let runs = 1; ; runs += 1) {
      for (const text of broken(calm, finishing, hub)) wrong.push(`finishing run ${runs}: ${text}`);
      const open = unfinished(calm, finishing);
      if (open.length === 0) break;
      if (runs === most) wrong.push(...open.map((text) => `finishing run ${runs}: ${text}`));
      if (runs === most) break;
      finishing = await runOnce(hub, clock, { ...calm, seed: calm.seed + runs });
    }

    // A row that no listing knew might have been any member, until the person was in the group.
    if (finishing.outcomes.some(({ code }) => code === 'unresolved-rows')) {
      const resolved = await runOnce(hub, clock, calm);
      for (const text of broken(calm, resolved, hub)) wrong.push(`run after unresolved rows: ${text}`);
    }

    const last = await runOnce(hub, clock, calm);
    for (const text of broken(calm, last, hub)) wrong.push(`last run: ${text}`);
    const back = schedule.org.groups.filter(({ putBack }) => putBack !== 'never').map(({ name }) => name);
    const again = last.requests.filter(
      ({ applied, path }) => applied === true && !back.some((name) => path.includes(hub.group(name).id)),
    );
    if (again.length > 0) wrong.push(`last run: ${again.length} requests still changed something`);
    return wrong;
  });
}
