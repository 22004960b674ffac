import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/runner.ts';

export const README = read('README.md');

/** Every Markdown page of the repository. */
export const PAGES = globSync(
  ['*.md', 'docs/*.md', '{sync-members,access-check,list-groups,simulator}/README.md', '.github/**/*.md'],
  { cwd: root },
).toSorted();

export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** The fenced blocks of a language under a heading of a page, or on the whole page. */
export function blocks(page: string, language: string, heading?: string): string[] {
  const part = heading === undefined ? page : (page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '');
  return [...part.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, body = '']) => body,
  );
}

/** The first cells of the rows of a table between two comments, without backticks. */
export function firstCells(page: string, part: string): string[] {
  const text = page.split(`<!-- ${part}:start -->`)[1]?.split(`<!-- ${part}:end -->`)[0] ?? '';
  return [...text.matchAll(/^\| `(.*?)` +\|/gm)].map(([, cell = '']) => cell);
}

/** The text of a page that is neither code, table, picture, comment, nor folded. */
export function prose(page: string): string {
  return page
    .replace(/<(details|picture)>[\s\S]*?<\/\1>/g, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^ *```[\s\S]*?^ *```$/gm, '')
    .replace(/^\|.*$/gm, '')
    .replace(/\]\([^)]*\)/g, ']');
}
