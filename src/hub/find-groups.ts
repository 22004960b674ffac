import pMap from 'p-map';
import { HubError } from '../errors.ts';
import { GROUP_ID } from '../roles.ts';
import { foldCase, many, nearest } from '../text/words.ts';
import type { HubClient } from './client.ts';
import { getGroup, listGroups } from './endpoints.ts';
import type { Listing } from './read-response.ts';
import type { Group } from './schemas.ts';

/** What the `resource-group` input says for every group that the token can see. */
export const EVERY_GROUP = '*';

/** Maximum number of groups that a message lists. */
const LISTED = 30;
/** Groups that are read one by one at the same time. */
const READS_AT_ONCE = 6;

/** The groups that references mean. */
export interface FoundGroups {
  /** The groups of each reference: one, or all of them for `*`. */
  readonly groups: ReadonlyMap<string, readonly Group[]>;
  /** Why a reference means no group, or not exactly one: a sentence that says what to write instead. */
  readonly problems: ReadonlyMap<string, string>;
  /** Why a group that was given by its id could not be read, although others could; for `*`, why it does not mean all groups. */
  readonly unreadable: ReadonlyMap<string, HubError>;
  /** A sentence that lists the groups of the organization; empty if they could not be listed. */
  readonly listing: string;
}

/**
 * Finds the groups that `references` mean: ids or names, in one request if possible. Ids that a listing does not show, or
 * whose listing is refused, are read one by one (hub-api.md, `GET /resource-groups`). Names are compared after Unicode
 * normalization; if none is exact, a single one that differs in case only is taken. Throws a HubError if no group can be read.
 */
export async function findGroups(
  hub: HubClient,
  org: string,
  references: ReadonlySet<string>,
): Promise<FoundGroups> {
  const ids = [...references].filter((reference) => GROUP_ID.test(reference));
  const isOneId = references.size === 1 && ids.length === 1;
  let listing: Listing<Group> | undefined;
  if (!isOneId) {
    try {
      listing = await listGroups(hub, org);
    } catch (error) {
      const isRefused = error instanceof HubError && error.kind === 'refused' && error.status === 403;
      if (!isRefused) throw error;
      if (ids.length < references.size) throw unlisted(error);
    }
  }
  const seen = new Set(listing?.items.map(({ id }) => id));
  const single = await readEach(
    hub,
    org,
    ids.filter((id) => !seen.has(foldCase(id))),
  );
  if (isOneId && single.groups.length === 0) listing = await listGroups(hub, org);
  const [failure] = single.unreadable.values();
  if (failure !== undefined && single.groups.length === 0 && listing === undefined) throw failure;
  const all = [...(listing?.items ?? []), ...single.groups];
  const leftOut = references.has(EVERY_GROUP) ? (listing?.dropped ?? 0) : 0;
  if (leftOut > 0 && all.length === 0) throw leftOutOfEvery(leftOut, org);
  return {
    ...match(references, all, org, single.unreadable),
    unreadable:
      leftOut === 0
        ? single.unreadable
        : new Map([...single.unreadable, [EVERY_GROUP, leftOutOfEvery(leftOut, org)]]),
    listing: listingOf(all),
  };
}

/** A refused listing, with the way that is left: one group can be read and managed all the same. */
function unlisted(error: HubError): HubError {
  const advice = 'Groups that are not listed can only be given by their ids, not by their names.';
  return new HubError(error.kind, `${error.message} ${advice}`, { status: 403, cause: error });
}

/** Groups that are listed in a form that cannot be read: `*` means them, too, and no one is added or removed there. */
function leftOutOfEvery(count: number, org: string): HubError {
  const groups = many(count, 'resource group', 'resource groups');
  return new HubError(
    'unavailable',
    `The Hub lists ${groups} of ${org} in a form that cannot be read, so \`*\` does not include ${count === 1 ? 'it' : 'them'}.`,
  );
}

