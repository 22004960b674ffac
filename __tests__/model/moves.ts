import fc from 'fast-check';
import { foldCase } from '../../src/text/words.ts';
import { MEMBERS, type Org, renamed } from './people.ts';
import type { Schedule } from './schedule.ts';

/**
 * Just before the Hub handles the `before`-th request, and at the latest when the run has ended, a member gets another
 * username, leaves the organization, or joins it: until then, it does not know them.
 */
export interface Move {
  readonly before: number;
  readonly kind: 'rename' | 'leave' | 'join';
  readonly user: string;
}

export const moves: fc.Arbitrary<Move[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Move[]>([]) },
  {
    weight: 1,
    arbitrary: fc.uniqueArray(
      fc.record({
        before: fc.integer({ min: 1, max: 14 }),
        kind: fc.constantFrom('rename', 'rename', 'leave', 'join'),
        user: fc.constantFrom(...MEMBERS),
      }),
      { selector: ({ user }) => user, minLength: 1, maxLength: 2 },
    ),
  },
);

/** The organization before the run: without those who join. */
export function atStart({ org, moves: all }: Schedule): Org {
  const joins = new Set(all.filter(({ kind }) => kind === 'join').map(({ user }) => user));
  return {
    ...org,
    members: org.members.filter(({ user }) => !joins.has(user)),
    groups: org.groups.map((group) => ({
      ...group,
      users: Object.fromEntries(Object.entries(group.users).filter(([user]) => !joins.has(user))),
    })),
  };
}

/** The organization after the run: without those who left, and with new usernames. */
export function afterwards({ org, moves: all }: Schedule): Org {
  const kinds = new Map(all.map(({ user, kind }) => [user, kind]));
  const members = org.members.flatMap((member) => {
    const kind = kinds.get(member.user);
    if (kind === 'leave') return [];
    return kind === 'rename' ? { ...member, user: renamed(member.user) } : member;
  });
  return { ...org, members };
}

/** The username before the run. */
export function earlierName({ moves: all }: Schedule, user: string): string {
  return all.find((move) => move.kind === 'rename' && renamed(move.user) === user)?.user ?? user;
}

export function isRenamed({ moves: all }: Schedule, user: string): boolean {
  return all.some((move) => move.kind === 'rename' && foldCase(move.user) === foldCase(user));
}

/** Whether people come and go in the organization itself, and so in its groups. */
export function isUnsettled({ moves: all }: Schedule): boolean {
  return all.some(({ kind }) => kind !== 'rename');
}
