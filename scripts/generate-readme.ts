/** Fills in the parts of README.md that are said elsewhere: inputs and outputs of action.yml, and examples. `--check` only compares. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMain } from './is-main.ts';
import { definition, root } from './runner.ts';

/** A part between two comments that name what it is made from; anything else between comments is left alone. */
const PART = /<!-- (inputs|outputs|example (\S+)):start -->\n[\s\S]*?<!-- \1:end -->/g;

/** `readme` with every generated part as it should be. */
export function withGeneratedParts(readme: string): string {
  return readme.replace(
    PART,
    (_, name: string, example: string) =>
      `<!-- ${name}:start -->\n${partOf(name, example)}\n<!-- ${name}:end -->`,
  );
}

function partOf(name: string, example: string): string {
  if (name === 'inputs') return inputsTable();
  if (name === 'outputs') return outputsTable();
  return `\n\`\`\`yaml\n${readFileSync(join(root, 'examples', example), 'utf8')}\`\`\`\n`;
}

function inputsTable(): string {
  const rows = Object.entries(definition('add-members').inputs).map(
    ([name, { description, default: value, required }]) => [
      `\`${name}\``,
      required ? '(required)' : value === undefined ? '' : `\`${value}\``,
      description,
    ],
  );
  return table(['input', 'default', 'meaning'], rows);
}

function outputsTable(): string {
  const rows = Object.entries(definition('add-members').outputs).map(([name, { description }]) => [
    `\`${name}\``,
    description,
  ]);
  return table(['output', 'meaning'], rows);
}

/** A table whose columns stand below each other in the text, too. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[], filler: string) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width, filler)).join(' | ')} |`;
  const [first = [], ...others] = cells.map((row) => line(row, ' '));
  return `\n${[first, line([], '-'), ...others].join('\n')}\n`;
}

if (isMain(import.meta)) {
  const path = join(root, 'README.md');
  const readme = readFileSync(path, 'utf8');
  const generated = withGeneratedParts(readme);
  if (process.argv.includes('--check')) {
    if (generated !== readme) {
      console.error(
        'README.md is not what action.yml and examples/ say; run "npm run readme" and commit it.',
      );
      process.exit(1);
    }
    console.log('README.md is what action.yml and examples/ say.');
  } else {
    writeFileSync(path, generated);
  }
}
