import { expect, test } from '@jest/globals';
import { nearest } from '../../src/text/words.ts';

const ROLES = ['read', 'contributor', 'write', 'admin'];

test.each([
  ['reader', 'read'],
  ['Write', 'write'],
  ['wirte', 'write'],
  ['contributer', 'contributor'],
  ['admn', 'admin'],
  ['owner', undefined],
  ['viewer', undefined],
  ['x', undefined],
  ['', undefined],
])('%s is near %s', (word, near) => {
  expect(nearest(word, ROLES)).toBe(near);
});

test('keeps the spelling of the candidate, and prefers the first of equals', () => {
  expect(nearest('cohort 2023', ['Cohort 2024', 'Cohort 2025'])).toBe('Cohort 2024');
});

test('knows no candidate if there is none', () => expect(nearest('read', [])).toBeUndefined());
