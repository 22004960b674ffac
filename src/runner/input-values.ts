import { getInput } from '@actions/core';
import { InputError } from '../errors.ts';
import { nearest } from '../text/nearest.ts';

/*
 * How single inputs are read. What is wrong with one goes into `problems`, so that all mistakes are told at once.
 */

/**
 * What an input means if it is empty. The runner fills in the same from action.yml (a test compares the two), but
 * `with: role: ${{ inputs.role }}` is empty, not absent, when a schedule started the workflow.
 */
export const DEFAULTS = {
  'hub-url': 'https://huggingface.co',
  'timeout-seconds': '30',
  role: 'read',
  'on-existing': 'keep',
  'on-unlisted': 'keep',
  'max-removals': '20%',
  'min-admins': '1',
  'max-role': 'admin',
  'allow-missing': 'false',
  'dry-run': 'false',
  comment: 'never',
  'chunk-size': '50',
  'max-wait-minutes': '15',
  'redact-emails': 'auto',
  probe: 'false',
} as const;

type Defaulted = keyof typeof DEFAULTS;

/** Runs `read`. Throws an InputError that lists everything that it found wrong. */
export function readInputs<T>(read: (problems: string[]) => T): T {
  const problems: string[] = [];
  const inputs = read(problems);
  if (problems.length > 0) throw new InputError(problems.join('\n'));
  return inputs;
}

export function choice<const T extends string>(
  name: Defaulted,
  allowed: readonly T[],
  problems: string[],
  fallback: string = DEFAULTS[name],
): T {
  return oneOf(name, getInput(name) || fallback, allowed, problems);
}

export function oneOf<const T extends string>(
  name: string,
  given: string,
  allowed: readonly T[],
  problems: string[],
): T {
  const found = allowed.find((value) => value === given.toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(given.toLowerCase(), allowed);
  const hint = near === undefined ? '' : ` Did you mean \`${near}\`?`;
  const list = allowed.map((value) => `\`${value}\``).join(', ');
  problems.push(`\`${name}\` is "${given}", but must be one of ${list}.${hint}`);
  return allowed[0] as T;
}

export function flag(name: Defaulted, problems: string[]): boolean {
  return choice(name, ['true', 'false'], problems) === 'true';
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

export function number(name: Defaulted, range: Range, problems: string[]): number {
  const value = inRange(getInput(name) || DEFAULTS[name], range);
  if (value !== undefined) return value;
  problems.push(`${outOfRange(name, range)}, for example \`${DEFAULTS[name]}\`.`);
  return Number(DEFAULTS[name]);
}

/** A number that can be left out. */
export function optionalNumber(name: string, range: Range, problems: string[]): number | undefined {
  const given = getInput(name);
  const value = given === '' ? undefined : inRange(given, range);
  if (given !== '' && value === undefined) problems.push(`${outOfRange(name, range)}, or empty.`);
  return value;
}

export function inRange(given: string, { min, max, whole = false }: Range): number | undefined {
  const value = /^\d+(\.\d+)?$/.test(given) ? Number(given) : Number.NaN;
  return value >= min && value <= max && (!whole || Number.isInteger(value)) ? value : undefined;
}

function outOfRange(name: string, { min, max, whole = false }: Range): string {
  const kind = whole ? 'a whole number' : 'a number';
  return `\`${name}\` is "${getInput(name)}", but must be ${kind} from ${min} to ${max}`;
}

/** Entries separated by commas or line ends, each once. */
export function list(name: string): string[] {
  const entries = getInput(name)
    .split(/[,\r\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  return [...new Set(entries)];
}
