import { messageWithRemedy } from '../errors.ts';
import { groupPage, type HubLocation, knownPages } from '../hub/pages.ts';
import type { Group } from '../hub/schemas.ts';
import {
  block,
  code,
  layOut,
  link,
  MAX_SUMMARY_BYTES,
  prose,
  row,
  small,
  TABLE_END,
  tableStart,
} from '../text/html.ts';
import { many, number } from '../text/words.ts';
import { listed } from './group-list.ts';

export interface SummaryOptions {
  /** Whether everyone can read the summary and the artifacts. */
  readonly isPublic: boolean;
  readonly maxBytes?: number;
}

/**
 * The job summary: a table of the groups with links to them, of at most `maxBytes` bytes in UTF-8.
 * Everything from outside is escaped.
 */
export function groupsSummary(
  groups: readonly Group[],
  location: HubLocation,
  { isPublic, maxBytes = MAX_SUMMARY_BYTES }: SummaryOptions,
): string {
  const count = many(groups.length, 'resource group', 'resource groups');
  const title = block(`<h2>${count} in ${code(location.org)}</h2>`);
  if (groups.length === 0) {
    const none = block(
      '<p>The token sees none. An account that is not an admin of the organization sees only its own groups. Use the token of an admin to see all.</p>',
    );
    return layOut([title, none], maxBytes, () => '') ?? '';
  }
  const memberships = groups.reduce((sum, { users }) => sum + users.length, 0);
  const sections = [
    title,
    {
      open: tableStart(['Group', 'Members', 'Repositories', 'Auto-join', 'Id']),
      rows: groups.map((group) => groupRow(group, location)),
      close: TABLE_END,
      priority: 1,
    },
    block(
      small(
        `${many(memberships, 'membership', 'memberships')} in total. The file of the output <code>csv</code> lists them.`,
      ),
    ),
    ...(isPublic
      ? [
          block(
            '<p>⚠️ <b>Everyone can read this page and the artifacts of this run.</b> Uploading the file publishes the usernames, roles and groups of all members in it.</p>',
          ),
        ]
      : []),
  ];
  const note = (leftOut: number, total: number) =>
    `<p><b>${number(leftOut)} of these ${number(total)} groups are left out, because a summary has no room for them.</b> The output <code>groups</code> has all of them.</p>`;
  return layOut(sections, maxBytes, note) ?? '';
}

function groupRow(group: Group, location: HubLocation): string {
  const { id, name, description, members, repos } = listed(group);
  const about = description ? `<br><sub>${prose(description)}</sub>` : '';
  return row([
    `${link(groupPage(location, id), name.trim() || id)}${about}`,
    members,
    repos,
    autoJoinCell(group.autoJoin),
    code(id),
  ]);
}

function autoJoinCell(autoJoin: Group['autoJoin']): string {
  if (autoJoin?.enabled !== true) return 'no';
  const { role, scope } = autoJoin;
  const as = role === undefined ? 'yes' : `as ${code(role)}`;
  switch (scope) {
    case undefined:
      return as;
    case 'all':
      return `${as}, all members`;
    case 'read_plus':
      return `${as}, members with at least <code>read</code>`;
    default:
      return `${as}, ${code(scope)}`;
  }
}

/** The job summary if the groups could not be read. */
export function troubleSummary(error: unknown, location: HubLocation): string {
  const pages = knownPages(location);
  const lines = messageWithRemedy(error)
    .split('\n')
    .map((line) => `<p>${prose(line, pages)}</p>`);
  return `${[`<h2>❌ The resource groups of ${code(location.org)} could not be listed</h2>`, ...lines].join('\n\n')}\n\n`;
}
