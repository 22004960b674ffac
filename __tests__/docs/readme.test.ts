import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PAGES as GENERATED, withGeneratedParts } from '../../scripts/generate-readme.ts';
import { definition, root } from '../../scripts/runner.ts';
import { firstCells, PAGES, prose, README, read } from './pages.ts';

test.each(Object.entries(GENERATED))('%s shows the inputs, outputs and examples of today', (page, action) => {
  const text = read(page);
  expect(text).toBe(withGeneratedParts(text, action));
  expect(firstCells(text, 'inputs')).toEqual(Object.keys(definition(action).inputs));
  expect(firstCells(text, 'outputs')).toEqual(Object.keys(definition(action).outputs));
});

test('the first lines of the README say what is needed and show a workflow', () => {
  const first = README.split('\n').slice(0, 36).join('\n');
  expect(first).toContain('## Before you start');
  expect(first).toMatch(/```yaml[\s\S]*uses: OWNER\/add-resource-group-members@v1[\s\S]*```/);
});

test('the README has at most 1,200 words outside tables and folded parts', () => {
  const words = prose(README).match(/[\p{L}\p{N}][\p{L}\p{N}'’.,-]*/gu) ?? [];
  expect(words.length).toBeLessThanOrEqual(1_200);
});

test('the README links every example', () => {
  for (const file of globSync('examples/*.yml', { cwd: root })) expect(README).toContain(`](${file})`);
});

test('the README explains at most eight messages', () => {
  expect(firstCells(README, 'messages').length).toBeLessThanOrEqual(8);
});

const WRITTEN = [
  ...PAGES,
  ...globSync(['**/action.yml', 'examples/*', '.github/**/*.yml'], {
    cwd: root,
    exclude: ['node_modules', 'out'],
  }),
];
const BANNED =
  /\b(whoever|somebody|nobody|everybody|gives back|e-mails?|rehears\w+|licences?|not dealt with|your-org)\b/gi;

test.each(WRITTEN)('%s is in plain words and uses one placeholder for the owner', (file) => {
  // Code can name a heading such as `e-mail`.
  const found = read(file)
    .replace(/`[^`\n]*`/g, '')
    .match(BANNED);
  expect(found ?? []).toEqual([]);
});

const MESSAGES = ['README.md', 'docs/messages.md'].flatMap((page) => firstCells(read(page), 'messages'));

test.each(MESSAGES)('the source contains the message: %s', (message) => {
  const pieces = message.split('…').map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(pieces.join('[^\\n]{1,80}'));
  const sources = globSync('src/**/*.ts', { cwd: root }).map((file) => read(file).replaceAll("\\'", "'"));
  expect(sources.filter((source) => pattern.test(source))).not.toEqual([]);
});

test.each(PAGES)('every file, heading and command that %s names exists', (page) => {
  const text = read(page);
  for (const [, target = ''] of text.matchAll(/(?:\]\(|src(?:set)?=")([^)\s"]+)[)"]/g)) {
    const [path = '', heading] = target.split('#');
    if (/^(https?|mailto):/.test(target)) continue;
    const file = path === '' ? page : join(dirname(page), path);
    expect([target, existsSync(join(root, file))]).toEqual([target, true]);
    if (heading !== undefined)
      expect(headingsOf(read(file.endsWith('.md') ? file : join(file, 'README.md')))).toContain(heading);
  }
  const folders = 'src|scripts|simulator|bench|docs|examples|schema|dist|__tests__';
  for (const [, path = ''] of text.matchAll(new RegExp(`\`((?:${folders})/[\\w./-]+)\``, 'g')))
    expect([path, existsSync(join(root, path))]).toEqual([path, true]);
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const [, script = ''] of text.matchAll(/\bnpm run ([\w-]+)/g))
    expect(Object.keys(scripts)).toContain(script);
});

/** The anchors that GitHub gives to a page's headings. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}
