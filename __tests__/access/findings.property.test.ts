import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainAccess } from '../../src/access/findings.ts';
import { ada, GROUP, LOCATION, OTHER } from './who.ts';

const PERMISSIONS = ['org.write', 'org.read', 'repo.write', 'resourceGroup.write', 'repo.content.read'];
const permission = fc.oneof(fc.constantFrom(...PERMISSIONS), fc.string());
const role = fc.constantFrom('no_access', 'read', 'contributor', 'write', 'admin', 'emperor');
const scope = fc.record({
  type: fc.constantFrom('org', 'resource-group', 'user', 'model', 'galaxy'),
  name: fc.constantFrom('acme', GROUP.name, OTHER.name, 'ada', 'acme/one'),
  permissions: fc.array(permission, { maxLength: 3 }),
});
const who = fc
  .record(
    {
      token: fc.constantFrom('read', 'write', 'god', 'fineGrained', 'silver'),
      scoped: fc.array(scope, { maxLength: 4 }),
      group: role,
      org: fc.option(
        fc.record({ roleInOrg: role, securityRestrictions: fc.subarray(['mfa', 'ip', 'moon']) }),
      ),
    },
    { requiredKeys: ['token'] },
  )
  .map(ada);
const QUESTIONS = ['manage-members', 'write-repos'] as const;

test('a finding has a remedy unless it is allowed', () => {
  fc.assert(
    fc.property(who, (told) => {
      for (const { verdict, remedy, reason } of Object.values(explainAccess(told, LOCATION).findings)) {
        expect(remedy === '').toBe(verdict === 'allowed');
        expect(reason).toMatch(/^[A-Z].*\.$/su);
      }
    }),
  );
});

test('a verdict is never better than what the account or the token alone allows', () => {
  fc.assert(
    fc.property(who, (told) => {
      for (const { verdict, person, token } of Object.values(explainAccess(told, LOCATION).findings)) {
        const parts = [person.verdict, token.verdict];
        if (parts.includes('denied')) expect(verdict).toBe('denied');
        else expect(verdict).toBe(parts.includes('unknown') ? 'unknown' : 'allowed');
      }
    }),
  );
});

test('one more permission never makes the verdict on a token worse', () => {
  fc.assert(
    fc.property(who, permission, (told, more) => {
      const { accessToken } = told.auth;
      const scoped = accessToken?.fineGrained?.scoped ?? [];
      const entity = { type: 'org', name: 'acme', _id: undefined };
      const richer = {
        ...told,
        auth: {
          accessToken: {
            role: accessToken?.role,
            fineGrained: { scoped: [...scoped, { entity, permissions: [more] }] },
          },
        },
      };
      const rank = { denied: 0, unknown: 1, allowed: 2 };
      for (const question of QUESTIONS) {
        const before = explainAccess(told, LOCATION).findings[question].token.verdict;
        const after = explainAccess(richer, LOCATION).findings[question].token.verdict;
        // A token whose permissions were not listed at all is the one case where knowing more may mean a no.
        if (accessToken?.fineGrained !== undefined) expect(rank[after]).toBeGreaterThanOrEqual(rank[before]);
      }
    }),
  );
});
