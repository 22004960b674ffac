import { foldCase } from '../../text/fold-case.ts';
import { nearest } from '../../text/nearest.ts';
import { needsAttention, type Outcome } from '../outcome.ts';
import { groupKey } from './people.ts';

/** Rows and members that are compared at most: each row is compared with each member of its group. */
const MAX_ROWS = 100;
const MAX_MEMBERS = 1000;

export interface PossibleMeaning {
  readonly outcome: Outcome;
  /** Usernames of kept members of the same group. */
  readonly candidates: readonly string[];
}

/**
 * For each unresolved row, the kept members of its group that it resembles: the local part of the address is
 * the username, or the spelling is near. For people to read; never decides who is added or removed.
 */
export function possibleMeanings(kept: readonly Outcome[], outcomes: readonly Outcome[]): PossibleMeaning[] {
  const members = Map.groupBy(kept.slice(0, MAX_MEMBERS), groupKey);
  return outcomes
    .filter((outcome) => needsAttention(outcome) && members.has(groupKey(outcome)))
    .slice(0, MAX_ROWS)
    .flatMap((outcome) => {
      const users = (members.get(groupKey(outcome)) ?? []).flatMap(({ user }) => user ?? []);
      const candidates = similar(outcome.input, users);
      return candidates.length === 0 ? [] : [{ outcome, candidates }];
    });
}

function similar(input: string, users: readonly string[]): string[] {
  const [name = ''] = input.split('@');
  const plain = plainName(name);
  const same = users.filter((user) => plainName(user) === plain);
  const near = nearest(name, users);
  return [...new Set(near === undefined ? same : [...same, near])];
}

/** `Ada.Lovelace` and `ada-lovelace` are written alike. */
function plainName(name: string): string {
  return foldCase(name).replace(/[._+-]/g, '');
}
