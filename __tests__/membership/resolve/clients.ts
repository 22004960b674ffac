import { type RecordedRequest, type SimulatedHub, TEST_TOKEN } from '../../../simulator/index.ts';
import { cancellable } from '../../../src/hub/cancellation.ts';
import type { HubClient } from '../../../src/hub/client.ts';
import { type HubSession, openSession } from '../../../src/hub/session.ts';
import {
  type Resolved,
  type ResolveOptions,
  resolvePeople,
} from '../../../src/membership/resolve/resolve.ts';
import { fakeClock } from '../../support/clock.ts';
import { randomFrom } from '../../support/random.ts';
import { entryOf } from '../assignments.ts';

/** As if the entries were for several groups, so that usernames are not sent without the listing. */
export const NEED = { chunkSize: 50, isOneGroup: false, listingDecides: false, whole: false };
const SILENT = { info() {}, debug() {}, warning() {}, error() {} };

/** Does `work` with a client of `hub`. Returns what it returns, and what was sent meanwhile. */
export async function withClient<T>(
  hub: SimulatedHub,
  work: (client: HubClient, session: HubSession) => Promise<T>,
): Promise<{ readonly value: T; readonly sent: readonly RecordedRequest[] }> {
  const before = hub.requests.length;
  const session = openSession({
    ...{ hubUrl: hub.url, token: TEST_TOKEN, timeoutMs: 5_000, maxWaitMs: 60_000 },
    ...{ cancellation: cancellable().cancellation, log: SILENT, clock: fakeClock(), random: randomFrom(1) },
  });
  const value = await work(session.hub, session);
  await session.close();
  return { value, sent: hub.requests.slice(before) };
}

export interface Found extends Resolved {
  /** Whom each input means: the username, with `?` if that is in no listing and `??` if that is not known, or a code. */
  readonly whom: Readonly<Record<string, string>>;
  readonly sent: readonly RecordedRequest[];
}

/** Resolves entries as `entryOf` reads them; options are those of a run that writes. */
export async function resolve(
  hub: SimulatedHub,
  inputs: readonly string[],
  options: Partial<ResolveOptions> = {},
): Promise<Found> {
  const entries = inputs.map((input) => entryOf(input));
  const { value, sent } = await withClient(hub, (client, { rateLimiter }) =>
    resolvePeople(client, 'acme', entries, {
      ...{
        chunkSize: 50,
        need: NEED,
        alsoListed: [],
        endIfDenied: async () => undefined,
        random: randomFrom(2),
      },
      ...{ log: SILENT, rateLimiter, groups: 1, members: 0 },
      ...options,
    }),
  );
  const whom = inputs.map((input, index) => {
    const resolution = value.people.get(entries[index]?.key ?? '');
    if (resolution === undefined) return [input, 'never looked for'];
    if (!('user' in resolution)) return [input, resolution.code];
    const mark = resolution.listed === true ? '' : resolution.listed === false ? '?' : '??';
    return [input, `${resolution.user}${mark}`];
  });
  return { ...value, whom: Object.fromEntries(whom), sent };
}

/** The requests as `members`, `members?email=…` or `members?search=…`, with the domain only of a probe. */
export function asked(sent: readonly RecordedRequest[]): string[] {
  return sent.map(({ path, query }) => {
    const [last = ''] = path.split('/').slice(-1);
    const { email, search } = query;
    if (email !== undefined) return `${last}?email=${email.replace(/no-such-person-\w+/, 'PROBE')}`;
    return search === undefined ? last : `${last}?search=${search}`;
  });
}
