import { TEST_TOKEN } from '../simulator/index.ts';
import { ORG } from './organization.ts';

/**
 * What people run today, as the Hub's guides suggest it and with nothing added: each request once, one after
 * the other.
 */
type Script = (hubUrl: string, groupId: string, people: readonly Person[]) => Promise<void>;

interface Person {
  readonly user: string;
  readonly email: string;
}

const CHUNK = 50;

/**
 * Looks up each email address, takes the first member that is returned, and adds them: two requests per
 * person.
 */
export const onePersonAtATime: Script = async (hubUrl, groupId, people) => {
  for (const { email } of people) {
    const found = await call(hubUrl, `members?email=${encodeURIComponent(email)}&limit=1`);
    const members = found.ok ? ((await found.json()) as { user: string }[]) : [];
    const [member] = members;
    if (member !== undefined) await add(hubUrl, groupId, [member.user]);
  }
};

/** Adds usernames, which must be known, in chunks of 50: one request per chunk. */
export const inBatches: Script = async (hubUrl, groupId, people) => {
  for (let from = 0; from < people.length; from += CHUNK) {
    await add(
      hubUrl,
      groupId,
      people.slice(from, from + CHUNK).map(({ user }) => user),
    );
  }
};

async function add(hubUrl: string, groupId: string, users: readonly string[]): Promise<void> {
  const body = JSON.stringify({ users: users.map((user) => ({ user, role: 'read' })) });
  const answer = await call(hubUrl, `resource-groups/${groupId}/users`, { method: 'POST', body });
  await answer.arrayBuffer();
}

function call(hubUrl: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${TEST_TOKEN}`, 'content-type': 'application/json' };
  return fetch(`${hubUrl}/api/organizations/${ORG}/${path}`, { ...init, headers });
}
