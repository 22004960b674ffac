import { many } from '../text/words.ts';
import { type FoundInCsv, readCsv } from './csv.ts';
import { readColumnChoices } from './csv-columns.ts';
import { hasRetryMark, merge, type Roster, type RosterProblem, type RosterText } from './entry.ts';
import { readInline } from './inline.ts';
import { isAbove } from './person-row.ts';

export type { Address, Roster, RosterEntry, RosterFile, RosterProblem, RosterText } from './entry.ts';

/** More than an organization has people, and little enough that a roster of any size takes bounded memory. */
const MAX_ROWS = 500_000;

/**
 * Who should be in which group, and who should not: the people of `users`, of `remove-users`, and the rows of
 * the files, in the order written, each person once per group. Everything that is wrong is found at once, and
 * if anything is, nothing may be done with the entries. Pure, and never throws. Rules: interface.md, section
 * 1.
 */
export function parseRoster(text: RosterText): Roster {
  const { choices, problems: ofChoices } = readColumnChoices(text.csvColumns ?? '');
  const general: RosterProblem[] = ofChoices.map((message) => ({
    message: `In the input \`csv-columns\`: ${message}`,
  }));
  if (text.maxRole !== undefined && isAbove(text.role, text.maxRole)) {
    general.push({
      message: `The input \`role\` is \`${text.role}\`, which is above \`max-role: ${text.maxRole}\`. Lower the one, or raise the other.`,
    });
  }
  const inline = [
    readInline('users', text.users ?? '', text),
    readInline('remove-users', text.removeUsers ?? '', text),
  ];
  const files: FoundInCsv[] = [];
  let maxRows = MAX_ROWS;
  for (const file of text.files ?? []) {
    const found = readCsv(file, { ...text, choices, now: text.now ?? new Date(), maxRows });
    files.push(found);
    maxRows -= found.rows;
  }
  const parts = [...inline, ...files];
  const { entries, problems: conflicts } = merge(parts.values().flatMap((part) => part.entries));
  const problems = [...general, ...parts.flatMap((part) => part.problems), ...conflicts];
  if (entries.length === 0 && problems.length === 0) problems.push(noPeople(text));
  return {
    entries,
    problems: sorted(problems, text),
    notices: files.flatMap(({ notices }) => notices),
    isPart: text.files?.some(hasRetryMark) ?? false,
  };
}

/** By file, in the order given, and by line; what concerns the inputs comes first. */
function sorted(problems: RosterProblem[], { files = [] }: RosterText): RosterProblem[] {
  const order = new Map(files.map(({ path }, index) => [path, index]));
  const rank = ({ location }: RosterProblem): [number, number] =>
    location !== undefined && 'file' in location ? [order.get(location.file) ?? 0, location.line] : [-1, 0];
  return problems
    .map((problem) => ({ problem, rank: rank(problem) }))
    .sort(({ rank: [file, line] }, { rank: [otherFile, otherLine] }) => file - otherFile || line - otherLine)
    .map(({ problem }) => problem);
}

function noPeople({ files = [] }: RosterText): RosterProblem {
  const [first] = files;
  if (first === undefined)
    return { location: { input: 'users' }, message: 'The input `users` names no one.' };
  const where = files.length === 1 ? 'This file' : `None of the ${many(files.length, 'file', 'files')}`;
  const message = `${where} names ${files.length === 1 ? 'no one' : 'anyone'}, and neither do the inputs.`;
  return files.length === 1 ? { location: { file: first.path, line: 1 }, message } : { message };
}
