import { foldCase } from '../text/fold-case.ts';
import { notAnAddress, parseAddress } from './address.ts';
import type { RosterProblem } from './entry.ts';
import type { Found, Part } from './found.ts';
import type { Fallback } from './person-row.ts';

/** Everybody in the `users` input, and everything that is wrong with it. */
export function readUsers(users: string, fallback: Fallback): Part {
  const found: Found[] = [];
  const problems: RosterProblem[] = [];
  const inputs = users.split(/[\s,]+/).filter((input) => input !== '');
  for (const input of inputs) {
    const address = parseAddress(input);
    if (address === undefined) problems.push({ message: `In the input \`users\`: ${notAnAddress(input)}` });
    else {
      const entry = {
        location: { input: 'users' as const },
        input,
        address,
        key: foldCase(address.kind === 'email' ? address.email : address.username),
        role: fallback.role,
        group: undefined,
        state: 'present' as const,
      };
      found.push({ entry });
    }
  }
  if (inputs.length > 0 && !fallback.hasDefaultGroup) problems.push({ message: NO_GROUP });
  return { found, problems };
}

const NO_GROUP =
  'The people in the input `users` have no group. Write the id or the name of one in the input `resource-group`.';
