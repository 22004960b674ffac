import { expect, test } from '@jest/globals';
import { start } from '../../simulator/client.ts';
import { GROUP } from '../../support/run-bundle.ts';
import { run as add, sentUsers } from '../add-members/support.ts';
import { acme, names, PRUNE, sync } from '../sync-members/support.ts';
import { fileOf, planOf } from './support.ts';

const RESEARCH = 'Research';
const OTHER = '=1+1 "Group"';

function startHub() {
  return start({
    orgs: [acme({ members: names(6), groups: [GROUP, RESEARCH, OTHER] })],
    refuseFor: ['person-3'],
    strangers: ['mallory', 'eve'],
  });
}

const ROSTER = [
  'Name;Nutzername;E-Mail;Rolle;Gruppe;bis',
  '"Lovelace; Ada";person-1;;read;;',
  '=HYPERLINK("x");;new@acme.com;write;;2999-12-31',
  '"Hopper, ""Grace""";person-3;;admin;;',
  `M;mallory;;contributor;"${OTHER.replaceAll('"', '""')}";`,
  'E;eve;;read;Research;',
  'K;person-4;;read;Research;',
  'Gone;person-5;;read;;2020-01-01',
];

test('a retry-csv, given back after the cause is mended, adds exactly those who were missing or failed', async () => {
  const hub = await startHub();
  const files = { 'people.csv': `${ROSTER.join('\n')}\n` };
  const first = await add(hub, { csv: 'people.csv', users: 'person-6 ghost' }, { files });
  expect(first.codes).toMatchObject({
    [`new@acme.com in ${GROUP}`]: 'email-not-found',
    [`person-3 in ${GROUP}`]: 'refused',
    [`mallory in ${OTHER}`]: 'not-in-organization',
    [`ghost in ${GROUP}`]: 'not-in-organization',
  });
  const retry = fileOf(first, 'retry-csv');
  expect(retry).toMatch(/^\uFEFF?# Part of a roster: [^,"\n]*\r\n/);

  for (const user of ['mallory', 'eve', 'ghost', { user: 'new', email: 'new@acme.com' }])
    hub.addOrgMember('acme', user);
  hub.configure({ refuseFor: [] });
  const before = [GROUP, RESEARCH, OTHER].map((group) => hub.members(group));
  const second = await add(hub, { csv: 'retry.csv' }, { files: { 'retry.csv': retry } });
  expect([second.exitCode, second.outputs['added'], second.outputs['skipped']]).toEqual([0, '5', '0']);
  const sent = second.writes.flatMap(sentUsers);
  expect(sent.toSorted()).toEqual(['eve', 'ghost', 'mallory', 'new', 'person-3']);
  expect([GROUP, RESEARCH, OTHER].map((group) => hub.members(group))).toEqual([
    { ...before[0], new: 'write', 'person-3': 'admin', ghost: 'read' },
    { ...before[1], eve: 'read' },
    { ...before[2], mallory: 'contributor' },
  ]);
  expect(fileOf(second, 'retry-csv')).toBe('');
});

test('sync-members takes a retry-csv, and refuses to prune by it, also beside a whole roster', async () => {
  const hub = await start({
    orgs: [acme({ members: names(6), groups: [{ name: GROUP, users: { 'person-5': 'read' } }] })],
  });
  const retry = fileOf(await sync(hub, {}, ['user', 'person-1', 'ghost']), 'retry-csv');
  hub.addOrgMember('acme', 'ghost');
  const files = { 'retry.csv': retry, 'people.csv': 'user\nperson-1\n' };
  for (const csv of ['retry.csv', 'people.csv\nretry.csv']) {
    const pruned = await sync(hub, { ...PRUNE, csv }, undefined, { files });
    expect([pruned.exitCode, pruned.sent]).toEqual([1, []]);
    expect(pruned.failure).toContain('has the comment of a `retry-csv`');
  }
  const kept = await sync(hub, { csv: 'retry.csv' }, undefined, { files });
  expect(kept.exitCode).toBe(0);
  expect(hub.members(GROUP)).toEqual({ 'person-1': 'read', 'person-5': 'read', ghost: 'read' });
});

test.each([
  ['`redact-emails: true`', { 'redact-emails': 'true' }, undefined],
  ['a public repository', {}, { repository: { private: false } }],
  ['an event that says nothing', {}, {}],
])('there is no retry-csv where email addresses are redacted: %s', async (_, inputs, event) => {
  const hub = await startHub();
  const options = event === undefined ? {} : { event };
  const ran = await add(hub, { users: 'ghost, nobody@acme.com', ...inputs }, options);
  expect([ran.exitCode, ran.outputs['missing'], ran.outputs['retry-csv']]).toEqual([1, '2', '']);
  expect(`${ran.stdout}${ran.summary}${JSON.stringify(ran.outputs)}`).not.toContain('nobody@acme.com');
});

test('no address is whole in any file of a run that redacts, and the hash of its plan is the same', async () => {
  const hashes = new Set<string>();
  for (const redact of ['true', 'false']) {
    const hub = await start({
      orgs: [acme({ members: ['ada'], groups: ["ada@acme.com's team"] })],
      failFor: ['ada'],
    });
    const inputs = { users: 'ada@acme.com nobody@acme.com', 'resource-group': "ada@acme.com's team" };
    const ran = await add(hub, { ...inputs, 'redact-emails': redact, 'max-wait-minutes': '0' });
    hashes.add(planOf(ran).hash);
    const files = ['report', 'report-csv', 'plan', 'retry-csv'].map((name) => fileOf(ran, name));
    const everything = `${files.join()}${ran.stdout}${ran.summary}${JSON.stringify(ran.outputs)}`;
    if (redact === 'true') expect(everything).not.toMatch(/(ada|nobody)(@|%40)/);
    else expect(files[2]).toContain('ada@acme.com');
  }
  expect(hashes.size).toBe(1);
});
