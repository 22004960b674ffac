import { afterEach } from '@jest/globals';
import { object, string } from 'valibot';
import { cancellable } from '../../src/hub/cancellation.ts';
import type { Request } from '../../src/hub/client.ts';
import { jsonBody } from '../../src/hub/read-response.ts';
import { type HubSession, openSession, type SessionOptions } from '../../src/hub/session.ts';
import { fakeClock } from '../support/clock.ts';

const sessions: HubSession[] = [];

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
});

export const TOKEN = 'hf_secret/"token';

/** A session over real connections, in which waits take no time. It is closed after the test. */
export function open(hubUrl: string, options: Partial<SessionOptions> = {}) {
  const { cancellation, cancel } = cancellable();
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const clock = fakeClock();
  const session = openSession({
    hubUrl,
    token: TOKEN,
    timeoutMs: 20_000,
    maxWaitMs: 900_000,
    cancellation,
    clock,
    random: () => 0.5,
    log: { info: say, warning: say, debug: say },
    ...options,
  });
  sessions.push(session);
  return { ...session, cancel, lines, clock };
}

/** A request for a small object. */
export const GET: Request<{ name: string }> = {
  segments: ['api', 'thing'],
  reader: jsonBody(object({ name: string() }), 100_000),
};
export const POST = { ...GET, method: 'POST', body: { name: 'ada' } } as const;
