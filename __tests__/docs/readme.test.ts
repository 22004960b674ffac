import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withGeneratedParts } from '../../scripts/generate-readme.ts';
import { type ActionName, definition, root } from '../../scripts/runner.ts';
import { blocks, firstCells, PAGES, README, read } from './pages.ts';

test('inputs, outputs and workflows in the README are those of action.yml and examples/', () => {
  expect(README).toBe(withGeneratedParts(README));
  expect(firstCells(README, 'inputs')).toEqual(Object.keys(definition('add-members').inputs));
  expect(firstCells(README, 'outputs')).toEqual(Object.keys(definition('add-members').outputs));
  expect(blocks(README, 'yaml')).toHaveLength(4);
});

test.each<ActionName>(['access-check', 'list-groups'])(
  'the README of %s knows each input and output',
  (name) => {
    const page = read(`${name}/README.md`);
    const { inputs, outputs } = definition(name);
    const section = (heading: string) => page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
    const named = (heading: string) =>
      [...section(heading).matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, cell = '']) =>
        [...cell.matchAll(/`(.*?)`/g)].map(([, it]) => it),
      );
    expect(named('Inputs')).toEqual(Object.keys(inputs));
    expect(named('Outputs').toSorted()).toEqual(Object.keys(outputs).toSorted());
    for (const [input, { default: value }] of Object.entries(inputs)) {
      if (value !== undefined)
        expect(section('Inputs')).toMatch(new RegExp(`\\| \`${input}\` +\\| \`${value}\` +\\|`));
    }
  },
);

test.each(firstCells(README, 'messages'))('the source says: %s', (message) => {
  const pieces = message.split('…').map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(pieces.join('[^\\n]{1,80}'));
  const sources = globSync('src/**/*.ts', { cwd: root }).map((file) => read(file).replaceAll("\\'", "'"));
  expect(sources.filter((source) => pattern.test(source))).not.toEqual([]);
});

test.each(PAGES)('every file, heading and command that %s names is there', (page) => {
  const text = read(page);
  for (const [, target = ''] of text.matchAll(/(?:\]\(|src=")([^)\s"]+)[)"]/g)) {
    const [path = '', heading] = target.split('#');
    if (/^(https?|mailto):/.test(target)) continue;
    const file = path === '' ? page : join(dirname(page), path);
    expect([target, existsSync(join(root, file))]).toEqual([target, true]);
    if (heading !== undefined) expect(headingsOf(read(file))).toContain(heading);
  }
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const [, script = ''] of text.matchAll(/\bnpm run ([\w-]+)/g))
    expect(Object.keys(scripts)).toContain(script);
});

/** The anchors of a page's headings, as GitHub makes them. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}
