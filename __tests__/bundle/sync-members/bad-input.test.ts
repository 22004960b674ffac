import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { start } from '../../simulator/client.ts';
import { acme, all, GROUP, names, PRUNE, sync } from './support.ts';

function startFive() {
  const groups = [
    { name: GROUP, users: all(names(5)) },
    { name: 'Other', users: all(names(5)) },
  ];
  return start({ orgs: [acme({ members: names(6), groups })] });
}

describe('a roster by which no one can be removed', () => {
  test.each([
    ['no file', { ...PRUNE, users: 'person-1' }, undefined, /needs a `csv`/],
    ['no file, and people to remove', { ...PRUNE, 'remove-users': 'person-1' }, undefined, /needs a `csv`/],
    [
      "rows without a group and '*'",
      { ...PRUNE, 'resource-group': '*' },
      ['user', 'person-1'],
      /people\.csv:2/,
    ],
    [
      "a row without a group and '*'",
      { ...PRUNE, 'resource-group': '*' },
      ['user,group', `person-1,${GROUP}`, 'person-2,'],
      /people\.csv:3/,
    ],
    ['an empty file', PRUNE, ['user'], /names no one|no one|empty/i],
    ['a file of comments', PRUNE, ['# nobody yet'], /./],
  ])('%s: an error, and nothing is sent', async (_what, inputs, rows, told) => {
    const hub = await startFive();
    const run = await sync(hub, inputs as Record<string, string>, rows);
    expect(run.exitCode).toBe(1);
    expect([run.failure, ...run.annotations.map(({ message }) => message)].join(' ')).toMatch(told);
    expect(run.sent).toEqual([]);
    expect(run.summary).not.toBe('');
    expect(Object.keys(hub.members(GROUP))).toEqual(names(5));
    expect(Object.keys(hub.members('Other'))).toEqual(names(5));
  });

  test('a retry-csv of an earlier run', async () => {
    const hub = await startFive();
    const first = await sync(hub, {}, ['user', 'person-1', 'x@acme.com', 'no-such-name']);
    const retry = readFileSync(first.outputs['retry-csv'] ?? '', 'utf8');
    expect(retry).toContain('no-such-name');
    const run = await sync(hub, PRUNE, retry.trimEnd().split('\n'));
    expect(run.failure).toContain('has the comment of a `retry-csv`');
    expect(run.sent).toEqual([]);
    const kept = await sync(hub, {}, retry.trimEnd().split('\n'));
    expect(Object.keys(kept.told).toSorted()).toEqual([...names(5), 'no-such-name', 'x@acme.com'].toSorted());
  });

  test("'*' with rows that bring their groups is fine", async () => {
    const hub = await startFive();
    const run = await sync(hub, { ...PRUNE, 'resource-group': '*' }, ['user,group', `person-1,${GROUP}`]);
    expect(run.exitCode).toBe(0);
    expect(Object.keys(hub.members(GROUP))).toEqual(['person-1']);
    expect(Object.keys(hub.members('Other'))).toEqual(names(5));
  });
});

describe('rows that contradict each other', () => {
  test.each([
    ['present and absent', ['user,state', 'person-1,', 'person-1,absent']],
    ['two dates', ['user,expires', 'person-1,2020-01-01', 'person-1,2099-01-01']],
  ])('%s: an error on the line, and nothing is sent', async (_what, rows) => {
    const hub = await startFive();
    const run = await sync(hub, {}, rows);
    expect(run.exitCode).toBe(1);
    expect(run.annotations.some(({ properties }) => properties['file'] === 'people.csv')).toBe(true);
    expect(run.sent).toEqual([]);
  });

  test('the same person in users and remove-users: an error, and nothing is sent', async () => {
    const hub = await startFive();
    const run = await sync(hub, { users: 'person-1', 'remove-users': 'PERSON-1' });
    expect([run.exitCode, run.sent]).toEqual([1, []]);
  });
});

test.each([
  ['max-removals', '120%'],
  ['max-removals', 'many'],
  ['max-removals', '-1'],
  ['min-admins', '-1'],
  ['min-admins', 'two'],
  ['on-unlisted', 'delete'],
  ['max-changes', 'x'],
])('the input %s: %s is an error that names the input, and nothing is sent', async (name, value) => {
  const hub = await startFive();
  const run = await sync(hub, { [name]: value }, ['user', 'person-1']);
  expect(run.exitCode).toBe(1);
  expect(run.failure).toContain(name);
  expect(run.sent).toEqual([]);
});
