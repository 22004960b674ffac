import type { AddMembersInputs } from '../runner/inputs.ts';
import { readCsvFile } from './csv-file.ts';
import { parseRoster } from './roster.ts';

/**
 * Who should be in which group, by the inputs and the CSV file that they name, relative to `workspace`.
 * Throws an InputError where the file cannot be read.
 */
export async function readRoster(
  { users, csv, role, groups }: Pick<AddMembersInputs, 'users' | 'csv' | 'role' | 'groups'>,
  workspace: string,
): Promise<ReturnType<typeof parseRoster>> {
  const file = csv === '' ? {} : { csv: { path: csv, bytes: await readCsvFile(csv, workspace) } };
  return parseRoster({ users, ...file, role, hasDefaultGroup: groups.length > 0 });
}
