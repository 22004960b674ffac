import { expect } from '@jest/globals';
import type { RunOptions } from '../../../scripts/runner.ts';
import {
  type OrgSpec,
  overlappingWrites,
  type RecordedRequest,
  type Role,
  type SimulatedHub,
} from '../../../simulator/index.ts';
import { GROUP, type Result, runStep, type Step } from '../../support/run-bundle.ts';

export { GROUP };

export interface Run extends Step {
  readonly results: readonly Result[];
  /** What this run sent to the Hub. */
  readonly sent: readonly RecordedRequest[];
  readonly writes: readonly RecordedRequest[];
  /** `status/code` of each result by username, or else by what was asked for; ` in <group>` follows if there are several. */
  readonly told: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, string>>;
  /** The message that the step failed with; empty if it did not. */
  readonly failure: string;
}

/** Runs the bundle of sync-members against `hub`, with `rows` as its CSV. No group is written to twice at once. */
export async function sync(
  hub: SimulatedHub,
  inputs: Record<string, string>,
  rows?: readonly string[],
  options: Omit<RunOptions, 'inputs'> = {},
): Promise<Run> {
  const files = {
    ...options.files,
    ...(rows === undefined ? {} : { 'people.csv': `${rows.join('\n')}\n` }),
  };
  const given = { ...(rows === undefined ? {} : { csv: 'people.csv' }), ...inputs };
  const before = hub.requests.length;
  const step = await runStep(hub, { ...options, files, inputs: given }, 'sync-members');
  const sent = hub.requests.slice(before);
  expect(overlappingWrites(sent)).toEqual([]);
  const results = step.report?.results ?? [];
  const several = new Set(results.map(({ group }) => group)).size > 1;
  const named = results.map(
    (result) =>
      [`${result.user ?? result.input}${several ? ` in ${result.groupName}` : ''}`, result] as const,
  );
  const plain = step.annotations.filter(
    ({ kind, properties }) => kind === 'error' && properties['title'] === 'Sync members',
  );
  expect(plain.length).toBe(step.exitCode === 0 ? 0 : 1);
  return {
    ...step,
    results,
    sent,
    writes: sent.filter(({ method }) => method !== 'GET'),
    told: Object.fromEntries(named.map(([name, { status, code }]) => [name, `${status}/${code}`])),
    messages: Object.fromEntries(named.map(([name, { message }]) => [name, message])),
    failure: plain[0]?.message ?? '',
  };
}

export const PRUNE = { 'on-unlisted': 'remove', 'max-removals': '100%' };

/** `prefix-1` to `prefix-<count>`. */
export function names(count: number, prefix = 'person'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}

/** The users of a group: all with one role. */
export function all(users: readonly string[], role: Role = 'read'): Record<string, Role> {
  return Object.fromEntries(users.map((user) => [user, role]));
}

/** An organization with these members and groups. */
export function acme(spec: Partial<OrgSpec> = {}): OrgSpec {
  return { name: 'acme', emailDomains: ['acme.com'], groups: [GROUP], ...spec };
}

/** How often the Hub was asked who the token is. */
export function whoamis(sent: readonly RecordedRequest[]): number {
  return sent.filter(({ path }) => path === '/api/whoami-v2').length;
}
