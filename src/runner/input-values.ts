import { getInput } from '@actions/core';
import { InputError } from '../errors.ts';
import { nearest } from '../text/words.ts';
import { isLoopback, readProxy } from './proxies.ts';

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

/** Which Hub, with which token, and which organization: what every action needs. */
export interface ConnectionInputs {
  readonly token: string;
  readonly org: string;
  /** Origin of the Hub, without a trailing slash. */
  readonly hubUrl: string;
  readonly timeoutMs: number;
  /** URL of the proxy to reach the Hub through; undefined if it is reached directly. */
  readonly proxy: string | undefined;
}

/** The inputs that every action has. */
export function connection(problems: string[]): ConnectionInputs {
  const inputs = {
    token: token(problems),
    org: organization(problems),
    hubUrl: hubUrl(problems),
    timeoutMs: number('timeout-seconds', { min: 0.001, max: 3600 }, problems) * 1000,
  };
  return { ...inputs, proxy: readProxy(inputs.hubUrl, problems) };
}

/** The token as given: the input, or else the ecosystem's variable. Empty if there is none. */
export function givenToken(): string {
  return getInput('hf-token') || (process.env['HF_TOKEN'] ?? '').trim();
}

function token(problems: string[]): string {
  const given = givenToken();
  if (given === '') {
    problems.push(
      'No token. Set `hf-token: ${{ secrets.HF_TOKEN }}`, and store the token as a secret of that name. ' +
        'A secret is empty if it belongs to an environment that the job does not name (`environment:`), and in workflows that a pull request from a fork starts.',
    );
  } else if (!/^[\x21-\x7e]+$/.test(given)) {
    problems.push(
      'The token in `hf-token` has white space or other characters that no token has. Copy it again.',
    );
  }
  return given;
}

const NAME = /^[A-Za-z0-9](?!.*\.\.)[A-Za-z0-9._-]*$/;

function organization(problems: string[]): string {
  const org = getInput('org');
  if (org === '') {
    problems.push(
      "`org` is required. Use the name in the organization's URL: for huggingface.co/acme-inc that is `acme-inc`.",
    );
  } else if (!NAME.test(org)) {
    problems.push(
      `\`org\` is "${org}", which is not the name in an organization's URL. ${meantOrganization(org)}`,
    );
  }
  return org;
}

/** The name in a URL or before the name of a repository, or the form that a title most likely has in a URL. */
function meantOrganization(org: string): string {
  const path = org.replace(/^(?:https?:\/\/[^/]*|(?:www\.)?(?:huggingface\.co|hf\.co))\/+|^@/i, '');
  const parts = path.split(/[/?#]/).filter((part) => !/^(?:\.*|organizations)$/i.test(part));
  const name = parts[0] ?? '';
  if (NAME.test(name)) return `Write \`${name}\`.`;
  // A part of an email address would tell what is redacted.
  const slug = (name.includes('@') ? '' : name)
    .trim()
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const forms = [...new Set([slug, slug.toLowerCase()])].map((form) => `\`${form}\``).join(' or ');
  const example = NAME.test(slug) ? ` It may be ${forms}.` : '';
  return `Use the name in its URL, not its title: for huggingface.co/acme-inc that is \`acme-inc\`.${example}`;
}

function hubUrl(problems: string[]): string {
  const given = getInput('hub-url') || (process.env['HF_ENDPOINT'] ?? '').trim() || DEFAULTS['hub-url'];
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const wrong = (why: string) => {
    problems.push(`\`hub-url\` ${why}. Write it like \`${DEFAULTS['hub-url']}\`.`);
    return DEFAULTS['hub-url'];
  };
  if (url === undefined || !/^https?:$/.test(url.protocol)) return wrong('is not a URL');
  if (url.username !== '' || url.password !== '') return wrong('must not have a name or password in it');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return wrong('must begin with https:// (http:// is for addresses of this machine only)');
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return wrong('must be the URL of the Hub alone, without a path');
  }
  return url.origin;
}
