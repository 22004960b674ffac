import { getInput, setSecret } from '@actions/core';
import { ROLES, type Role } from '../roles.ts';
import {
  type ConnectionInputs,
  choice,
  connection,
  DEFAULTS,
  flag,
  inRange,
  list,
  number,
  oneOf,
  optionalNumber,
  readInputs,
} from './input-values.ts';

/** Maximum time to wait, in sum, in milliseconds, for an action that has no input for it. */
export const MAX_WAIT_MS = Number(DEFAULTS['max-wait-minutes']) * 60_000;

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
    githubToken: masked(getInput('github-token')),
    chunkSize: number('chunk-size', { min: 1, max: 1000, whole: true }, problems),
    maxWaitMs: number('max-wait-minutes', { min: 0, max: 350 }, problems) * 60_000,
    redactEmails: choice('redact-emails', ['true', 'false', 'auto'], problems),
  };
}

/** A token that the runner shows nowhere. */
function masked(token: string): string {
  if (token !== '') setSecret(token);
  return token;
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
    problems.push(
      `\`${name}\` takes usernames only, and "${wrong[0]}" is not a username. Use the last part of the URL of the person's page: for huggingface.co/ada it is \`ada\`.`,
    );
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
