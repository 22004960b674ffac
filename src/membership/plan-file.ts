import { createHash } from 'node:crypto';
import { array, literal, nullable, object, picklist, safeParse, string, unknown } from 'valibot';
import { InputError } from '../errors.ts';
import { type Roots, readCsvFiles } from '../roster/csv-file.ts';
import { printable } from '../text/one-line.ts';
import { foldCase, many, quoted } from '../text/words.ts';
import { userKey } from './assignment.ts';
import type { Change } from './change.ts';

const VERSION = 1;

/** One change of a plan file (interface.md, section 4; schema/plan.schema.json). */
export interface FileChange {
  /** Id of the group. */
  readonly group: string;
  readonly groupName: string;
  readonly action: Change['action'];
  readonly user: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface PlanFile {
  readonly version: typeof VERSION;
  readonly org: string;
  /** SHA-256 over the sorted changes, in hex. Depends on nothing else. */
  readonly hash: string;
  readonly changes: readonly FileChange[];
}

/** What a plan file tells of a change. */
export type PlannedChange = Pick<Change, 'action' | 'from' | 'to'> & {
  readonly member: Pick<Change['member'], 'group' | 'groupName' | 'user'>;
};

/** The changes of a run as a plan file, sorted by group and username. */
export function planFileOf(org: string, changes: readonly PlannedChange[]): PlanFile {
  const keyed = changes.map(({ action, member: { group, groupName, user }, from, to }) => {
    const change: FileChange = { group, groupName, action, user, from, to };
    return { change, key: keyOf(change) };
  });
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const hash = createHash('sha256');
  for (const { key } of keyed) hash.update(`${key}\n`);
  return { version: VERSION, org, hash: hash.digest('hex'), changes: keyed.map(({ change }) => change) };
}

/** The text of a plan file, a change on each line. */
export function* planText({ changes, ...head }: PlanFile): Generator<string, void, undefined> {
  yield `${printable(JSON.stringify(head, undefined, 2)).slice(0, -2)},\n  "changes": [`;
  let separator = '\n';
  for (const change of changes) {
    yield `${separator}    ${printable(JSON.stringify(change))}`;
    separator = ',\n';
  }
  yield `${changes.length === 0 ? '' : '\n  '}]\n}\n`;
}

/** The same for two changes that do the same. Names of groups and capitals do not count. */
function keyOf({ group, user, action, from, to }: FileChange): string {
  return JSON.stringify([foldCase(group), userKey(user), action, from, to]);
}

const ANY_VERSION = object({ version: unknown(), org: string(), changes: array(unknown()) });

const PLAN = object({
  version: literal(VERSION),
  org: string(),
  hash: string(),
  changes: array(
    object({
      group: string(),
      groupName: string(),
      action: picklist(['add', 'update-role', 'remove']),
      user: string(),
      from: nullable(string()),
      to: nullable(string()),
    }),
  ),
});

/** Reads the text of a plan file of `org`. Throws an InputError if it is none, or not one for this run. */
export function readPlanFile(text: string, org: string): PlanFile {
  const value = json(text.replace(/^\uFEFF/, ''));
  const outline = safeParse(ANY_VERSION, value);
  if (!outline.success) {
    throw new InputError('The file is not a plan. Use the file that the output `plan` of a dry run names.');
  }
  const { version, org: planned } = outline.output;
  if (version !== VERSION) {
    throw new InputError(
      `The plan has version ${quoted(String(version))}; this action reads version ${VERSION}. Make a new plan with the version of the action that applies it.`,
    );
  }
  if (foldCase(planned) !== foldCase(org)) {
    throw new InputError(
      `The plan is for the organization ${quoted(planned)}, and this run is for ${quoted(org)}. Use the plan of a dry run for ${quoted(org)}.`,
    );
  }
  const plan = safeParse(PLAN, value);
  if (!plan.success) {
    throw new InputError('The plan has a change that cannot be read. Use the file as the dry run wrote it.');
  }
  const sorted = planFileOf(
    plan.output.org,
    plan.output.changes.map(
      ({ action, from, to, ...member }) => ({ action, from, to, member }) as PlannedChange,
    ),
  );
  if (sorted.hash !== plan.output.hash) {
    throw new InputError(
      'The plan was edited: its changes do not match its hash. Use the file as the dry run wrote it.',
    );
  }
  return sorted;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * The changes of now that the approved plan does not contain. An approved change that is no longer needed does
 * not matter: it is done already.
 */
export function notApproved<T extends PlannedChange>(changes: readonly T[], approved: PlanFile): T[] {
  const keys = new Set(approved.changes.map(keyOf));
  return changes.filter(({ action, member, from, to }) => !keys.has(keyOf({ ...member, action, from, to })));
}

/** Changes that a message names; the others are counted. */
const MAX_NAMED = 20;

/** The plan at `path`, for `org`; undefined without a path. Throws an InputError if it cannot be used. */
export async function readApprovedPlan(
  path: string,
  org: string,
  roots: Roots,
): Promise<PlanFile | undefined> {
  if (path === '') return undefined;
  const files = await readCsvFiles(path, roots, {
    input: 'approved-plan',
    ifTooLarge: 'Split the roster between several runs, each with a plan of its own.',
  });
  const [file] = files;
  if (file === undefined || files.length > 1)
    throw new InputError('`approved-plan`: Write the path of one plan file.');
  try {
    return readPlanFile(Buffer.from(file.bytes).toString('utf8'), org);
  } catch (error) {
    throw error instanceof InputError ? new InputError(`\`approved-plan\`: ${error.message}`) : error;
  }
}

/** The changes that the approved plan does not contain, and a sentence that names them; undefined if there are none. */
export function notInApprovedPlan<T extends PlannedChange>(
  changes: readonly T[],
  approved: PlanFile | undefined,
): { readonly changes: ReadonlySet<T>; readonly remedy: string } | undefined {
  const others = approved === undefined ? [] : notApproved(changes, approved);
  if (others.length === 0) return undefined;
  const named = others.slice(0, MAX_NAMED).map(({ action, member, from, to }) => {
    const role = [from, to].filter((one) => one !== null).join(' to ');
    return `${action} ${member.user} (${role}) in "${member.groupName}"`;
  });
  const more =
    others.length > MAX_NAMED ? `; and ${others.length - MAX_NAMED} more, which the report names` : '';
  const count = many(others.length, 'change is', 'changes are');
  const remedy = `Make a new plan with a dry run, and have it approved. ${count} not in the approved plan: ${named.join('; ')}${more}.`;
  return { changes: new Set(others), remedy };
}
