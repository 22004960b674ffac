import { afterEach, beforeEach } from '@jest/globals';
import { type RunOptions, runBundle } from '../../scripts/runner.ts';
import { type SimulatedHub, startHub, type TokenSpec } from '../../simulator/index.ts';

export const GROUP = 'Cohort, "2024"';
export const TOKEN = 'hf_checked';
export const WHOAMI = '/api/whoami-v2';

export let hub: SimulatedHub;

beforeEach(async () => {
  hub = await startHub({
    orgs: [
      {
        name: 'acme',
        members: [
          'ada',
          { user: 'wes', role: 'write' },
          { user: 'nora', role: 'no_access' },
          { user: 'grace', role: 'read' },
        ],
        serviceAccounts: ['robot', 'lonely'],
        groups: [
          { name: GROUP, users: { ada: 'write', nora: 'contributor', grace: 'admin', robot: 'write' } },
          'Cohort 2025',
        ],
      },
      { name: 'other', members: ['ada'] },
    ],
    strangers: ['zoe'],
  });
});

afterEach(() => hub.close());

/** Runs the bundle on the group, as the owner of the token. */
export function check(inputs: Record<string, string> = {}, options: RunOptions = {}) {
  return runBundle('access-check', {
    ...options,
    inputs: { 'hf-token': TOKEN, org: 'acme', 'resource-group': GROUP, 'hub-url': hub.url, ...inputs },
  });
}

/** Makes the token; by default it is a write token of Ada, who has the role write in the group. */
export function give(spec: Partial<TokenSpec>) {
  hub.tokens.set(TOKEN, { token: TOKEN, user: 'ada', type: 'write', ...spec });
}

export const fine = (
  ...scoped: [type: string, name: string, ...permissions: string[]][]
): Partial<TokenSpec> => ({
  type: 'fineGrained',
  scoped: scoped.map(([type, name, ...permissions]) => ({ entity: { type, name }, permissions })),
});

/** How often a path was asked for. */
export const asked = (path: string) => hub.requests.filter((request) => request.path === path).length;
