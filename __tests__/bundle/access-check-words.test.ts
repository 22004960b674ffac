import { describe, expect, test } from '@jest/globals';
import { asked, check, fine, GROUP, give, hub, WHOAMI } from './checked-hub.ts';

describe('tells', () => {
  test('side by side what the person may, what the token may, and what to change', async () => {
    give(fine());
    const { summary } = await check();
    expect(summary).toContain('The person may</th>');
    expect(summary).toContain('The token may</th>');
    expect(summary).toContain('Therefore</th>');
    expect(summary).toMatch(/Write repositories<\/b><\/td><td>✅ <b>yes<\/b>.*?<\/td><td>❌ <b>no<\/b>/);
    expect(summary).toContain('orgs=acme&amp;orgPermissions=repo.write');
  });

  test('which groups there are, where there is no such group', async () => {
    give({ user: 'admin' });
    const run = await check({ 'resource-group': 'Cohort 2026', 'expect-write': 'denied' });
    expect(run.exitCode).toBe(1);
    expect(run.annotations).toHaveLength(1);
    expect(run.annotations[0]?.message).toContain('Did you mean "Cohort 2025"?');
    expect(run.annotations[0]?.message).toContain(hub.group('Cohort 2025').id);
    expect(run.outputs).toMatchObject({
      'write-repos': 'unknown',
      'token-type': 'write',
      'org-role': 'admin',
    });
    expect(run.summary).toContain('could not be found out');
  });

  test('that a star is not one group', async () => {
    give({});
    expect((await check({ 'resource-group': '*' })).annotations[0]?.message).toContain('one group');
  });

  test('that the Hub does not accept the token', async () => {
    const run = await check({ probe: 'true' });
    expect(run.exitCode).toBe(1);
    expect(run.annotations[0]?.message).toContain('does not accept the token');
    expect(run.outputs).toMatchObject({
      'write-repos': 'unknown',
      probe: 'not-run',
      'token-type': 'unknown',
    });
    expect(hub.requests).toHaveLength(1);
  });

  test('that there is no such organization', async () => {
    give({});
    const run = await check({ org: 'acne' });
    expect(run.exitCode).toBe(1);
    expect(run.annotations[0]?.message).toContain('no organization "acne"');
  });

  test('of what the plan does not have', async () => {
    give({});
    hub.org('acme').plan = 'free';
    expect((await check()).annotations[0]?.message).toContain('Team plan');
  });

  test('that it cannot tell, where the Hub does not answer whose token it is, and asks no second time', async () => {
    give({ whoami: 503 });
    const run = await check();
    expect(run.exitCode).toBe(1);
    expect(run.outputs).toMatchObject({ 'manage-members': 'unknown', 'write-repos': 'unknown' });
    expect(run.annotations[0]?.message).toContain('Run this again later');
    expect(asked(WHOAMI)).toBe(1);
  });

  test('nothing of its own accord: names from the Hub stay text', async () => {
    const name = '</td><img src=x> ::error::x\n| @everyone `x';
    hub.group(GROUP).name = name;
    give({});
    const run = await check({ 'resource-group': hub.group(name).id });
    expect(run.outputs['write-repos']).toBe('allowed');
    expect(run.summary).not.toContain('<img');
    expect(run.annotations).toEqual([]);
    expect(run.outputs['reason']).not.toContain('\n');
  });
});

describe('with expect-write', () => {
  test.each([
    ['allowed', 'fails', 1],
    ['denied', 'passes', 0],
  ])('%s, a token without permissions %s', async (expected, _, exitCode) => {
    give(fine());
    const run = await check({ 'expect-write': expected });
    expect(run.exitCode).toBe(exitCode);
    expect(run.annotations).toHaveLength(exitCode);
    if (exitCode === 1)
      expect(run.annotations[0]?.message).toContain('should be allowed (`expect-write`), but is denied');
  });

  test.each(['allowed', 'denied'])('%s, what cannot be told fails', async (expected) => {
    give({ whoami: 'odd-shape' });
    expect((await check({ 'expect-write': expected })).exitCode).toBe(1);
  });
});
