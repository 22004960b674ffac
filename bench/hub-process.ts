import { selfSigned } from '../__tests__/support/certificate.ts';
import { startHub } from '../simulator/index.ts';
import { farAway } from './far-away.ts';
import type { HubOrder, HubReport } from './hub.ts';
import { countKinds } from './kinds.ts';
import { asked, formerMembers, groupName, organization } from './organization.ts';

/**
 * The simulated Hub in a process of its own: started by one message, asked by the next ones, ended with its
 * parent.
 */
process.once('message', async (order: HubOrder) => {
  const { scenario, latencyMs, quota, cutLatencyMs = 0, line } = order;
  let cut = 0;
  const tls = line && { ...(await selfSigned()), http1Only: line.protocol === 'HTTP/1.1' };
  const hub = await startHub({
    orgs: [organization(scenario)],
    strangers: formerMembers(scenario),
    latencyMs,
    ...(tls && { tls }),
    ...(quota === undefined ? {} : { quota: { ...quota, announce: 'headers' as const } }),
    now: () => performance.now() + cut,
    tokens: (order.tokens ?? []).map((token) => ({ token, user: 'admin', type: 'write' as const })),
  });
  hub.onRequest(() => {
    cut += cutLatencyMs;
  });
  const people = asked(scenario);
  const groups = Array.from({ length: scenario.groups ?? 1 }, (_, index) => groupName(index));
  const before = new Map(groups.map((group) => [group, hub.members(group)]));
  process.on('message', () => process.send?.(report()));
  const url = new URL(hub.url);
  if (line !== undefined) url.port = String(await farAway(Number(url.port), line.roundTripMs / 2));
  process.send?.({ url: url.origin, certificate: tls?.cert ?? '' });

  function report(): HubReport {
    let [added, lost, strangers] = [0, 0, 0];
    for (const group of groups) {
      const [then, now] = [before.get(group) ?? {}, hub.members(group)];
      const wanted = new Set(people.map(({ user }) => user));
      for (const { user, kind } of people) {
        if (user in now && !(user in then)) added += 1;
        const findable = kind !== 'private-address' || scenario.emailsShown !== false;
        if (kind !== 'left' && findable && !(user in now)) lost += 1;
      }
      strangers += Object.keys(now).filter((user) => !wanted.has(user) && !(user in then)).length;
    }
    const { requests, connections } = hub;
    const refusedForQuota = requests.filter(({ status }) => status === 429).length;
    const kinds = countKinds(requests);
    return { requests: requests.length, kinds, refusedForQuota, connections, added, lost, strangers };
  }
});
process.once('disconnect', () => process.exit());
