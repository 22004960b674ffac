import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { HOSTILE } from '../../scripts/preview-outcomes.ts';
import {
  notApproved,
  type PlannedChange,
  planFileOf,
  planText,
  readPlanFile,
} from '../../src/membership/plan-file.ts';

const isPlan = new Ajv2020().compile(JSON.parse(readFileSync('schema/plan.schema.json', 'utf8')) as object);

const textOf = (org: string, changes: readonly PlannedChange[]) =>
  [...planText(planFileOf(org, changes))].join('');

const role = fc.constantFrom('read', 'contributor', 'write', 'admin');
const member = fc.record({
  group: fc.stringMatching(/^[0-9a-f]{24}$/),
  groupName: fc.oneof(fc.string(), fc.constantFrom(...HOSTILE)),
  user: fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/),
});
const change = fc.oneof(
  fc.record({ action: fc.constant('add'), member, from: fc.constant(null), to: role }),
  fc.record({ action: fc.constant('update-role'), member, from: role, to: role }),
  fc.record({ action: fc.constant('remove'), member, from: role, to: fc.constant(null) }),
) as fc.Arbitrary<PlannedChange>;

/** The same changes in another order, with other capitals, and with renamed groups. */
const sameTwice = fc.array(change).chain((changes) =>
  fc
    .tuple(fc.shuffledSubarray(changes, { minLength: changes.length }), fc.func(fc.boolean()), fc.string())
    .map(([shuffled, capital, groupName]) => [
      changes,
      shuffled.map((one) => ({
        ...one,
        member: {
          group: one.member.group,
          groupName,
          user: [...one.member.user]
            .map((letter, at) => (capital(letter, at) ? letter.toUpperCase() : letter.toLowerCase()))
            .join(''),
        },
      })),
    ]),
);

const ada: PlannedChange = {
  action: 'add',
  member: { group: '507f1f77bcf86cd799439011', groupName: 'Cohort 2024', user: 'ada' },
  from: null,
  to: 'admin',
};

describe('the hash of a plan', () => {
  test('is the same for the same changes in any order, any capitals, and under any group name', () => {
    fc.assert(
      fc.property(sameTwice, ([changes = [], again = []]) => {
        expect(planFileOf('acme', again).hash).toBe(planFileOf('other', changes).hash);
      }),
    );
  });

  test('is another one if a person, a group, an action or a role is another one', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(change, { selector: (one) => textOf('acme', [one]), minLength: 1 }),
        (changes) => {
          expect(planFileOf('acme', changes.slice(1)).hash).not.toBe(planFileOf('acme', changes).hash);
        },
      ),
    );
    expect(planFileOf('acme', [{ ...ada, to: 'read' } as PlannedChange]).hash).not.toBe(
      planFileOf('acme', [ada]).hash,
    );
  });
});

describe('a plan file', () => {
  test('follows its schema and is read back as it was written, whatever groups are called', () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const text = textOf('acme', changes);
        isPlan(JSON.parse(text));
        expect(isPlan.errors).toBeNull();
        expect(readPlanFile(text, 'ACME')).toEqual(planFileOf('acme', changes));
      }),
    );
  });

  test('starts no line with a workflow command', () => {
    const changes = HOSTILE.map((groupName) => ({ ...ada, member: { ...ada.member, groupName } }));
    expect(textOf('acme', changes)).not.toMatch(/^\s*::/m);
  });

  const { hash } = planFileOf('acme', [ada]);
  test.each([
    ['text', 'hello', 'is not a plan'],
    ['nothing', '', 'is not a plan'],
    ['another JSON file', '{"version":1,"org":"acme","results":[]}', 'is not a plan'],
    ['a list', '[]', 'is not a plan'],
    ['another version', JSON.stringify({ version: 2, org: 'acme', changes: [] }), 'has version "2"'],
    ['another organization', textOf('other', [ada]), 'is for the organization "other"'],
    [
      'a change without a user',
      JSON.stringify({ version: 1, org: 'acme', hash, changes: [{ group: 'a' }] }),
      'cannot be read',
    ],
    ['an edited file', textOf('acme', [ada]).replace('"admin"', '"write"'), 'was edited'],
  ])('that is %s is an error that says so', (_, text, message) => {
    expect(() => readPlanFile(text, 'acme')).toThrow(message);
  });
});

describe('notApproved', () => {
  test('finds exactly the changes that the approved plan does not contain', () => {
    fc.assert(
      fc.property(fc.array(change), fc.array(change), (approved, others) => {
        const plan = planFileOf('acme', approved);
        expect(notApproved(approved.slice(1), plan)).toEqual([]);
        for (const one of notApproved(others, plan))
          expect(notApproved([one], planFileOf('acme', [one]))).toEqual([]);
      }),
    );
  });

  test('does not approve a change from or to another role', () => {
    const plan = planFileOf('acme', [ada]);
    expect(notApproved([ada], plan)).toEqual([]);
    const others = [
      { ...ada, to: 'read' },
      { ...ada, action: 'update-role', from: 'read' },
      { ...ada, action: 'remove', from: 'admin', to: null },
    ] as PlannedChange[];
    expect(notApproved(others, plan)).toEqual(others);
  });
});