/** Reads groups by id; a 404 means that there is none. Throws what goes for all of them: 401, 402, or a canceled run. */
async function readEach(hub: HubClient, org: string, ids: readonly string[]) {
  const groups: Group[] = [];
  const unreadable = new Map<string, HubError>();
  await pMap(
    ids,
    async (id) => {
      try {
        groups.push(await getGroup(hub, org, foldCase(id)));
      } catch (error) {
        if (!(error instanceof HubError) || error.kind === 'cancelled') throw error;
        if (error.status === 401 || error.status === 402) throw error;
        if (error.status !== 404) unreadable.set(id, error);
      }
    },
    { concurrency: READS_AT_ONCE },
  );
  return { groups, unreadable };
}

function match(
  references: ReadonlySet<string>,
  all: readonly Group[],
  org: string,
  unreadable: ReadonlyMap<string, HubError>,
): Pick<FoundGroups, 'groups' | 'problems'> {
  const byId = new Map(all.map((group) => [group.id, group]));
  const byName = Map.groupBy(all, ({ name }) => name.normalize('NFC'));
  const byFoldedName = Map.groupBy(all, ({ name }) => foldName(name));
  const groups = new Map<string, readonly Group[]>();
  const problems = new Map<string, string>();
  for (const reference of references) {
    if (unreadable.has(reference)) continue;
    if (reference === EVERY_GROUP) {
      if (all.length === 0) problems.set(reference, `The token can see no resource group in ${org}.`);
      else groups.set(reference, all);
      continue;
    }
    const withId = byId.get(foldCase(reference));
    const exact = byName.get(reference.normalize('NFC')) ?? [];
    const named = exact.length > 0 ? exact : (byFoldedName.get(foldName(reference)) ?? []);
    const found = withId === undefined ? named : [withId];
    if (found.length === 1) groups.set(reference, found);
    else
      problems.set(
        reference,
        found.length === 0 ? missing(reference, all, org) : ambiguous(reference, found),
      );
  }
  return { groups, problems };
}

function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function ambiguous(reference: string, found: readonly Group[]): string {
  const ids = found.map(({ id }) => id).join(', ');
  return `${found.length} resource groups are named "${reference}". Write the id of one (${ids}).`;
}

function missing(reference: string, all: readonly Group[], org: string): string {
  const none = `There is no resource group "${reference}" in ${org} that the token can see.`;
  const withComma = all.find(({ name }) => {
    const parts = name.split(',').map((part) => foldName(part.trim()));
    return parts.length > 1 && parts.includes(foldName(reference));
  });
  if (withComma !== undefined) {
    return `${none} "${withComma.name}" has a comma in its name: give it by its id, ${withComma.id}.`;
  }
  const near = nearest(
    reference,
    all.map(({ name }) => name),
  );
  const hint = near === undefined ? '' : hintAt(near, reference);
  // Only a cell of a CSV can hold a comma here; the `resource-group` input is split at commas.
  const isList = reference.includes(',') && !near?.includes(',');
  const advice = isList ? ' Write one row for each group.' : '';
  return `${none}${hint}${advice}`;
}

/** A log and a page show one space for several, so a difference in spaces has to be told. */
function hintAt(near: string, reference: string): string {
  const [one, other] = [near, reference].map((name) => foldName(name).replace(/\s+/g, ' '));
  return one === other
    ? ` "${near}" differs only in its spaces: copy that name.`
    : ` Did you mean "${near}"?`;
}

function listingOf(groups: readonly Group[]): string {
  if (groups.length === 0)
    return 'The token can see no groups. Can it read them, and does the organization have any?';
  const names = groups.slice(0, LISTED).map(({ id, name }) => `"${name}" (${id})`);
  const more = groups.length > LISTED ? `, and ${groups.length - LISTED} more` : '';
  return `The groups are: ${names.join(', ')}${more}.`;
}
