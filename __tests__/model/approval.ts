import type { SimulatedHub } from '../../simulator/index.ts';
import type { Clock } from '../../src/hub/cancellation.ts';
import { type PlanFile, planFileOf } from '../../src/membership/plan-file.ts';
import { atStart } from './moves.ts';
import { GROUP_IDS, GROUPS } from './people.ts';
import { runOnce, type Trial } from './run.ts';
import type { Schedule } from './schedule.ts';
import { CALM } from './trouble.ts';
import { raced, roleOf, same } from './truth.ts';

/** The plan of a dry run before the first run, or every other change of it; undefined if none is asked for. */
export async function approvedPlan(
  hub: SimulatedHub,
  clock: Clock,
  schedule: Schedule,
): Promise<PlanFile | undefined> {
  if (schedule.approval === 'none') return undefined;
  const dry = { ...schedule, ...CALM, org: atStart(schedule), moves: [], dryRun: true, maxWaitMs: 900_000 };
  const { changes = [] } = await runOnce(hub, clock, dry);
  const isWhole = schedule.approval === 'whole';
  return planFileOf(
    'acme',
    changes.filter((_, index) => isWhole || index % 2 === 0),
  );
}

/** What was changed, although the approved plan does not contain it. */
export function unapproved(
  schedule: Schedule,
  approved: PlanFile | undefined,
  { before, after }: Trial,
): string[] {
  if (approved === undefined) return [];
  return GROUPS.flatMap((group) =>
    [...new Set([before, after].flatMap((state) => Object.keys(state[group] ?? {})))].flatMap((user) => {
      const from = roleOf(before, group, user) ?? null;
      const to = roleOf(after, group, user) ?? null;
      const comesBack = schedule.org.groups.some(
        ({ name, putBack }) => name === group && putBack !== 'never',
      );
      if (from === to || raced(schedule, group, user) || comesBack) return [];
      const isApproved = approved.changes.some(
        (change) =>
          change.group === GROUP_IDS[group] &&
          same(change.user, user) &&
          change.from === from &&
          change.to === to,
      );
      return isApproved ? [] : [`${user} in ${group} went from ${from} to ${to}, which was not approved`];
    }),
  );
}
