import { Agent, request } from 'undici';
import { TEST_TOKEN } from '../simulator/index.ts';
import { type Asked, ORG } from './organization.ts';

/** How people are asked for. */
export type Form = 'emails' | 'usernames';

/** One kept connection, one request after the other. */
const CONNECTION = new Agent({ connections: 1 });
const CHUNK = 50;
const PAGE = 1_000;

interface Member {
  readonly user: string;
  readonly verifiedEmail?: string | null;
}

/**
 * What a skilled person writes in an afternoon: it reads the group and the member listing, skips people who are in the group,
 * adds the others in chunks of 50, and sends the people of a refused chunk one by one. It does not look up addresses that the
 * listing hides, does not confirm, does not retry, and knows no quota.
 */
export async function afternoon(
  hubUrl: string,
  group: string,
  people: readonly Asked[],
  form: Form,
): Promise<void> {
  const call = callsOf(hubUrl);
  const { users } = (await (await call(`resource-groups/${group}`)).body.json()) as {
    users: { name: string }[];
  };
  const inAlready = new Set(users.map(({ name }) => name));
  const members = form === 'emails' ? await listing(call) : [];
  const byEmail = new Map(members.map(({ user, verifiedEmail }) => [verifiedEmail, user]));
  const wanted = people
    .map(({ user, email }) => (form === 'emails' ? byEmail.get(email) : user))
    .filter((user) => user !== undefined && !inAlready.has(user));
  for (let from = 0; from < wanted.length; from += CHUNK) {
    const chunk = wanted.slice(from, from + CHUNK);
    if (await add(chunk)) continue;
    for (const user of chunk) await add([user]);
  }

  async function add(names: readonly (string | undefined)[]): Promise<boolean> {
    const body = JSON.stringify({ users: names.map((user) => ({ user, role: 'read' })) });
    const answer = await call(`resource-groups/${group}/users`, body);
    await answer.body.dump();
    return answer.statusCode === 200;
  }
}

type Call = ReturnType<typeof callsOf>;

function callsOf(hubUrl: string) {
  const headers = { authorization: `Bearer ${TEST_TOKEN}`, 'content-type': 'application/json' };
  return (path: string, body?: string) =>
    request(path.startsWith('http') ? path : `${hubUrl}/api/organizations/${ORG}/${path}`, {
      ...{
        dispatcher: CONNECTION,
        headers,
        method: body === undefined ? ('GET' as const) : ('POST' as const),
      },
      ...(body === undefined ? {} : { body }),
    });
}

async function listing(call: Call): Promise<Member[]> {
  const members: Member[] = [];
  let next: string | undefined = `members?limit=${PAGE}`;
  while (next !== undefined) {
    const page = await call(next);
    members.push(...((await page.body.json()) as Member[]));
    next = /<([^>]+)>; rel="next"/.exec(String(page.headers['link'] ?? ''))?.[1];
  }
  return members;
}
