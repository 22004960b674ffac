import { describe, expect, test } from '@jest/globals';
import { explainAccess } from '../../src/access/findings.ts';
import type { WhoAmI } from '../../src/hub/whoami.ts';
import { ada, GROUP, OTHER, PLACE } from './who.ts';

const orgAdmin = { org: { roleInOrg: 'admin' } };
const fine = (type: string, name: string, ...permissions: string[]) => ({
  token: 'fineGrained',
  scoped: [{ type, name, permissions }],
});

/** What the Hub says; the verdict on managing members (person, token, therefore), and on writing repositories. */
const CASES: [string, WhoAmI | undefined, string, string][] = [
  ['an admin with a write token', ada(orgAdmin), 'yes yes yes', 'yes yes yes'],
  ['an admin with a god token', ada({ ...orgAdmin, token: 'god' }), 'yes yes yes', 'yes yes yes'],
  ['an admin with a read token', ada({ ...orgAdmin, token: 'read' }), 'yes no no', 'yes no no'],
  ['an admin with a new kind of token', ada({ ...orgAdmin, token: 'silver' }), 'yes ? ?', 'yes ? ?'],
  ['a writer outside of the group', ada({ org: { roleInOrg: 'write' } }), 'no yes no', '? yes ?'],
  [
    'a contributor who reads in the group',
    ada({ org: { roleInOrg: 'contributor' }, group: 'read' }),
    'no yes no',
    '? yes ?',
  ],
  ['a reader', ada(), 'no yes no', 'no yes no'],
  [
    'no access but to the group',
    ada({ org: { roleInOrg: 'no_access' }, group: 'write' }),
    'no yes no',
    'yes yes yes',
  ],
  ['an admin of the group', ada({ group: 'admin' }), 'yes yes yes', 'yes yes yes'],
  ['a contributor of the group', ada({ group: 'contributor' }), 'no yes no', 'yes yes yes'],
  ['a reader of the group', ada({ group: 'read' }), 'no yes no', 'no yes no'],
  ['a role never heard of', ada({ org: { roleInOrg: 'owner' } }), '? yes ?', '? yes ?'],
  ['nobody tells the role', ada({ org: { roleInOrg: undefined } }), '? yes ?', '? yes ?'],
  ['nobody tells the groups', ada({ org: { resourceGroups: undefined } }), '? yes ?', '? yes ?'],
  ['outside of the organization', ada({ org: null }), 'no yes no', 'no yes no'],

  ['fine-grained, nothing', ada({ ...orgAdmin, token: 'fineGrained', scoped: [] }), 'yes no no', 'yes no no'],
  ['fine-grained, not listed', ada({ ...orgAdmin, token: 'fineGrained' }), 'yes ? ?', 'yes ? ?'],
  ['org.write', ada({ ...orgAdmin, ...fine('org', 'acme', 'org.write') }), 'yes yes yes', 'yes no no'],
  [
    'org.members.write',
    ada({ ...orgAdmin, ...fine('org', 'ACME', 'org.members.write') }),
    'yes yes yes',
    'yes no no',
  ],
  [
    'resourceGroup.write on the organization',
    ada({ ...orgAdmin, ...fine('org', 'acme', 'resourceGroup.write') }),
    'yes yes yes',
    'yes no no',
  ],
  [
    'resourceGroup.write on the group',
    ada({ group: 'admin', ...fine('resource-group', GROUP.name, 'resourceGroup.write') }),
    'yes yes yes',
    'yes no no',
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
    'yes no no',
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
    'yes no no',
    'yes no no',
  ],
  ['repo.write', ada({ group: 'write', ...fine('org', 'acme', 'repo.write') }), 'no no no', 'yes yes yes'],
  [
    'repo.write on the group',
    ada({ group: 'write', ...fine('resource-group', GROUP.name, 'repo.write') }),
    'no no no',
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
    'no no no',
    'yes no no',
  ],
  [
    'inference only',
    ada({ group: 'write', ...fine('user', 'ada', 'inference.serverless.write') }),
    'no no no',
    'yes no no',
  ],
  [
    'repo.write on the own namespace',
    ada({ group: 'write', ...fine('user', 'ada', 'repo.write') }),
    'no no no',
    'yes ? ?',
  ],
  [
    'a permission never heard of',
    ada({ ...orgAdmin, ...fine('org', 'acme', 'org.everything') }),
    'yes ? ?',
    'yes ? ?',
  ],
  [
    'a permission never heard of, on a kind of thing never heard of',
    ada({ ...orgAdmin, ...fine('galaxy', 'acme', 'repo.all') }),
    'yes ? ?',
    'yes ? ?',
  ],
  [
    'a permission never heard of, elsewhere',
    ada({ ...orgAdmin, ...fine('org', 'other', 'org.everything') }),
    'yes no no',
    'yes no no',
  ],
  [
    'a permission never heard of, beside one that is enough',
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
    'a restriction never heard of',
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
  ['a service account', { ...ada(orgAdmin), type: 'service-account' }, '? ? ?', '? ? ?'],
  ['an answer without organizations', { ...ada(orgAdmin), orgs: undefined }, '? yes ?', '? yes ?'],
  ['an answer without a token', { ...ada(orgAdmin), auth: { accessToken: undefined } }, 'yes ? ?', 'yes ? ?'],
  ['no answer', undefined, '? ? ?', '? ? ?'],
];

const SHORT = { allowed: 'yes', denied: 'no', unknown: '?' } as const;

describe('explainAccess', () => {
  test.each(CASES)('%s', (_, who, manage, write) => {
    const { findings } = explainAccess(who, PLACE);
    const short = (['manage-members', 'write-repos'] as const).map((question) => {
      const { person, token, verdict } = findings[question];
      return [person.verdict, token.verdict, verdict].map((each) => SHORT[each]).join(' ');
    });
    expect(short).toEqual([manage, write]);
  });

  test('finds the role in the list of those who are in the group, where the Hub does not tell it of the person', () => {
    const who = ada({ org: { resourceGroups: undefined } });
    const place = { ...PLACE, group: { ...GROUP, users: [{ name: 'Ada', role: 'admin' }] } };
    expect(explainAccess(who, place)).toMatchObject({ groupRole: 'admin', orgRole: 'read' });
    expect(explainAccess(who, place).findings['manage-members'].verdict).toBe('allowed');
  });

  test('about the whole organization, being an admin of a group is not enough', () => {
    const place = { org: 'acme', hubUrl: PLACE.hubUrl };
    const finding = explainAccess(ada({ group: 'admin' }), place).findings['manage-members'];
    expect(finding.verdict).toBe('denied');
    expect(finding.remedy).toContain('name the resource group');
  });

  test('a group that only its name is known of is found by its name', () => {
    const place = { ...PLACE, group: { id: undefined, name: GROUP.name } };
    expect(explainAccess(ada({ group: 'admin' }), place).groupRole).toBe('admin');
    expect(explainAccess(ada({ group: 'read' }), place).findings['write-repos'].remedy).toContain(GROUP.name);
  });

  test('tells in one sentence why, and what to change where', () => {
    const who = ada({ group: 'write', ...fine('model', 'acme/one', 'repo.write') });
    expect(explainAccess(who, PLACE).findings['write-repos']).toMatchObject({
      reason:
        'The account ada has the role write in the group “Cohort 2024”, but a fine-grained token needs the permission itself, whatever its owner may do, and this one does not have repo.write for acme or the group “Cohort 2024” (it has it for acme/one only).',
      remedy:
        'Give the token the permission “Write access to contents/settings of all repos” (`repo.write`) for acme at https://hub.example/settings/tokens, or make a new one that has it: https://hub.example/settings/tokens/new?tokenType=fineGrained&orgs=acme&orgPermissions=repo.write',
    });
  });

  test.each([
    ['mfa', 'two-factor', 'Switch on'],
    ['token-policy', 'token policy', 'approve'],
    ['token-revoked', 'revoked', 'new token'],
    ['sso', 'single sign-on', 'Sign in'],
    ['ip', 'network address', 'runner'],
  ])('the restriction %s has a reason and a remedy of its own', (name, reason, remedy) => {
    const who = ada({ org: { roleInOrg: 'admin', securityRestrictions: [name] } });
    const { findings, restrictions } = explainAccess(who, PLACE);
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
  ])('%s concerns the %s', (_, who, scope) => {
    expect(explainAccess(who, PLACE).findings['manage-members']).toMatchObject({ verdict: 'denied', scope });
  });

  test.each([
    ['read', undefined, 'allowed'],
    ['fineGrained', [], 'denied'],
    ['fineGrained', [{ type: 'org', name: 'acme', permissions: ['org.read'] }], 'allowed'],
  ])('a %s token that has %j may look at groups: %s', (token, scoped, verdict) => {
    const who = ada({ token, ...(scoped === undefined ? {} : { scoped }) });
    expect(explainAccess(who, PLACE).findings['read-groups'].verdict).toBe(verdict);
  });
});
