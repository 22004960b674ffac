import { conclude, type Evidence } from '../src/access-check/check.ts';
import { accessSummary } from '../src/access-check/summary.ts';
import { RunError } from '../src/errors.ts';
import type { Group } from '../src/hub/schemas.ts';
import type { TokenScope, WhoAmI } from '../src/hub/whoami.ts';
import { groupsSummary, troubleSummary } from '../src/list-groups/summary.ts';
import { ALL_HANDS, COHORT, EVALS, HUB } from './preview-outcomes.ts';

const GROUP: Group = { ...COHORT, description: 'Students of 2024', autoJoin: undefined, users: [] };

/** A member with the role `write` in the group, and a token. */
function whoIs(token: string, permissions: readonly string[] = [], more: object = {}): WhoAmI {
  const scoped: TokenScope[] =
    permissions.length === 0
      ? []
      : [{ entity: { type: 'org', _id: undefined, name: 'acme' }, permissions: [...permissions] }];
  const groups = [{ id: COHORT.id, name: COHORT.name, role: 'write' }];
  return {
    type: 'user',
    name: 'ada',
    auth: { accessToken: { role: token, fineGrained: { scoped } } },
    orgs: [
      { name: 'acme', id: 'a', roleInOrg: 'read', securityRestrictions: [], resourceGroups: groups, ...more },
    ],
  };
}

function check(evidence: Omit<Evidence, 'location'>, expectWrite?: 'allowed' | 'denied'): string {
  const inputs = { org: 'acme', hubUrl: HUB.hubUrl, group: COHORT.name, probe: false, expectWrite };
  return accessSummary(conclude({ location: { ...HUB, group: GROUP }, ...evidence }, inputs));
}

const REFUSED = {
  outcome: 'refused',
  message:
    'The Hub refused to create a repository. The Hub answered 403: "You don\'t have the rights to create a model under the namespace "acme"".',
} as const;

const users = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `student-${index}`, role: 'read' }));

const GROUPS: Group[] = [
  { ...GROUP, users: users(40) },
  { ...GROUP, ...EVALS, autoJoin: undefined, description: undefined, users: users(3) },
  {
    ...GROUP,
    ...ALL_HANDS,
    description: 'Everyone who works at acme, for announcements and the shared demo models',
    autoJoin: { enabled: true, role: 'read', scope: 'all' },
    users: users(120),
  },
];

/** Summaries of access-check and list-groups that are worth a look, by the name of their page. */
export const OTHER_PAGES: Readonly<Record<string, string>> = {
  'access-allowed': check({ who: whoIs('fineGrained', ['org.write', 'repo.write'], { roleInOrg: 'admin' }) }),
  'access-denied': check({ who: whoIs('fineGrained') }),
  'access-as-expected': check({ who: whoIs('fineGrained'), probe: REFUSED }, 'denied'),
  'access-not-as-expected': check({ who: whoIs('write') }, 'denied'),
  'access-restricted': check({ who: whoIs('write', [], { securityRestrictions: ['token-policy'] }) }),
  'access-unknown': check({
    who: { ...whoIs('fineGrained', ['org.write']), type: undefined, name: 'training-bot', orgs: [] },
  }),
  'access-trouble': check({
    trouble: new RunError(
      'The Hub does not accept the token (401).',
      'It was deleted, has expired, or was copied in part.',
    ),
  }),
  groups: groupsSummary(GROUPS, HUB, { isPublic: false }),
  'groups-public': groupsSummary(GROUPS.slice(0, 1), HUB, { isPublic: true }),
  'groups-none': groupsSummary([], HUB, { isPublic: false }),
  'groups-trouble': troubleSummary(
    new RunError('The plan of acme has no resource groups (402).', 'They come with a Team plan or higher.'),
    HUB,
  ),
};
