import { afterEach } from '@jest/globals';
import type { HubOptions, SimulatedHub } from '../../simulator/index.ts';
import { startHub, TEST_TOKEN } from '../../simulator/index.ts';

const running: SimulatedHub[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((hub) => hub.close()));
});

/** A Hub that is closed after the test. */
export async function start(options: HubOptions = {}): Promise<SimulatedHub> {
  const hub = await startHub(options);
  running.push(hub);
  return hub;
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed, where it is JSON, and as loosely typed as that. */
  json: ReturnType<typeof JSON.parse>;
}

/** One request, with the test token unless told; redirects are not followed. */
export async function call(
  hub: SimulatedHub,
  method: string,
  path: string,
  body?: unknown,
  token: string = TEST_TOKEN,
): Promise<Reply> {
  const response = await fetch(hub.url + path, {
    method,
    redirect: 'manual',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const GROUPS = '/api/organizations/acme/resource-groups';
export const MEMBERS = '/api/organizations/acme/members';

/** Path of a group's users. */
export function usersPath(hub: SimulatedHub, group: string): string {
  return `${GROUPS}/${hub.group(group).id}/users`;
}

/** Adds users to a group: `add(hub, 'Cohort', { ada: 'read' })`. */
export function add(
  hub: SimulatedHub,
  group: string,
  users: Record<string, string>,
  token?: string,
): Promise<Reply> {
  const list = Object.entries(users).map(([user, role]) => ({ user, role }));
  return call(hub, 'POST', usersPath(hub, group), { users: list }, token);
}
