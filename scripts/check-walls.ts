/**
 * Fails if an import of src/ goes through a wall (walls.ts), or if a file is too long to be read in one go or
 * too short to be a file. Prints one line for each: the rule, the file, what it imports, and why that is
 * wrong.
 */
import { globSync, readFileSync } from 'node:fs';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { OPTIONS, RULES } from './walls.ts';

const LINES = { min: 10, max: 250 };

/** Entries are five lines by design, and a declaration of a foreign module is as long as it is. */
const MAY_BE_SHORT = /^src\/actions\/|\.d\.ts$/;

const { output } = await cruise(['src'], {
  ...OPTIONS,
  validate: true,
  ruleSet: { forbidden: RULES.map((rule) => ({ severity: 'error', ...rule })) },
});
const { violations, totalCruised } = (output as ICruiseResult).summary;
const problems = violations.map(({ rule, from, to, cycle }) => {
  const way = cycle === undefined ? [from, to] : [from, ...cycle.map(({ name }) => name)];
  const why = RULES.find(({ name }) => name === rule.name)?.comment;
  return `${rule.name}: ${[...new Set(way)].join(' -> ')} (${why})`;
});

for (const file of globSync('src/**/*.ts')
  .map((path) => path.replaceAll('\\', '/'))
  .sort()) {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').length;
  if (lines > LINES.max) problems.push(`file-size: ${file} has ${lines} lines (at most ${LINES.max})`);
  if (lines < LINES.min && !MAY_BE_SHORT.test(file))
    problems.push(`file-size: ${file} has ${lines} lines (at least ${LINES.min})`);
}

for (const problem of problems.sort()) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`Every import of the ${totalCruised} modules runs downwards.`);
