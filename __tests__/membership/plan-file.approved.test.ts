import { expect, test } from '@jest/globals';
import { notInApprovedPlan, type PlannedChange, planFileOf } from '../../src/membership/plan-file.ts';

function adding(user: string): PlannedChange {
  const member = { group: '507f1f77bcf86cd799439011', groupName: 'Cohort', user };
  return { action: 'add', from: null, to: 'read', member };
}

test('changes of the approved plan pass in other capitals, and each other change is named', () => {
  const approved = planFileOf('acme', [adding('ada'), adding('done-already')]);
  expect(notInApprovedPlan([adding('ADA')], approved)).toBeUndefined();
  expect(notInApprovedPlan([adding('ada'), adding('bob')], approved)?.remedy).toContain(
    'add bob (read) in "Cohort"',
  );
});
