import { expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { HOSTILE } from '../../../scripts/preview-outcomes.ts';
import { start } from '../../simulator/client.ts';
import { run as add } from '../add-members/support.ts';
import { acme } from '../sync-members/support.ts';
import { fileOf, planOf } from './support.ts';

const FORMULAS = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1+1', 'x;=1+1', '"=1'];
const TEXTS = [...HOSTILE.map((text) => text.replace(/[\r\n\0\ud800]+/g, ' ')), ...FORMULAS];

/** Everything from outside that a file can repeat: names of groups, cells, and words of the Hub. */
async function runHostile(inputs: Record<string, string>) {
  const groups = TEXTS.map((text, index) => `${text} ${index}`);
  const hub = await start({ orgs: [acme({ members: ['ada', 'bob'], groups })], strangers: ['mallory'] });
  const ids = groups.map((group) => hub.group(group).id);
  for (const text of HOSTILE)
    hub.inject({
      kind: 'status',
      status: 403,
      body: { error: text },
      match: { method: 'POST', user: 'bob' },
    });
  const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
  const rows = TEXTS.flatMap((text, index) =>
    ['ada', 'bob', 'mallory', `nobody-${index}@acme.com`].map(
      (user) => `${quoted(text)},${user},${ids[index]}`,
    ),
  );
  const files = { 'people.csv': ['note,user,group', ...rows].join('\n') };
  return add(hub, { csv: 'people.csv', 'resource-group': '', ...inputs }, { files });
}

test.each([
  ['a dry run', 'true'],
  ['a run', 'false'],
])('no formula, no command and no markup gets out of %s', async (_, dryRun) => {
  const ran = await runHostile({ 'dry-run': dryRun });
  const { changes } = planOf(ran);
  expect(changes.length).toBeGreaterThan(TEXTS.length / 2);
  expect(new Set(changes.map(({ groupName }) => groupName)).size).toBeGreaterThan(FORMULAS.length);

  for (const name of ['report', 'report-csv', 'plan', 'retry-csv']) {
    const text = fileOf(ran, name);
    expect([name, text]).not.toEqual([name, '']);
    // A step that prints the file must not start a command by it.
    expect(text).not.toMatch(/^\s*::|\r(?!\n)/m);
    if (!name.endsWith('csv')) expect(text).not.toContain('##[');
    if (!name.endsWith('csv')) continue;
    // The first line of a retry-csv is a comment.
    const cells = (parse(text, { bom: true, relax_column_count: true }) as string[][]).flat();
    expect(cells.length).toBeGreaterThan(TEXTS.length);
    for (const cell of cells)
      expect([name, cell]).not.toEqual([name, expect.stringMatching(/^["\s]*[=+\-@＝＋－＠\t\r]/)]);
    for (const part of text.split(';')) expect(part).not.toMatch(/^[" ]*[=+\-@]/);
  }

  for (const [name, value] of Object.entries(ran.outputs)) {
    expect([name, value]).not.toEqual([name, expect.stringMatching(/[\r\n]|##\[/)]);
    if (name.endsWith('-users')) expect(Array.isArray(JSON.parse(value))).toBe(true);
  }
  // What is printed: only commands that the action gives.
  const commands = ran.stdout.match(/^\s*::[a-z-]+/gm) ?? [];
  expect(new Set(commands)).toEqual(
    new Set(commands.filter((one) => /^::(group|endgroup|error|warning|notice|debug|add-mask)$/.test(one))),
  );
  expect(ran.stdout).not.toContain('##[');
});
