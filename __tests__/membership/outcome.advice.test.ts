import { expect, test } from '@jest/globals';
import type { OrgSpec, Role, SimulatedHub } from '../../simulator/index.ts';
import { type OutcomeCode, remedyOf } from '../../src/membership/outcome.ts';
import { type Asked, GROUP, run, startAcme } from './over-the-wire.ts';
import { pruning } from './removal/plans.ts';

const MEMBERS = ['ada', 'bob', 'carol', 'dave', 'eve'];

interface Advice {
  readonly code: OutcomeCode;
  /** What the remedy has to say. */
  readonly says: string;
  readonly users: Readonly<Record<string, Role>>;
  readonly org?: Partial<OrgSpec>;
  readonly autoJoin?: boolean;
  /** The run that ends with the code, and the run that does what the remedy says. */
  readonly asked: Asked;
  readonly advised: Asked;
  /** What else the remedy has to be done. */
  readonly before?: (hub: SimulatedHub) => void;
  /** Who is in the group afterwards. */
  readonly afterwards: Readonly<Record<string, Role>>;
}

const prune = (csv: string[], policy = {}): Asked => ({ csv, removal: pruning(policy) });
const keep = (csv: string[], policy = {}): Asked => ({ csv, removal: policy });

const ADVICE: readonly Advice[] = [
  {
    code: 'kept-unlisted',
    says: 'the `state` is `absent`',
    users: { ada: 'read', bob: 'read' },
    asked: keep(['user', 'ada']),
    advised: keep(['user,state', 'ada,', 'bob,absent']),
    afterwards: { ada: 'read' },
  },
  {
    code: 'not-listed',
    says: 'name them in `protected-users`',
    users: { ada: 'read', bob: 'read', bot: 'write' },
    org: { serviceAccounts: ['bot'] },
    asked: prune(['user', 'ada']),
    advised: prune(['user', 'ada'], { protectedUsers: new Set(['bot']) }),
    afterwards: { ada: 'read', bot: 'write' },
  },
  {
    code: 'not-listed',
    says: 'in `protected-users` or in a row',
    users: { ada: 'read', bob: 'read', bot: 'write' },
    org: { serviceAccounts: ['bot'] },
    asked: prune(['user', 'ada']),
    advised: prune(['user', 'ada', 'bot']),
    afterwards: { ada: 'read', bot: 'write' },
  },
  {
    code: 'not-listed',
    says: 'add a row whose `state` is `absent`',
    users: { ada: 'read', bob: 'read', bot: 'write' },
    org: { serviceAccounts: ['bot'] },
    asked: prune(['user', 'ada']),
    advised: prune(['user,state', 'ada,', 'bot,absent']),
    afterwards: { ada: 'read' },
  },
  {
    code: 'auto-join',
    says: 'add a row whose `state` is `absent`',
    users: { ada: 'read', bob: 'read' },
    autoJoin: true,
    asked: prune(['user', 'ada']),
    advised: prune(['user,state', 'ada,', 'bob,absent']),
    afterwards: { ada: 'read' },
  },
  {
    code: 'auto-join',
    says: "turn off auto-join on the group's page first",
    users: { ada: 'read', bob: 'read' },
    autoJoin: true,
    asked: prune(['user', 'ada']),
    advised: prune(['user', 'ada']),
    before: (hub) => {
      hub.group(GROUP).autoJoin = { enabled: false };
    },
    afterwards: { ada: 'read' },
  },
  {
    code: 'unresolved-rows',
    says: 'Correct the rows that are missing or failed',
    users: { ada: 'read', bob: 'read' },
    asked: prune(['user', 'ada', 'x@acme.com']),
    advised: prune(['user', 'ada', 'carol@acme.com']),
    afterwards: { ada: 'read', carol: 'read' },
  },
  {
    code: 'last-admin',
    says: 'Make another member an admin of the group first',
    users: { ada: 'admin', bob: 'read' },
    asked: keep(['user,state', 'ada,absent', 'bob,']),
    advised: { ...keep(['user,role,state', 'ada,,absent', 'bob,admin,']), onExisting: 'update' },
    afterwards: { bob: 'admin' },
  },
  {
    code: 'last-admin',
    says: 'lower `min-admins`',
    users: { ada: 'admin', bob: 'read' },
    asked: keep(['user,state', 'ada,absent', 'bob,']),
    advised: keep(['user,state', 'ada,absent', 'bob,'], { minAdmins: 0 }),
    afterwards: { bob: 'read' },
  },
  {
    code: 'role-differs',
    says: 'set `on-existing: update`',
    users: { ada: 'read' },
    asked: { csv: ['user,role', 'ada,write'] },
    advised: { csv: ['user,role', 'ada,write'], onExisting: 'update' },
    afterwards: { ada: 'write' },
  },
  {
    code: 'identity-conflict',
    says: 'leave the email cells empty',
    users: {},
    asked: { csv: ['user,email', 'ada,bob@acme.com'] },
    advised: { csv: ['user,email', 'ada,'] },
    afterwards: { ada: 'read' },
  },
  {
    code: 'conflicting-roles',
    says: 'Keep one row, with one role.',
    users: {},
    asked: { csv: ['user,role', 'ada,read', 'ada@acme.com,write'] },
    advised: { csv: ['user,role', 'ada@acme.com,write'] },
    afterwards: { ada: 'write' },
  },
  {
    code: 'email-not-found',
    says: 'use the username instead',
    users: {},
    asked: { csv: ['user', 'x@acme.com'] },
    advised: { csv: ['user', 'ada'] },
    afterwards: { ada: 'read' },
  },
  {
    code: 'email-not-searchable',
    says: 'Use the username instead',
    users: {},
    asked: { csv: ['user', 'ada@other.org'] },
    advised: { csv: ['user', 'ada'] },
    afterwards: { ada: 'read' },
  },
  {
    code: 'email-not-searchable',
    says: "add the address's domain to its email or SSO domains",
    users: {},
    org: { members: [{ user: 'ada', email: 'ada@other.org' }, 'bob'], verifiedEmailsVisible: false },
    asked: { csv: ['user', 'ada@other.org'] },
    advised: { csv: ['user', 'ada@other.org'] },
    before: (hub) => {
      hub.org('acme').emailDomains = ['acme.com', 'other.org'];
    },
    afterwards: { ada: 'read' },
  },
  {
    code: 'not-in-organization',
    says: 'invite them at',
    users: {},
    asked: { csv: ['user', 'zoe'] },
    advised: { csv: ['user', 'zoe'] },
    before: (hub) => hub.addOrgMember('acme', 'zoe'),
    afterwards: { zoe: 'read' },
  },
];

test.each(ADVICE)('what $code advises is done by the next run: $says', async (advice) => {
  const { code, says, users, org, autoJoin, asked, advised, before, afterwards } = advice;
  const group = {
    name: GROUP,
    users,
    ...(autoJoin ? { autoJoin: { enabled: true, role: 'read' } as const } : {}),
  };
  const hub = await startAcme({ members: MEMBERS, groups: [group], ...org });
  expect(remedyOf(code, { hubUrl: hub.url, org: 'acme' })).toContain(says);
  const first = await run(hub, asked);
  expect(Object.values(first.codes)).toContain(code);
  expect(hub.members(GROUP)).toEqual(users);
  before?.(hub);
  const second = await run(hub, advised);
  expect(Object.values(second.codes)).not.toContain(code);
  expect(hub.members(GROUP)).toEqual(afterwards);
});
