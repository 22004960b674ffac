import { readCsv } from './csv.ts';
import type { Roster, RosterProblem, RosterText } from './entry.ts';
import { mergeFound, type Part } from './found.ts';
import { readUsers } from './users.ts';

export type { Address, Roster, RosterEntry, RosterProblem, RosterText } from './entry.ts';

/**
 * Who should be in which group: first the people of the `users` input, then the rows of the CSV, each in the order written,
 * and each person once a group. Everything that is wrong is found at once; where there is a problem, nothing must be done
 * with the entries. Pure, and never throws. Rules: interface.md, section 1, "CSV".
 */
export function parseRoster(text: RosterText): Roster {
  const parts: Part[] = [readUsers(text.users ?? '', text)];
  for (const file of text.files ?? []) parts.push(readCsv(file, text));
  const { entries, problems: conflicts } = mergeFound(parts.flatMap(({ found }) => found));
  const problems = [...parts.flatMap((part) => part.problems), ...conflicts];
  if (entries.length === 0 && problems.length === 0) problems.push(nobody(text));
  return { entries, problems, notices: [], isPart: false };
}

function nobody({ files: [csv] = [] }: RosterText): RosterProblem {
  if (csv === undefined) return { message: 'There is nobody in the input `users`.' };
  return {
    location: { file: csv.path, line: 1 },
    message: 'There is nobody in this file, and nobody in the input `users`.',
  };
}
