import { rankOf } from '../../roles.ts';
import { lazyMap } from '../../text/chunked.ts';
import { block, type Section } from '../../text/fit-to-size.ts';
import { prose, row } from '../../text/html.ts';
import { number } from '../../text/words.ts';
import { type Outcome, type Status, statusOf } from '../outcome.ts';
import type { RunResult } from '../run-result.ts';
import { tableSection, whoColumns } from './cells.ts';

const ADDED: ReadonlySet<Status> = new Set(['added', 'would-add']);
const UPDATED: ReadonlySet<Status> = new Set(['updated', 'would-update']);
const REMOVED: ReadonlySet<Status> = new Set(['removed', 'would-remove']);

const WRITE = rankOf('write');

type Kind = (typeof KINDS)[number];

/** The kinds of changes, privileges first. A change is of the first kind that it fits. */
const KINDS = [
  { title: 'Gets the admin role', fits: ({ role }: Outcome) => role === 'admin' },
  {
    title: 'Role raised',
    fits: (one: Outcome) => UPDATED.has(statusOf(one)) && rankOf(one.role) > rankOf(one.previousRole),
  },
  {
    title: 'Gets the write role',
    fits: (one: Outcome) => ADDED.has(statusOf(one)) && rankOf(one.role) >= WRITE,
  },
  { title: 'Role lowered', fits: (one: Outcome) => UPDATED.has(statusOf(one)) },
  { title: 'Removed', dryRunTitle: 'Would be removed', fits: (one: Outcome) => REMOVED.has(statusOf(one)) },
  { title: 'Added', dryRunTitle: 'Would be added', fits: (one: Outcome) => ADDED.has(statusOf(one)) },
] as const;

/** Most rows of a kind that are open in a dry run: the reader has to see who would get what. */
const OPEN_IN_DRY_RUN = 100;

/** Whether `outcome` is a change, made or planned. */
export function isChanged(outcome: Outcome): boolean {
  const status = statusOf(outcome);
  return ADDED.has(status) || UPDATED.has(status) || REMOVED.has(status);
}

/** What changes who can do what: admins first, then roles raised, additions with write, removals, additions. */
export function changeSections(result: RunResult): Section[] {
  const changed = result.outcomes.filter(isChanged);
  const byKind = Map.groupBy(changed, (outcome) => KINDS.find(({ fits }) => fits(outcome)));
  const who = whoColumns(result);
  const sections = KINDS.flatMap((kind, index): Section[] => {
    const people = byKind.get(kind) ?? [];
    // Plain additions of a finished run are in the list of everyone.
    if (people.length === 0 || (kind.title === 'Added' && !result.dryRun)) return [];
    const title = `${titleOf(kind, result)} (${number(people.length)})`;
    const rows = lazyMap(people, (one) => row([...who.cells({ ...one, location: undefined }), rolesOf(one)]));
    const isOpen = people.length <= OPEN_IN_DRY_RUN && (result.dryRun || index === 0);
    return [
      tableSection({
        heading: isOpen || people.length <= 10 ? `<p><b>${title}</b></p>` : '',
        title,
        head: [...who.head, 'Role'],
        rows,
        priority: 4,
        isOpen,
      }),
    ];
  });
  return sections.length === 0 ? [] : [block('<h3>Changes by role</h3>'), ...sections];
}

function titleOf(kind: Kind, { dryRun }: RunResult): string {
  return dryRun && 'dryRunTitle' in kind ? kind.dryRunTitle : kind.title;
}

function rolesOf({ previousRole, role }: Outcome): string {
  if (role === null) return previousRole === null ? '' : `was ${prose(previousRole)}`;
  return previousRole === null ? role : `${prose(previousRole)} → ${role}`;
}
