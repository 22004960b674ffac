import { describe, expect, test } from '@jest/globals';
import { definition } from '../../scripts/runner.ts';
import type { TokenSpec } from '../../simulator/index.ts';
import { asked, check, fine, GROUP, give, hub, TOKEN, WHOAMI } from './checked-hub.ts';

describe('access-check', () => {
  test.each<[string, Partial<TokenSpec>, string]>([
    ['a write token of an admin', { user: 'admin' }, 'allowed allowed write admin -'],
    ['a write token of a writer in the group', {}, 'denied allowed write read write'],
    ['a write token of an admin of the group', { user: 'grace' }, 'allowed allowed write read admin'],
    [
      'a write token of a contributor to the group',
      { user: 'nora' },
      'denied allowed write no_access contributor',
    ],
    ['a read token of an admin', { user: 'admin', type: 'read' }, 'denied denied read admin -'],
    ['a fine-grained token without permissions', fine(), 'denied denied fine-grained read write'],
    [
      'a fine-grained token of an admin without permissions',
      { user: 'admin', ...fine() },
      'denied denied fine-grained admin -',
    ],
    [
      'org.write of an admin',
      { user: 'admin', ...fine(['org', 'acme', 'org.write']) },
      'allowed denied fine-grained admin -',
    ],
    [
      'org.write of an account that is no admin',
      fine(['org', 'acme', 'org.write']),
      'denied denied fine-grained read write',
    ],
    [
      'both permissions of an admin',
      { user: 'admin', ...fine(['org', 'acme', 'org.members.write', 'repo.write']) },
      'allowed allowed fine-grained admin -',
    ],
    [
      'resourceGroup.write on the group',
      { user: 'grace', ...fine(['resource-group', GROUP, 'resourceGroup.write']) },
      'allowed unknown fine-grained read admin',
    ],
    [
      'repo.write on the organization',
      fine(['org', 'acme', 'repo.write']),
      'denied allowed fine-grained read write',
    ],
    [
      'repo.write on the group',
      fine(['resource-group', GROUP, 'repo.write']),
      'denied allowed fine-grained read write',
    ],
    [
      'repo.write on another organization',
      fine(['org', 'other', 'repo.write', 'org.write']),
      'denied denied fine-grained read write',
    ],
    [
      'a permission that is not known',
      { user: 'admin', ...fine(['org', 'acme', 'org.everything']) },
      'unknown unknown fine-grained admin -',
    ],
    [
      'a service account',
      { user: 'robot', whoami: 'service-account' },
      'unknown unknown write unknown unknown',
    ],
    [
      'a service account of the group whose organizations are not shown, with org.write',
      { user: 'robot', whoami: 'no-orgs', ...fine(['org', 'acme', 'org.write']) },
      'unknown denied fine-grained unknown write',
    ],
    ['an answer of another shape', { whoami: 'odd-shape' }, 'unknown unknown unknown unknown unknown'],
    ['a person outside the organization', { user: 'zoe' }, 'denied denied write - -'],
  ])('says what is allowed with %s', async (_, token, expected) => {
    give(token);
    const run = await check();
    const { outputs } = run;
    const names = ['manage-members', 'write-repos', 'token-type', 'org-role', 'group-role'];
    expect(names.map((name) => outputs[name] || '-').join(' ')).toBe(expected);
    expect(outputs['probe']).toBe('not-run');
    expect(outputs['reason']).toMatch(/Managing members: .+ Writing repositories: .+/);
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(definition('access-check').outputs).sort());
    expect(run).toMatchObject({ exitCode: 0, annotations: [], stderr: '' });
    expect(asked(WHOAMI)).toBe(1);
    expect(hub.requests.every(({ method }) => method === 'GET')).toBe(true);
    const told = run.stdout.replace(`::add-mask::${TOKEN}`, '') + run.summary + JSON.stringify(outputs);
    expect(told).not.toContain(TOKEN);
  });

  test.each(['mfa', 'token-policy', 'token-revoked', 'sso', 'ip'] as const)(
    'denies both if the restriction %s keeps the token out',
    async (restriction) => {
      give({ user: 'admin', restrictions: [restriction] });
      const run = await check();
      expect(run.outputs).toMatchObject({
        'manage-members': 'denied',
        'write-repos': 'denied',
        'org-role': 'admin',
      });
      expect(run.exitCode).toBe(0);
      expect(run.summary).toContain('What to change');
      expect(asked(WHOAMI)).toBe(1);
    },
  );

  test('answers for the organization if no group is given', async () => {
    give({});
    const run = await check({ 'resource-group': '' });
    expect(run.outputs).toMatchObject({
      'manage-members': 'denied',
      'write-repos': 'denied',
      'group-role': '',
    });
    expect(hub.requests.map(({ path }) => path)).toEqual([WHOAMI]);
  });

  test('answers for a group by its id, although the account cannot see it', async () => {
    give({ user: 'wes' });
    const run = await check({ 'resource-group': hub.group(GROUP).id });
    expect(run.outputs).toMatchObject({
      'manage-members': 'denied',
      'write-repos': 'unknown',
      'org-role': 'write',
      'group-role': '',
    });
    const byName = await check();
    expect(byName.exitCode).toBe(1);
    expect(byName.annotations[0]?.message).toContain('that the token can see');
  });

  test('answers for the organization to a service account whose organizations are not shown', async () => {
    give({ user: 'lonely', whoami: 'no-orgs', ...fine(['org', 'acme', 'org.write', 'repo.write']) });
    const { outputs } = await check({ 'resource-group': '' });
    expect(outputs).toMatchObject({
      'manage-members': 'unknown',
      'write-repos': 'unknown',
      'org-role': 'unknown',
      'group-role': '',
    });
  });

  test('finds a group by its id in any case', async () => {
    give({});
    const run = await check({ 'resource-group': hub.group(GROUP).id.toUpperCase() });
    expect(run.outputs).toMatchObject({ 'write-repos': 'allowed', 'group-role': 'write' });
    expect(hub.requests).toHaveLength(2);
  });

  test('finds a group by its id although the token cannot list the groups', async () => {
    give({ user: 'grace' });
    hub.org('acme').groupListing = 'refused';
    const run = await check({ 'resource-group': hub.group(GROUP).id });
    expect(run.outputs).toMatchObject({ 'manage-members': 'allowed', 'group-role': 'admin' });
    expect(run).toMatchObject({ exitCode: 0, annotations: [] });
    expect((await check()).outputs).toMatchObject({ 'manage-members': 'allowed', 'group-role': 'admin' });
  });
});
