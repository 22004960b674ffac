import { expect, test } from '@jest/globals';
import type { RequestIdHeader } from '../../../simulator/index.ts';
import { start } from '../../simulator/client.ts';
import { GROUP } from '../../support/run-bundle.ts';
import { acme, names, sync } from '../sync-members/support.ts';
import { fileOf, planOf } from './support.ts';

interface Told {
  readonly run: {
    readonly failedWrites?: readonly {
      readonly at: string;
      readonly method: string;
      readonly path: string;
      readonly status: number | null;
      readonly requestId: string | null;
    }[];
  };
}

const ROWS = [
  'user,role,state',
  'person-1,write,',
  'person-2,read,',
  'person-3,read,absent',
  'person-4,read,',
];

test.each<[RequestIdHeader, string]>([
  ['X-Request-Id', ''],
  ['X-Amzn-Trace-Id', ''],
  ['X-Amz-Cf-Id', ''],
])('the report names each write that the Hub refused or lost, by %s', async (header) => {
  const users = { 'person-1': 'read', 'person-3': 'read' } as const;
  const hub = await start({
    orgs: [acme({ members: names(4), groups: [{ name: GROUP, users }] })],
    requestIdHeaders: [header],
    refuseFor: ['person-1', 'person-2', 'person-3'],
  });
  const ran = await sync(hub, { 'on-existing': 'update' }, ROWS);
  planOf(ran);
  const refused = ran.writes.filter(({ status }) => status === 403);
  const { failedWrites = [] } = (JSON.parse(fileOf(ran, 'report')) as Told).run;
  expect(new Set(refused.map(({ method }) => method))).toEqual(new Set(['POST', 'PATCH', 'DELETE']));
  expect(failedWrites).toEqual(
    refused.map(({ method, path, id }) => ({
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      ...{ method, path, status: 403, requestId: id },
    })),
  );
});

test('a run whose writes all succeed names none, and a write that is repeated with success is none', async () => {
  const hub = await start({ orgs: [acme({ members: names(4) })] });
  hub.inject({ kind: 'status', status: 429, headers: { 'retry-after': '0' }, match: { method: 'POST' } });
  const ran = await sync(hub, {}, ['user', 'person-1']);
  expect(ran.told['person-1']).toBe('added/added');
  expect((JSON.parse(fileOf(ran, 'report')) as Told).run).not.toHaveProperty('failedWrites');
});

test('what no id is, is not told', async () => {
  const hub = await start({ orgs: [acme({ members: names(4) })] });
  const headers = { 'X-Request-Id': 'ada@acme.com <script>', 'X-Amz-Cf-Id': 'x'.repeat(500) };
  hub.inject({
    kind: 'status',
    status: 403,
    headers,
    body: { error: 'No.' },
    match: { method: 'POST' },
    times: 20,
  });
  const ran = await sync(hub, {}, ['user', 'person-1']);
  planOf(ran);
  const { failedWrites = [] } = (JSON.parse(fileOf(ran, 'report')) as Told).run;
  expect(failedWrites.length).toBeGreaterThan(0);
  expect(new Set(failedWrites.map(({ requestId }) => requestId))).toEqual(new Set([null]));
});
