import { getInput } from '@actions/core';
import { InputError } from '../errors.ts';
import { ROLES, type Role } from '../roles.ts';
import { nearest } from '../text/nearest.ts';
import { type Proxies, readProxies } from './proxies.ts';

/**
 * What an input means where it is empty. The runner fills in the same from action.yml (a test holds the two together),
 * but `with: role: ${{ inputs.role }}` is empty, not absent, when a workflow was started by a schedule.
 */
export const DEFAULTS = {
  'hub-url': 'https://huggingface.co',
  'timeout-seconds': '30',
  role: 'read',
  'on-existing': 'keep',
  'allow-missing': 'false',
  'dry-run': 'false',
  'chunk-size': '50',
  'max-wait-minutes': '15',
  'redact-emails': 'auto',
  probe: 'false',
} as const;

type Defaulted = keyof typeof DEFAULTS;

/** Most time to wait, in sum, in milliseconds, where an action has no input for it. */
export const MAX_WAIT_MS = Number(DEFAULTS['max-wait-minutes']) * 60_000;

/** Which Hub, as whom, and which organization: what all three actions need. */
export interface ConnectionInputs {
  readonly token: string;
  readonly org: string;
  /** Origin of the Hub, without a trailing slash. */
  readonly hubUrl: string;
  readonly timeoutMs: number;
  readonly proxies: Proxies;
}

export interface AddMembersInputs extends ConnectionInputs {
  /** Ids and names as written; `*` stands for every group. Empty where every row names its own. */
  readonly groups: readonly string[];
  readonly users: string;
  readonly csv: string;
  readonly role: Role;
  readonly onExisting: 'keep' | 'update';
  readonly allowMissing: boolean;
  readonly dryRun: boolean;
  readonly chunkSize: number;
  readonly maxWaitMs: number;
  readonly redactEmails: 'true' | 'false' | 'auto';
}

export interface AccessCheckInputs extends ConnectionInputs {
  /** Id or name; undefined where the question is about the organization. */
  readonly group: string | undefined;
  readonly probe: boolean;
  readonly expectWrite: 'allowed' | 'denied' | undefined;
}

/** The inputs of `action.yml`. Throws an InputError that lists everything that is wrong with them. */
export function readAddMembersInputs(): AddMembersInputs {
  return reading((problems) => {
    const users = getInput('users');
    const csv = getInput('csv');
    if (users === '' && csv === '') {
      problems.push(
        'Nobody is named: give `users` (usernames or e-mails), or `csv` (the path of a CSV file), or both.',
      );
    }
    return {
      ...connection(problems),
      groups: groupList(getInput('resource-group'), problems),
      users,
      csv,
      role: choice('role', ROLES, problems),
      onExisting: choice('on-existing', ['keep', 'update'], problems),
      allowMissing: flag('allow-missing', problems),
      dryRun: flag('dry-run', problems),
      chunkSize: number('chunk-size', { min: 1, max: 1000, whole: true }, problems),
      maxWaitMs: number('max-wait-minutes', { min: 0, max: 350 }, problems) * 60_000,
      redactEmails: choice('redact-emails', ['true', 'false', 'auto'], problems),
    };
  });
}

/** The inputs of `access-check/action.yml`. Throws an InputError that lists everything that is wrong with them. */
export function readAccessCheckInputs(): AccessCheckInputs {
  return reading((problems) => {
    const group = getInput('resource-group');
    const expected = getInput('expect-write');
    return {
      ...connection(problems),
      group: group === '' ? undefined : group,
      probe: flag('probe', problems),
      expectWrite:
        expected === '' ? undefined : oneOf('expect-write', expected, ['allowed', 'denied'], problems),
    };
  });
}

/** The inputs of `list-groups/action.yml`. Throws an InputError that lists everything that is wrong with them. */
export function readListGroupsInputs(): ConnectionInputs {
  return reading(connection);
}

