import { groupPage } from '../../hub/pages.ts';
import type { Section } from '../../text/fit-to-size.ts';
import {
  type Cell,
  DETAILS_END,
  detailsStart,
  link,
  prose,
  row,
  small,
  TABLE_END,
  tableStart,
} from '../../text/html.ts';
import { many } from '../../text/words.ts';
import { type Counts, countsOf } from '../outcome.ts';
import type { ReportGroup, RunResult } from '../run-result.ts';

/** Longest table of groups that is not folded away. */
const UNFOLDED = 20;

const TITLES: Readonly<Record<keyof Counts, string>> = {
  added: 'Added',
  updated: 'Role changed',
  removed: 'Removed',
  planned: 'Would be changed',
  skipped: 'Skipped',
  kept: 'Kept',
  missing: 'Not found',
  failed: 'Failed',
};

const KINDS = Object.keys(TITLES) as (keyof Counts)[];

/** Counts for each group, with a link to it; kinds that nobody is of have no column. */
export function groupSections(result: RunResult): Section[] {
  if (result.outcomes.length === 0) return [];
  const total = countsOf(result.outcomes);
  const kinds = KINDS.filter((kind) => total[kind] > 0);
  const counted = (name: string, counts: Counts): Cell[] => [name, ...kinds.map((kind) => counts[kind])];

  const byGroup = Map.groupBy(result.outcomes, ({ group }) => group);
  const groups = groupsOf(result);
  const rows = groups.map((group) =>
    row(counted(nameCell(group, result), countsOf(byGroup.get(group.id) ?? []))),
  );
  if (rows.length > 1) rows.unshift(row(counted('<b>All groups</b>', total)));

  const table = tableStart(['Group', ...kinds.map((kind) => TITLES[kind])]);
  const details = rows.length > UNFOLDED;
  const open = details ? `${detailsStart(many(rows.length - 1, 'group', 'groups'))}${table}` : table;
  const remark = `\n\n${small(`auto-join: new members of ${prose(result.org)} get into the group by themselves`)}`;
  const close = `${TABLE_END}${details ? DETAILS_END : ''}${groups.some(({ autoJoin }) => autoJoin) ? remark : ''}`;
  return [{ open: `<h3>Groups</h3>\n\n${open}`, rows, close, priority: 1, share: 0.25 }];
}

/** The groups of the run, and any other that an outcome names. */
function groupsOf({ groups, outcomes }: RunResult): ReportGroup[] {
  const all = new Map(groups.map((group) => [group.id, group]));
  for (const { group, groupName } of outcomes) {
    if (!all.has(group)) all.set(group, { id: group, name: groupName, autoJoin: false });
  }
  return [...all.values()];
}

function nameCell({ id, name, autoJoin }: ReportGroup, result: RunResult): string {
  const remark = autoJoin ? ' <sub>auto-join</sub>' : '';
  return `${link(groupPage(result, id), name.trim() || id)}${remark}`;
}
