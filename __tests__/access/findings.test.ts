import { describe, expect, test } from '@jest/globals';
import { explainAccess } from '../../src/access/findings.ts';
import type { WhoAmI } from '../../src/hub/whoami.ts';
import { ada, GROUP, LOCATION, OTHER } from './who.ts';

const orgAdmin = { org: { roleInOrg: 'admin' } };
const fine = (type: string, name: string, ...permissions: string[]) => ({
  token: 'fineGrained',
  scoped: [{ type, name, permissions }],
});

/** What the Hub says; the answers about managing members (account, token, verdict), and about writing repositories. */
const CASES: [string, WhoAmI | undefined, string, string][] = [
  ['an admin with a write token', ada(orgAdmin), 'yes yes yes', 'yes yes yes'],
  ['an admin with a god token', ada({ ...orgAdmin, token: 'god' }), 'yes yes yes', 'yes yes yes'],
  ['an admin with a read token', ada({ ...orgAdmin, token: 'read' }), 'yes no no', 'yes no no'],
  [
    'an admin with a kind of token that is not known',
    ada({ ...orgAdmin, token: 'silver' }),
    'yes ? ?',
    'yes ? ?',
  ],
  ['a writer outside the group', ada({ org: { roleInOrg: 'write' } }), 'no yes no', '? yes ?'],
  [
    'a contributor who reads in the group',
    ada({ org: { roleInOrg: 'contributor' }, group: 'read' }),
    'no yes no',
    '? yes ?',
  ],
  ['a reader', ada(), 'no yes no', 'no yes no'],
  [
    'no access except to the group',
    ada({ org: { roleInOrg: 'no_access' }, group: 'write' }),
    'no yes no',
    'yes yes yes',
  ],
  ['an admin of the group', ada({ group: 'admin' }), 'yes yes yes', 'yes yes yes'],
  ['a contributor of the group', ada({ group: 'contributor' }), 'no yes no', 'yes yes yes'],
  ['a reader of the group', ada({ group: 'read' }), 'no yes no', 'no yes no'],
  ['a role that is not known', ada({ org: { roleInOrg: 'owner' } }), '? yes ?', '? yes ?'],
  ['a role that the Hub does not show', ada({ org: { roleInOrg: undefined } }), '? yes ?', '? yes ?'],
  ['groups that the Hub does not show', ada({ org: { resourceGroups: undefined } }), '? yes ?', '? yes ?'],
  ['an account outside the organization', ada({ org: null }), 'no yes no', 'no yes no'],

  [
    'a fine-grained token without permissions',
    ada({ ...orgAdmin, token: 'fineGrained', scoped: [] }),
    'yes no no',
    'yes no no',
  ],
  [
    'a fine-grained token whose permissions are not listed',
    ada({ ...orgAdmin, token: 'fineGrained' }),
    'yes ? ?',
    'yes ? ?',
  ],
  ['org.write', ada({ ...orgAdmin, ...fine('org', 'acme', 'org.write') }), 'yes yes yes', 'yes no no'],
  [
    'org.members.write',
    ada({ ...orgAdmin, ...fine('org', 'ACME', 'org.members.write') }),
    'yes yes yes',
    'yes ? ?',
  ],
  [
    'resourceGroup.write on the organization',
    ada({ ...orgAdmin, ...fine('org', 'acme', 'resourceGroup.write') }),
    'yes yes yes',
    'yes ? ?',
  ],
  [
    'resourceGroup.write on the group',
    ada({ group: 'admin', ...fine('resource-group', GROUP.name, 'resourceGroup.write') }),
    'yes yes yes',
    'yes ? ?',
  ],
  [
    'resourceGroup.write on another group',
    ada({ group: 'admin', ...fine('resource-group', OTHER.name, 'resourceGroup.write') }),
    'yes no no',
    'yes no no',
  ],
  [
    'org.write on the group',
    ada({ group: 'admin', ...fine('resource-group', GROUP.name, 'org.write') }),
    'yes ? ?',
    'yes no no',
  ],
  [
    'org.write on another organization',
    ada({ ...orgAdmin, ...fine('org', 'other', 'org.write', 'repo.write') }),
    'yes no no',
    'yes no no',
  ],
  [
    'org.read',
    ada({ ...orgAdmin, ...fine('org', 'acme', 'org.read', 'org.members.read') }),
    'yes ? ?',
    'yes ? ?',
  ],
  ['repo.write', ada({ group: 'write', ...fine('org', 'acme', 'repo.write') }), 'no ? no', 'yes yes yes'],
  [
    'repo.write on the group',
    ada({ group: 'write', ...fine('resource-group', GROUP.name, 'repo.write') }),
    'no ? no',
    'yes yes yes',
  ],
  [
    'repo.write on one model',
    ada({ group: 'write', ...fine('model', 'acme/one', 'repo.write') }),
    'no no no',
    'yes no no',
  ],
  [
    'repo.content.read',
    ada({ group: 'write', ...fine('org', 'acme', 'repo.content.read') }),
    'no ? no',
    'yes ? ?',
  ],
  [
    'inference only',
    ada({ group: 'write', ...fine('user', 'ada', 'inference.serverless.write') }),
    'no no no',
    'yes no no',
  ],
  [
    'repo.write on the namespace of the account',
    ada({ group: 'write', ...fine('user', 'ada', 'repo.write') }),
    'no ? no',
    'yes ? ?',
  ],
  [
    'a permission that is not known',
    ada({ ...orgAdmin, ...fine('org', 'acme', 'org.everything') }),
    'yes ? ?',
    'yes ? ?',
  ],
  [
    'a permission on a kind of thing, both not known',
    ada({ ...orgAdmin, ...fine('galaxy', 'acme', 'repo.all') }),
    'yes ? ?',
    'yes ? ?',
  ],
  [
    'a permission that is not known, on another organization',
    ada({ ...orgAdmin, ...fine('org', 'other', 'org.everything') }),
    'yes no no',
    'yes no no',
  ],
  [
    'a permission that is not known, beside one that is enough',
    ada({ ...orgAdmin, ...fine('org', 'acme', 'x.y', 'org.write') }),
    'yes yes yes',
    'yes ? ?',
  ],

  [
    'a restriction',
    ada({ org: { roleInOrg: 'admin', securityRestrictions: ['mfa'] } }),
    'yes no no',
    'yes no no',
  ],
  [
    'a restriction that is not known',
    ada({ org: { roleInOrg: 'admin', securityRestrictions: ['moon'] } }),
    'yes ? ?',
    'yes ? ?',
  ],
  [
    'no restrictions',
    ada({ org: { roleInOrg: 'admin', securityRestrictions: null } }),
    'yes yes yes',
    'yes yes yes',
  ],
  ['a service account', { ...ada(orgAdmin), type: 'service-account' }, '? yes ?', '? yes ?'],
  [
    'an account without organizations whose token has org.write on this one',
    { ...ada(fine('org', 'acme', 'org.write')), orgs: [] },
    '? yes ?',
    '? no no',
  ],
  [
    'an account without organizations whose token has a permission on the group',
    { ...ada(fine('resource-group', GROUP.name, 'resourceGroup.write')), orgs: [] },
    '? yes ?',
    '? ? ?',
  ],
  [
    'an account without organizations whose token names an organization by its id only',
    {
      ...ada({ token: 'fineGrained', scoped: [{ type: 'org', _id: 'f00', permissions: ['org.write'] }] }),
      orgs: [],
    },
    '? ? ?',
    '? no no',
  ],
  [
    'an account without organizations whose token has org.write on another one',
    { ...ada(fine('org', 'other', 'org.write')), orgs: [] },
    'no no no',
    'no no no',
  ],
  [
    'a kind of token named like a property of objects',
    ada({ ...orgAdmin, token: 'constructor' }),
    'yes ? ?',
    'yes ? ?',
  ],
  ['a role named like a property of objects', ada({ org: { roleInOrg: '__proto__' } }), '? yes ?', '? yes ?'],
  [
    'a restriction named like a property of objects',
    ada({ org: { roleInOrg: 'admin', securityRestrictions: ['constructor'] } }),
    'yes ? ?',
    'yes ? ?',
  ],
  ['an answer without organizations', { ...ada(orgAdmin), orgs: undefined }, '? yes ?', '? yes ?'],
  ['an answer without a token', { ...ada(orgAdmin), auth: { accessToken: undefined } }, 'yes ? ?', 'yes ? ?'],
  ['no answer', undefined, '? ? ?', '? ? ?'],
];

