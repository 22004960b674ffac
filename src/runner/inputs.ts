import { getInput } from '@actions/core';
import { ROLES, type Role } from '../roles.ts';
import {
  choice,
  DEFAULTS,
  flag,
  inRange,
  list,
  number,
  oneOf,
  optionalNumber,
  readInputs,
} from './input-values.ts';
import { isLoopback, readProxy } from './proxies.ts';

/** Maximum time to wait, in sum, in milliseconds, for an action that has no input for it. */
export const MAX_WAIT_MS = Number(DEFAULTS['max-wait-minutes']) * 60_000;

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

/** What add-members and sync-members share. */
export interface MembershipInputs extends ConnectionInputs {
  readonly action: 'add-members' | 'sync-members';
  /** Ids and names as written; `*` stands for every group. Empty if every row names its own. */
  readonly groups: readonly string[];
  readonly users: string;
  /** Empty for add-members. */
  readonly removeUsers: string;
  /** Paths and patterns, one per line. */
  readonly csv: string;
  readonly csvColumns: string;
  readonly role: Role;
  readonly maxRole: Role;
  readonly onExisting: 'keep' | 'update';
  readonly maxChanges: number | undefined;
  readonly allowMissing: boolean;
  readonly dryRun: boolean;
  /** Path of a plan file; empty if there is none. */
  readonly approvedPlan: string;
  readonly comment: 'never' | 'changes' | 'always';
  readonly githubToken: string;
  readonly chunkSize: number;
  readonly maxWaitMs: number;
  readonly redactEmails: 'true' | 'false' | 'auto';
}

/** Maximum number of unlisted members removed from one group: a number, or a percentage of its members, rounded up. */
export interface MaxRemovals {
  readonly kind: 'number' | 'percent';
  readonly value: number;
}

export interface SyncMembersInputs extends MembershipInputs {
  readonly onUnlisted: 'keep' | 'remove';
  readonly maxRemovals: MaxRemovals;
  readonly protectedUsers: readonly string[];
  readonly minAdmins: number;
}

export interface AccessCheckInputs extends ConnectionInputs {
  /** Id or name; undefined if the question is about the organization. */
  readonly group: string | undefined;
  readonly probe: boolean;
  readonly expectWrite: 'allowed' | 'denied' | undefined;
}

/** The inputs of `action.yml`. Throws an InputError that lists everything that is wrong with them. */
export function readAddMembersInputs(): MembershipInputs {
  return readInputs((problems) => membership('add-members', problems));
}

/** The inputs of `sync-members/action.yml`. Throws an InputError that lists everything that is wrong with them. */
export function readSyncMembersInputs(): SyncMembersInputs {
  return readInputs((problems) => {
    const inputs = {
      ...membership('sync-members', problems),
      onUnlisted: choice('on-unlisted', ['keep', 'remove'], problems),
      maxRemovals: maxRemovals(problems),
      protectedUsers: usernames('protected-users', problems),
      minAdmins: number('min-admins', { min: 0, max: 1000, whole: true }, problems),
    };
    if (inputs.onUnlisted === 'remove' && inputs.csv === '') {
      problems.push(
        '`on-unlisted: remove` needs a `csv`: with `users` alone, everyone else would be removed. Give the whole roster as a CSV file, or set `on-unlisted: keep`.',
      );
    }
    return inputs;
  });
}

/** The inputs of `access-check/action.yml`. Throws an InputError that lists everything that is wrong with them. */
export function readAccessCheckInputs(): AccessCheckInputs {
  return readInputs((problems) => {
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
  return readInputs(connection);
}

function membership(action: MembershipInputs['action'], problems: string[]): MembershipInputs {
  const isSync = action === 'sync-members';
  const [users, csv] = [getInput('users'), getInput('csv')];
  const removeUsers = isSync ? getInput('remove-users') : '';
  if (users === '' && csv === '' && removeUsers === '') {
    const also = isSync ? ', `remove-users`' : '';
    problems.push(
      `No one is named. Set \`users\` (usernames or email addresses)${also} or \`csv\` (the path of a CSV file).`,
    );
  }
  return {
    ...connection(problems),
    action,
    groups: groups(problems),
    users,
    removeUsers,
    csv,
    csvColumns: getInput('csv-columns'),
    role: choice('role', ROLES, problems),
    maxRole: choice('max-role', ROLES, problems),
    onExisting: choice('on-existing', ['keep', 'update'], problems, isSync ? 'update' : 'keep'),
    maxChanges: optionalNumber('max-changes', { min: 0, max: 1_000_000, whole: true }, problems),
    allowMissing: flag('allow-missing', problems),
    dryRun: flag('dry-run', problems),
    approvedPlan: getInput('approved-plan'),
    comment: choice('comment', ['never', 'changes', 'always'], problems),
    githubToken: getInput('github-token'),
    chunkSize: number('chunk-size', { min: 1, max: 1000, whole: true }, problems),
    maxWaitMs: number('max-wait-minutes', { min: 0, max: 350 }, problems) * 60_000,
    redactEmails: choice('redact-emails', ['true', 'false', 'auto'], problems),
  };
}

function connection(problems: string[]): ConnectionInputs {
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

/** The name at the end of a URL, or the form that a title most likely has in one. */
function meantOrganization(org: string): string {
  const last = org.replace(/\/+$/, '').split(/[/@]/).at(-1) ?? '';
  if (NAME.test(last)) return `Write \`${last}\`.`;
  const slug = last
    .trim()
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const example = NAME.test(slug) ? ` It may be \`${slug}\` or \`${slug.toLowerCase()}\`.` : '';
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

function groups(problems: string[]): string[] {
  const found = list('resource-group');
  if (found.includes('*') && found.length > 1) {
    problems.push(
      '`resource-group` has `*`, which means every group, beside others. Write either `*` or the groups.',
    );
  }
  return found;
}

function usernames(name: string, problems: string[]): string[] {
  const entries = list(name)
    .flatMap((entry) => entry.split(/\s+/))
    .map((entry) => entry.replace(/^@/, ''));
  const wrong = entries.filter((entry) => !/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(entry));
  if (wrong.length > 0) {
    problems.push(`\`${name}\` takes usernames only, and "${wrong[0]}" is not a username.`);
  }
  return entries;
}

function maxRemovals(problems: string[]): MaxRemovals {
  const given = getInput('max-removals') || DEFAULTS['max-removals'];
  const percent = /^(.*\S)\s*%$/.exec(given)?.[1];
  const kind = percent === undefined ? 'number' : 'percent';
  const range = percent === undefined ? { min: 0, max: 1_000_000, whole: true } : { min: 0, max: 100 };
  const value = inRange(percent ?? given, range);
  if (value === undefined) {
    problems.push(
      `\`max-removals\` is "${given}", but must be a whole number like \`10\`, or a percentage like \`20%\`.`,
    );
  }
  return { kind, value: value ?? 0 };
}
