import { expect } from '@jest/globals';
import type { RunOptions } from '../../../scripts/runner.ts';
import type { HubOptions, OrgSpec, RecordedRequest, SimulatedHub } from '../../../simulator/index.ts';
import { overlappingWrites } from '../../../simulator/index.ts';
import { parseRoster } from '../../../src/roster/roster.ts';
import { start } from '../../simulator/client.ts';
import { GROUP, type Result, runStep, type Step } from '../../support/run-bundle.ts';
import { runInProcess } from '../../support/run-in-process.ts';

export interface Run extends Step {
  readonly results: readonly Result[];
  /** What this run sent to the Hub. */
  readonly sent: readonly RecordedRequest[];
  /** Those of them that could change something. */
  readonly writes: readonly RecordedRequest[];
  /** The code of each result, by what the roster says; `input in group` where there is more than one group. */
  readonly codes: Readonly<Record<string, string>>;
}

/** A Hub with the organization `acme`, its domain `acme.com` and the group `Cohort 2024`, unless told. */
export function startAcme(org: Partial<OrgSpec> = {}, options: HubOptions = {}): Promise<SimulatedHub> {
  const acme = { name: 'acme', emailDomains: ['acme.com'], groups: [GROUP], ...org };
  return start({ ...options, orgs: [acme, ...(options.orgs ?? [])] });
}

/** Runs the bundle of add-members against `hub`. Whatever the test is about, the requests must be well-behaved. */
export async function run(
  hub: SimulatedHub,
  inputs: Record<string, string>,
  options: Omit<RunOptions, 'inputs'> = {},
): Promise<Run> {
  const before = hub.requests.length;
  const step = await runStep(hub, { ...options, inputs });
  const sent = hub.requests.slice(before);
  expectManners(sent, Number(inputs['chunk-size'] || 50));
  const results = step.report?.results ?? [];
  const groups = new Set(results.map(({ group }) => group));
  return {
    ...step,
    results,
    sent,
    writes: sent.filter(({ method }) => method !== 'GET'),
    codes: Object.fromEntries(
      results.map(({ input, groupName, code }) => [
        groups.size > 1 ? `${input} in ${groupName}` : input,
        code,
      ]),
    ),
  };
}

/** What holds for every run: hub-api.md, traps 3 and 8, and design.md, "How a batch is applied". */
function expectManners(sent: readonly RecordedRequest[], chunkSize: number): void {
  expect(overlappingWrites(sent)).toEqual([]);
  for (const { method, path, query, headers, body } of sent) {
    expect(['GET', 'POST', 'PATCH']).toContain(method);
    expect(headers['authorization']).toMatch(/^Bearer \S+$/);
    const { limit } = query;
    if (limit !== undefined) expect(Number(limit) >= 10 && Number(limit) <= 10_000).toBe(true);
    if (method !== 'POST') continue;
    expect(path).toMatch(/\/resource-groups\/[0-9a-f]{24}\/users$/);
    const names = sentUsers({ body }).map((name) => name.toLowerCase());
    expect(names.length).toBeGreaterThan(0);
    expect(names.length).toBeLessThanOrEqual(chunkSize);
    expect(new Set(names).size).toBe(names.length);
  }
}

/** Whom a POST names. */
export function sentUsers({ body }: Pick<RecordedRequest, 'body'>): string[] {
  return (body as { users: { user: string }[] }).users.map(({ user }) => user);
}

/** The lines of a CSV with these rows. */
export function csv(...rows: string[]): Record<string, string> {
  return { 'people.csv': `${rows.join('\n')}\n` };
}

/** The message that the step failed with; throws where there is none, or more than one. */
export function failure({ annotations }: Pick<Run, 'annotations'>): string {
  const plain = annotations.filter(
    ({ kind, properties }) => kind === 'error' && properties['title'] === 'Add members',
  );
  expect(plain).toHaveLength(1);
  return plain[0]?.message ?? '';
}

/** `method path` of each request, the organization's part of the path left out. */
export function trace(requests: readonly RecordedRequest[]): string[] {
  return requests.map(({ method, path }) => `${method} ${path.replace('/api/organizations/acme/', '')}`);
}

/**
 * The same job in this process, over real HTTP too, for matrices of cases: without inputs, report and log.
 * Gives back the code of each person, by what the roster says.
 */
export async function runHere(hub: SimulatedHub, people: readonly string[]): Promise<Record<string, string>> {
  const { entries } = parseRoster({ users: people.join(' '), role: 'read', hasDefaultGroup: true });
  const { outcomes, requests } = await runInProcess(hub, { entries, maxWaitMs: 0, timeoutMs: 5_000 });
  expectManners(requests, 50);
  return Object.fromEntries(outcomes.map(({ input, code }) => [input, code]));
}
