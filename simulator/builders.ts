import type { MemberSpec } from './options.ts';

/** `count` members, `person-1` on, each with a verified address in `domain`. `spec` goes for all of them. */
export function people(count: number, domain = 'acme.com', spec: Partial<MemberSpec> = {}): MemberSpec[] {
  return Array.from({ length: count }, (_, index) => {
    const user = `person-${index + 1}`;
    return { user, fullname: `Person ${index + 1}`, email: `${user}@${domain}`, ...spec };
  });
}
