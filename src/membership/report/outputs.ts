import { countsOf, type Outcome, type Status, statusOf } from '../outcome.ts';

/** Most bytes of one list of names (interface.md, section 4). GitHub limits all outputs of a job to 1 MB. */
const MAX_BYTES = 100_000;

const LISTS = {
  added: 'added-users',
  updated: 'updated-users',
  removed: 'removed-users',
  missing: 'missing-users',
  failed: 'failed-users',
} as const satisfies Partial<Record<Status, string>>;

type Listed = keyof typeof LISTS;

/** The outputs that follow from `outcomes`: the counts, and who they are, as far as there is room. */
export function outputsOf(outcomes: readonly Outcome[]): Readonly<Record<string, string | number | boolean>> {
  const counts = countsOf(outcomes);
  const lists = Object.entries(LISTS).map(([status, output]) => ({
    output,
    ...listOf(outcomes, status as Listed, counts[status as Listed]),
  }));
  return {
    ...counts,
    changed: counts.added + counts.updated + counts.removed > 0,
    ...Object.fromEntries(lists.map(({ output, text }) => [output, text])),
    'names-truncated': lists.some(({ isCut }) => isCut),
  };
}

/** A JSON array of the first people with `status`, of whom there are `total`: no others are looked at. */
function listOf(outcomes: readonly Outcome[], status: Listed, total: number) {
  const items: string[] = [];
  let bytes = 2;
  for (const outcome of outcomes) {
    if (items.length === total) break;
    if (statusOf(outcome) !== status) continue;
    const { input, user, group, role } = outcome;
    const item = JSON.stringify({ input, user, group, role });
    bytes += Buffer.byteLength(item) + 1;
    if (bytes > MAX_BYTES) break;
    items.push(item);
  }
  return { text: `[${items.join(',')}]`, isCut: items.length < total };
}
