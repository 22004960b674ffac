import type { WantedMember } from '../../src/membership/assignment.ts';

/** Somebody wanted in a group; what a test is about is written over the rest. */
export function wantedMember(user: string, rest: Partial<WantedMember> = {}): WantedMember {
  const group = { groupId: '507f1f77bcf86cd799439011', groupName: 'Cohort' };
  return { source: 'users', input: user, user, listed: true, ...group, role: 'read', ...rest };
}

/** So many of them, `u0` on. */
export function wantedPeople(count: number, listed: boolean | undefined = true): WantedMember[] {
  return Array.from({ length: count }, (_, index) => wantedMember(`u${index}`, { listed }));
}
