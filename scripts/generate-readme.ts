/** Fills in the parts of the READMEs that come from elsewhere: inputs and outputs from action.yml, and examples. `--check` only compares. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ActionName, definition, root } from './runner.ts';

/** The pages with generated parts, and the action whose inputs and outputs they show. */
export const PAGES: Readonly<Record<string, ActionName>> = {
  'README.md': 'add-members',
  'sync-members/README.md': 'sync-members',
  'access-check/README.md': 'access-check',
  'list-groups/README.md': 'list-groups',
};

/** A part between two comments that name its source. Text between other comments is not generated. */
const PART = /<!-- (inputs|outputs|example (\S+)):start -->\n[\s\S]*?<!-- \1:end -->/g;

/** `text` with its generated parts brought up to date for `action`. */
export function withGeneratedParts(text: string, action: ActionName): string {
  return text.replace(
    PART,
    (_, name: string, example: string) =>
      `<!-- ${name}:start -->\n${partOf(name, example, action)}\n<!-- ${name}:end -->`,
  );
}

function partOf(name: string, example: string, action: ActionName): string {
  if (name === 'inputs') return inputsTable(action);
  if (name === 'outputs') return outputsTable(action);
  return `\n\`\`\`yaml\n${readFileSync(join(root, 'examples', example), 'utf8')}\`\`\`\n`;
}

function inputsTable(action: ActionName): string {
  const rows = Object.entries(definition(action).inputs).map(
    ([name, { description, default: value, required }]) => [
      `\`${name}\``,
      required ? '(required)' : value === undefined ? '' : `\`${value}\``,
      description,
    ],
  );
  return table(['input', 'default', 'meaning'], rows);
}

function outputsTable(action: ActionName): string {
  const rows = Object.entries(definition(action).outputs).map(([name, { description }]) => [
    `\`${name}\``,
    description,
  ]);
  return table(['output', 'meaning'], rows);
}

/** A Markdown table with aligned columns. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[], filler: string) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width, filler)).join(' | ')} |`;
  const [first = [], ...others] = cells.map((row) => line(row, ' '));
  return `\n${[first, line([], '-'), ...others].join('\n')}\n`;
}

if (import.meta.main) {
  const check = process.argv.includes('--check');
  for (const [page, action] of Object.entries(PAGES)) {
    const path = join(root, page);
    const text = readFileSync(path, 'utf8');
    const generated = withGeneratedParts(text, action);
    if (!check) {
      writeFileSync(path, generated);
    } else if (generated !== text) {
      console.error(
        `${page} differs from action.yml or examples/. Run "npm run readme" and commit the result.`,
      );
      process.exitCode = 1;
    }
  }
  if (check && process.exitCode !== 1) console.log('The READMEs match action.yml and examples/.');
}