function reading<T>(read: (problems: string[]) => T): T {
  const problems: string[] = [];
  const inputs = read(problems);
  if (problems.length > 0) throw new InputError(problems.join('\n'));
  return inputs;
}

function connection(problems: string[]): ConnectionInputs {
  return {
    token: token(problems),
    org: organization(problems),
    hubUrl: hubUrl(problems),
    timeoutMs: number('timeout-seconds', { min: 0.001, max: 3600 }, problems) * 1000,
    proxies: readProxies(problems),
  };
}

/** The token as given: the input, or else the variable of the ecosystem. Empty where there is none. */
export function givenToken(): string {
  return getInput('hf-token') || (process.env['HF_TOKEN'] ?? '').trim();
}

function token(problems: string[]): string {
  const given = givenToken();
  if (given === '') {
    problems.push(
      'No token: set `hf-token: ${{ secrets.HF_TOKEN }}`, and store the token as a secret of that name. ' +
        'Secrets are empty in workflows that a pull request from a fork starts.',
    );
  } else if (!/^[\x21-\x7e]+$/.test(given)) {
    problems.push(
      'The token in `hf-token` holds white space or other characters that no token has: copy it again.',
    );
  }
  return given;
}

const NAME = /^[A-Za-z0-9](?!.*\.\.)[A-Za-z0-9._-]*$/;

function organization(problems: string[]): string {
  const org = getInput('org');
  if (org === '') {
    problems.push('`org` is missing: write the name of the organization as in its address on the Hub.');
  } else if (!NAME.test(org)) {
    const last = org.replace(/\/+$/, '').split(/[/@]/).at(-1) ?? '';
    const hint = NAME.test(last) ? `: write \`${last}\`` : ': write the name as in its address on the Hub';
    problems.push(`\`org\` is not the name of an organization: "${org}"${hint}.`);
  }
  return org;
}

function hubUrl(problems: string[]): string {
  const given = getInput('hub-url') || (process.env['HF_ENDPOINT'] ?? '').trim() || DEFAULTS['hub-url'];
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const wrong = (why: string) => {
    problems.push(`\`hub-url\` ${why}: write it like \`${DEFAULTS['hub-url']}\`.`);
    return DEFAULTS['hub-url'];
  };
  if (url === undefined || !/^https?:$/.test(url.protocol)) return wrong('is not an address');
  if (url.username !== '' || url.password !== '') return wrong('must not hold a name or password');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return wrong('must begin with https:// (http:// is for addresses of this machine only)');
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return wrong('must be the address of the Hub alone, with nothing behind it');
  }
  return url.origin;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function groupList(text: string, problems: string[]): string[] {
  const groups = text
    .split(/[,\r\n]/)
    .map((group) => group.trim())
    .filter((group) => group !== '');
  if (groups.includes('*') && groups.length > 1) {
    problems.push(
      '`resource-group` has `*`, which is every group, beside others: write either `*` or the groups.',
    );
  }
  return [...new Set(groups)];
}

function choice<const T extends string>(name: Defaulted, allowed: readonly T[], problems: string[]): T {
  return oneOf(name, getInput(name) || DEFAULTS[name], allowed, problems);
}

function oneOf<const T extends string>(
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

function flag(name: Defaulted, problems: string[]): boolean {
  return choice(name, ['true', 'false'], problems) === 'true';
}

function number(
  name: Defaulted,
  { min, max, whole = false }: { min: number; max: number; whole?: boolean },
  problems: string[],
): number {
  const given = getInput(name) || DEFAULTS[name];
  const value = /^\d+(\.\d+)?$/.test(given) ? Number(given) : Number.NaN;
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? 'a whole number' : 'a number';
  problems.push(
    `\`${name}\` is "${given}", but must be ${kind} from ${min} to ${max}, like \`${DEFAULTS[name]}\`.`,
  );
  return Number(DEFAULTS[name]);
}
