import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DEMO } from './demo-organization.ts';
import { startHub, TEST_TOKEN } from './index.ts';
import type { HubOptions, OrgSpec } from './options.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, 'org-file': { type: 'string' } },
});

const file = values['org-file'];
const options: HubOptions =
  file === undefined ? DEMO : { orgs: [JSON.parse(readFileSync(file, 'utf8')) as OrgSpec] };
const hub = await startHub({ ...options, port: Number(values.port) });
const org = options.orgs?.[0]?.name ?? '';

console.log(`The simulated Hub is at ${hub.url}, with the organization ${org}. Ctrl-C stops it. To try:

  export HF_ENDPOINT=${hub.url} HF_TOKEN=${TEST_TOKEN}
  curl -H "Authorization: Bearer $HF_TOKEN" "$HF_ENDPOINT/api/whoami-v2"
  curl -H "Authorization: Bearer $HF_TOKEN" "$HF_ENDPOINT/api/organizations/${org}/resource-groups"
  curl -H "Authorization: Bearer $HF_TOKEN" "$HF_ENDPOINT/api/organizations/${org}/members?limit=10"
`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void hub.close());
