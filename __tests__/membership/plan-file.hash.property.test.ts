import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Role, type SimulatedHub, startHub } from '../../simulator/index.ts';
import { planFileOf } from '../../src/membership/plan-file.ts';
import { ROLES } from '../../src/roles.ts';
import { parseRoster } from '../../src/roster/roster.ts';
import { GROUP } from '../support/run-bundle.ts';
import { runInProcess } from '../support/run-in-process.ts';

const PEOPLE = Array.from({ length: 8 }, (_, index) => `Person-${index + 1}`);

const rolesOfSome = fc.dictionary(fc.constantFrom(...PEOPLE), fc.constantFrom(...ROLES), { maxKeys: 8 });

/** How the same roster can be written, sent and dated. */
interface Manner {
  readonly order: readonly string[];
  readonly capitals: boolean;
  readonly byEmail: boolean;
  readonly chunkSize: number;
  readonly expires: string;
  readonly seed: number;
  readonly now: Date;
  readonly ghosts: readonly string[];
}

const manner: fc.Arbitrary<Manner> = fc.record({
  order: fc.shuffledSubarray(PEOPLE, { minLength: PEOPLE.length }),
  capitals: fc.boolean(),
  byEmail: fc.boolean(),
  chunkSize: fc.integer({ min: 1, max: 9 }),
  expires: fc.constantFrom('', '2030-01-01', '2031-12-31'),
  seed: fc.nat(100),
  now: fc.date({ min: new Date('2026-01-01'), max: new Date('2029-12-31'), noInvalidDate: true }),
  ghosts: fc.constant([]),
});

const PLAIN: Manner = {
  order: PEOPLE,
  capitals: false,
  byEmail: false,
  chunkSize: 1,
  expires: '',
  seed: 0,
  now: new Date('2026-01-01'),
  ghosts: [],
};

const ghosts = fc.subarray(['ghost-1', 'ghost-2']);

let hub: SimulatedHub;

beforeAll(async () => {
  const groups = PEOPLE.map((_, index) => `Group ${index}`);
  const members = PEOPLE.map((user) => ({ user, email: `${user.toLowerCase()}@acme.com` }));
  hub = await startHub({
    orgs: [{ name: 'acme', emailDomains: ['acme.com'], members, groups: [GROUP, ...groups] }],
  });
});

afterAll(() => hub.close());

function setMembers(members: Readonly<Record<string, Role>>): void {
  for (const user of Object.keys(hub.members(GROUP))) hub.removeMember(GROUP, user);
  for (const [user, role] of Object.entries(members)) hub.addMember(GROUP, user, role);
}

/** The hash of the plan for one roster, read in one manner. */
async function hashOf(
  roster: Readonly<Record<string, Role>>,
  how: Manner,
  { dryRun, removes }: { dryRun: boolean; removes: boolean },
) {
  const rows = how.order.flatMap((user) => {
    if (roster[user] === undefined) return [];
    const name = how.byEmail ? `${user}@acme.com` : user;
    return [`${how.capitals ? name.toUpperCase() : name.toLowerCase()},${roster[user]},${how.expires}`];
  });
  // Names that no listing has are tried by a real run only.
  const tried = how.ghosts.map((name) => `${name},read,`);
  const bytes = Buffer.from(['user,role,expires', ...rows, ...tried].join('\n'));
  const { entries, problems } = parseRoster({
    ...{ files: [{ path: 'people.csv', bytes }], role: 'read', hasDefaultGroup: true, now: how.now },
  });
  expect(problems).toEqual([]);
  const { chunkSize, seed } = how;
  const removal = {
    onUnlisted: 'remove',
    maxRemovals: { kind: 'percent', value: 100 },
    minAdmins: 0,
  } as const;
  const asked = { entries, onExisting: 'update', dryRun, chunkSize, seed } as const;
  const ran = await runInProcess(hub, { ...asked, ...(removes ? { removal } : {}) });
  return planFileOf('acme', ran.changes ?? []).hash;
}

test('the same changes have one hash in a dry run and in a real one, however the roster is written', async () => {
  await fc.assert(
    fc.asyncProperty(
      rolesOfSome,
      rolesOfSome,
      manner,
      manner,
      ghosts,
      fc.boolean(),
      async (members, roster, one, other, ghosts, removes) => {
        fc.pre(Object.keys(roster).length > 0);
        setMembers(members as Record<string, Role>);
        const planned = await hashOf(
          roster as Record<string, Role>,
          { ...one, ghosts },
          { dryRun: true, removes },
        );
        const done = await hashOf(
          roster as Record<string, Role>,
          { ...other, ghosts },
          { dryRun: false, removes },
        );
        expect(done).toBe(planned);
        // A row that is no one's keeps every unlisted member.
        expect(hub.members(GROUP)).toEqual(
          ghosts.length === 0 && removes ? roster : { ...members, ...roster },
        );
      },
    ),
    // A dry run reads the listing; a real run of two names that go into one request does not.
    {
      numRuns: 60,
      examples: [[{}, { 'Person-1': 'read' }, PLAIN, { ...PLAIN, chunkSize: 2 }, ['ghost-1'], false]],
    },
  );
});
