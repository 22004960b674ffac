import { groupPage, type HubLocation } from '../hub/pages.ts';
import { block, layOut, MAX_SUMMARY_BYTES } from '../text/fit-to-size.ts';
import { code, link, prose, row, small, TABLE_END, tableStart } from '../text/html.ts';
import { many, number } from '../text/words.ts';
import type { ListedGroup } from './group-list.ts';

/** The job summary: a table of the groups with links to them, of at most `maxBytes` bytes in UTF-8; everything from outside is escaped. */
export function groupsSummary(
  groups: readonly ListedGroup[],
  place: HubLocation,
  maxBytes: number = MAX_SUMMARY_BYTES,
): string {
  const title = block(
    `<h2>${many(groups.length, 'resource group', 'resource groups')} in ${code(place.org)}</h2>`,
  );
  if (groups.length === 0) {
    return layOut([title, block('<p>The token sees none.</p>')], maxBytes, () => '') ?? '';
  }
  const rows = groups.map(({ id, name, description, members, repos, autoJoin }) =>
    row([
      `${link(groupPage(place, id), name.trim() || id)}${description ? `<br><sub>${prose(description)}</sub>` : ''}`,
      code(id),
      members,
      repos,
      autoJoin ? 'yes' : 'no',
    ]),
  );
  const head = tableStart(['Group', 'Id', 'Members', 'Repositories', 'New members join by themselves']);
  const sum = groups.reduce((all, { members }) => all + members, 0);
  const sections = [
    title,
    { open: head, rows, close: TABLE_END, priority: 1 },
    block(
      small(
        `${many(sum, 'membership', 'memberships')} in all; who they are is in the file that the output <code>csv</code> names.`,
      ),
    ),
  ];
  const note = (leftOut: number, total: number) =>
    `<p><b>${number(leftOut)} of these ${number(total)} groups left out for want of room.</b> The output <code>groups</code> has them all.</p>`;
  return layOut(sections, maxBytes, note) ?? '';
}
