import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type RecordedRequest, type Role, type SimulatedHub, startHub } from '../../simulator/index.ts';
import { type PlanFile, planFileOf } from '../../src/membership/plan-file.ts';
import { ROLES } from '../../src/roles.ts';
import { parseRoster } from '../../src/roster/roster.ts';
import { GROUP } from '../support/run-bundle.ts';
import { runInProcess } from '../support/run-in-process.ts';

const PEOPLE = ['ada', 'bob', 'cleo', 'dora', 'emmy', 'fay'];

const person = fc.constantFrom(...PEOPLE);
const role = fc.constantFrom(...ROLES);
const members = fc.dictionary(person, role, { maxKeys: 6 });
const rows = fc.uniqueArray(fc.record({ user: person, role, state: fc.constantFrom('present', 'absent') }), {
  minLength: 1,
  selector: ({ user }) => user,
});
/** What other people do: before the approved run, or while it handles its nth request. */
const others = fc.array(
  fc.record({ user: person, role: fc.option(role, { nil: undefined }), at: fc.nat(8) }),
  { maxLength: 4 },
);

function entriesOf(roster: readonly { user: string; role: Role; state: string }[]) {
  const lines = roster.map(({ user, role: asked, state }) => `${user},${asked},${state}`);
  const bytes = Buffer.from(['user,role,state', ...lines].join('\n'));
  return parseRoster({ files: [{ path: 'people.csv', bytes }], role: 'read', hasDefaultGroup: true }).entries;
}

/** What a write asks for, as a plan tells it. */
function askedBy({ method, path, body }: RecordedRequest): string[] {
  const user = path.split('/').at(-1) ?? '';
  if (method === 'DELETE') return [`remove ${user} null`];
  if (method === 'PATCH') return [`update-role ${user} ${(body as { role: string }).role}`];
  return (body as { users: { user: string; role: string }[] }).users.map(
    (one) => `add ${one.user} ${one.role}`,
  );
}

function change(hub: SimulatedHub, user: string, now: Role | undefined): void {
  if (now === undefined) hub.removeMember(GROUP, user);
  else hub.addMember(GROUP, user, now);
}

const told = ({ changes }: PlanFile) => changes.map(({ action, user, to }) => `${action} ${user} ${to}`);

test('whatever others do meanwhile, only approved changes are asked for, and without others all of them are made', async () => {
  await fc.assert(
    fc.asyncProperty(
      members,
      rows,
      others,
      fc.boolean(),
      fc.nat(1000),
      async (before, roster, meanwhile, prunes, seed) => {
        const users = before as Record<string, Role>;
        const hub = await startHub({
          orgs: [{ name: 'acme', members: PEOPLE, groups: [{ name: GROUP, users }] }],
        });
        try {
          const policy = { maxRemovals: { kind: 'percent', value: 100 }, minAdmins: 0 } as const;
          const asked = {
            ...{ entries: entriesOf(roster), onExisting: 'update' as const, seed, chunkSize: 2 },
            removal: { ...policy, onUnlisted: prunes ? 'remove' : 'keep' },
          } as const;
          const dry = await runInProcess(hub, { ...asked, dryRun: true });
          const approved = planFileOf('acme', dry.changes ?? []);
          expect(hub.members(GROUP)).toEqual(users);

          let handled = 0;
          for (const { user, role: now, at } of meanwhile) if (at === 0) change(hub, user, now);
          hub.onRequest(() => {
            handled += 1;
            for (const { user, role: now, at } of meanwhile) if (at === handled) change(hub, user, now);
          });
          const ran = await runInProcess(hub, { ...asked, approved });
          const writes = ran.requests.filter(({ method }) => method !== 'GET').flatMap(askedBy);
          for (const write of writes) expect(told(approved)).toContain(write);
          if (ran.problems.some(({ message }) => message.includes('not approved')))
            expect(writes).toEqual([]);
          if (meanwhile.length > 0) return;
          const expected = { ...users };
          for (const { user, to } of approved.changes) {
            if (to === null) delete expected[user];
            else expected[user] = to as Role;
          }
          expect(hub.members(GROUP)).toEqual(expected);
        } finally {
          await hub.close();
        }
      },
    ),
    { numRuns: 150 },
  );
});