const SHORT = { allowed: 'yes', denied: 'no', unknown: '?' } as const;

describe('explainAccess', () => {
  test.each(CASES)('answers both questions for %s', (_, who, manage, write) => {
    const { findings } = explainAccess(who, LOCATION);
    const short = (['manage-members', 'write-repos'] as const).map((question) => {
      const { person, token, verdict } = findings[question];
      return [person.verdict, token.verdict, verdict].map((each) => SHORT[each]).join(' ');
    });
    expect(short).toEqual([manage, write]);
  });

  test('takes the role from the members of the group if whoami does not show it', () => {
    const who = ada({ org: { resourceGroups: undefined } });
    const location = { ...LOCATION, group: { ...GROUP, users: [{ name: 'Ada', role: 'admin' }] } };
    expect(explainAccess(who, location)).toMatchObject({ groupRole: 'admin', orgRole: 'read' });
    expect(explainAccess(who, location).findings['manage-members'].verdict).toBe('allowed');
  });

  test('denies an admin of one group to manage the members of all groups', () => {
    const location = { org: 'acme', hubUrl: LOCATION.hubUrl };
    const finding = explainAccess(ada({ group: 'admin' }), location).findings['manage-members'];
    expect(finding.verdict).toBe('denied');
    expect(finding.remedy).toContain('name the resource group');
  });

  test('finds the role in a group of which only the name is known', () => {
    const location = { ...LOCATION, group: { id: undefined, name: GROUP.name } };
    expect(explainAccess(ada({ group: 'admin' }), location).groupRole).toBe('admin');
    expect(explainAccess(ada({ group: 'read' }), location).findings['write-repos'].remedy).toContain(
      GROUP.name,
    );
  });

  test('says in one sentence why writing is denied, and what to change', () => {
    const who = ada({ group: 'write', ...fine('model', 'acme/one', 'repo.write') });
    expect(explainAccess(who, LOCATION).findings['write-repos']).toMatchObject({
      reason:
        'The account ada has the role write in the group “Cohort 2024”, but a fine-grained token needs the permission itself, whatever its account can do, and this one does not have repo.write for acme or the group “Cohort 2024” (only for acme/one).',
      remedy:
        'Give the token the permission “Write access to contents/settings of all repos” (`repo.write`) for acme at https://hub.example/settings/tokens, or create a new one that has it: https://hub.example/settings/tokens/new?tokenType=fineGrained&orgs=acme&orgPermissions=repo.write',
    });
  });

  test.each([
    ['mfa', 'two-factor', 'Turn on'],
    ['token-policy', 'token policy', 'approve'],
    ['token-revoked', 'revoked', 'new token'],
    ['sso', 'single sign-on', 'Sign in'],
    ['ip', 'network address', 'runner'],
  ])('explains the restriction %s and how to resolve it', (name, reason, remedy) => {
    const who = ada({ org: { roleInOrg: 'admin', securityRestrictions: [name] } });
    const { findings, restrictions } = explainAccess(who, LOCATION);
    expect(restrictions).toEqual([name]);
    for (const finding of Object.values(findings)) {
      expect(finding).toMatchObject({ verdict: 'denied', scope: 'run' });
      expect(finding.reason).toContain(reason);
      expect(finding.remedy).toContain(remedy);
    }
  });

  test.each([
    ['a read token', ada({ ...orgAdmin, token: 'read' }), 'run'],
    ['no member', ada({ org: null }), 'run'],
    ['no admin of anything', ada({ group: 'write' }), 'run'],
    ['a token for nothing', ada({ ...orgAdmin, token: 'fineGrained', scoped: [] }), 'run'],
    ['an admin of another group', ada({ org: { resourceGroups: [{ ...OTHER, role: 'admin' }] } }), 'group'],
    [
      'a token for another group',
      ada({ ...orgAdmin, ...fine('resource-group', OTHER.name, 'resourceGroup.write') }),
      'group',
    ],
  ])('the denial of %s concerns the %s', (_, who, scope) => {
    expect(explainAccess(who, LOCATION).findings['manage-members']).toMatchObject({
      verdict: 'denied',
      scope,
    });
  });

  test.each([
    ['read', undefined, 'allowed'],
    ['fineGrained', [], 'denied'],
    ['fineGrained', [{ type: 'org', name: 'acme', permissions: ['org.read'] }], 'allowed'],
  ])('reading groups with a %s token that has %j is %s', (token, scoped, verdict) => {
    const who = ada({ token, ...(scoped === undefined ? {} : { scoped }) });
    expect(explainAccess(who, LOCATION).findings['read-groups'].verdict).toBe(verdict);
  });

  test.each([
    'org.members.read',
    'org.repos.read',
    'org.auditLog.write',
    'org.serviceAccounts.write',
    'resourceGroup.settings.write',
    'resourceGroup.resources.write',
    'repo.access.write',
    'repo.content.write',
    'job.write',
    'collection.write',
    'something.new',
  ])('does not deny anything to a token that has %s', (permission) => {
    const { findings } = explainAccess(ada({ ...orgAdmin, ...fine('org', 'acme', permission) }), LOCATION);
    for (const question of ['manage-members', 'write-repos'] as const) {
      expect(findings[question]).toMatchObject({ verdict: 'unknown' });
      expect(findings[question].reason).toContain(
        `it is not documented whether what it has is enough (${permission})`,
      );
    }
  });

  test.each([
    'inference.serverless.write',
    'inference.endpoints.infer.write',
    'org.analytics.read',
    'org.repoSettings.write',
    'collection.read',
  ])('denies both to a token that has only %s', (permission) => {
    const { findings } = explainAccess(ada({ ...orgAdmin, ...fine('org', 'acme', permission) }), LOCATION);
    expect(findings['manage-members'].verdict).toBe('denied');
    expect(findings['write-repos'].verdict).toBe('denied');
  });

  test('counts a single container like other repositories', () => {
    const who = ada({ group: 'write', ...fine('container', 'acme/image', 'repo.write') });
    expect(explainAccess(who, LOCATION).findings['write-repos']).toMatchObject({
      verdict: 'denied',
      reason: expect.stringContaining('(only for acme/image)'),
    });
  });

  test.each([
    ['org.read', 'denied'],
    ['repo.write', 'denied'],
    ['resourceGroup.settings.write', 'unknown'],
  ])('after a refusal, a token that has only %s is %s to manage members', (permission, verdict) => {
    const who = ada({ ...orgAdmin, ...fine('org', 'acme', permission) });
    expect(explainAccess(who, LOCATION, { refused: true }).findings['manage-members'].verdict).toBe(verdict);
  });

  test.each<[string, WhoAmI]>([
    ['without organizations', { ...ada(fine('org', 'acme', 'org.write')), orgs: [] }],
    [
      'of another type',
      { ...ada(fine('org', 'acme', 'org.write')), type: 'service-account', orgs: undefined },
    ],
  ])('advises to check the role and the token of a service account %s, not to invite it', (_, who) => {
    const finding = explainAccess(who, LOCATION).findings['manage-members'];
    expect(finding).toMatchObject({ verdict: 'unknown', scope: 'group' });
    expect(`${finding.reason} ${finding.remedy}`).not.toMatch(/not a member|invite/);
    expect(finding.remedy).toMatch(/`org\.write`.*the role admin.*service account/);
  });
});
