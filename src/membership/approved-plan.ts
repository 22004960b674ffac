import { InputError } from '../errors.ts';
import { type Roots, readCsvFiles } from '../roster/csv-file.ts';
import { many } from '../text/words.ts';
import { notApproved, type PlanFile, type PlannedChange, readPlanFile } from './plan-file.ts';

/** Changes that a message names; the others are counted. */
const MAX_NAMED = 20;

/** The plan at `path`, for `org`; undefined without a path. Throws an InputError if it cannot be used. */
export async function readApprovedPlan(
  path: string,
  org: string,
  roots: Roots,
): Promise<PlanFile | undefined> {
  if (path === '') return undefined;
  const files = await readCsvFiles(path, roots, 'approved-plan');
  const [file] = files;
  if (file === undefined || files.length > 1)
    throw new InputError('`approved-plan`: Write the path of one plan file.');
  try {
    return readPlanFile(Buffer.from(file.bytes).toString('utf8'), org);
  } catch (error) {
    throw error instanceof InputError ? new InputError(`\`approved-plan\`: ${error.message}`) : error;
  }
}

/** Names the changes that the approved plan does not contain; undefined if there are none. */
export function notInApprovedPlan(
  changes: readonly PlannedChange[],
  approved: PlanFile | undefined,
): string | undefined {
  const others = approved === undefined ? [] : notApproved(changes, approved);
  if (others.length === 0) return undefined;
  const named = others.slice(0, MAX_NAMED).map(({ action, member, from, to }) => {
    const role = [from, to].filter((one) => one !== null).join(' to ');
    return `${action} ${member.user} (${role}) in "${member.groupName}"`;
  });
  const more = others.length > MAX_NAMED ? `; and ${others.length - MAX_NAMED} more` : '';
  return `The approved plan does not contain ${many(others.length, 'change', 'changes')}: ${named.join('; ')}${more}. Make a new plan with a dry run, and have it approved.`;
}
