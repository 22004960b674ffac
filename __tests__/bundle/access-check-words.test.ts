import { describe, expect, test } from '@jest/globals';
import { asked, check, fine, GROUP, give, hub, WHOAMI } from './checked-hub.ts';

describe('access-check', () => {
  test('shows the verdict, the account and the token side by side, and below what to change', async () => {
    give(fine());
    const { summary } = await check();
    const row = (cells: readonly string[], tag = 'td') =>
      `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag.split(' ')[0]}>`).join('')}</tr>`;
    expect(summary.replaceAll(' align="left"', '')).toContain(
      row(['Task', 'Verdict', 'The account can', 'The token can'], 'th'),
    );
    expect(summary).toContain(row(['Write repositories', '❌ <b>denied</b>', '✅ yes', '❌ no']));
    expect(summary).toMatch(/<\/table>\s+<h3>Why<\/h3>.*<h3>What to change<\/h3>/s);
    expect(summary).toContain('orgs=acme&amp;orgPermissions=repo.write');
  });

  test('lists the groups if there is no such group', async () => {
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
    expect(run.summary).toContain('could not be determined');
  });

  test('names the ids if two groups have the name', async () => {
    give({ user: 'admin' });
    hub.group('Cohort 2025').name = GROUP;
    const ids = [...hub.org('acme').groups.values()].map(({ id }) => id);
    const { exitCode, annotations } = await check();
    expect(exitCode).toBe(1);
    expect(annotations[0]?.message).toContain(`Write the id of one (${ids.join(', ')})`);
  });

  test('does not take `*` for a group', async () => {
    give({});
    expect((await check({ 'resource-group': '*' })).annotations[0]?.message).toContain('one group');
  });

  test('says that the Hub does not accept the token', async () => {
    const run = await check({ probe: 'true' });
    expect(run.exitCode).toBe(1);
    expect(run.annotations[0]?.message).toContain('does not accept the token');
    expect(run.outputs).toMatchObject({
      'write-repos': 'unknown',
      probe: 'not-run',
      'token-type': 'unknown',
      'org-role': 'unknown',
      'group-role': 'unknown',
    });
    expect(run.annotations[0]?.message).toContain('expired');
    expect(hub.requests).toHaveLength(1);
  });

  test('says that there is no such organization', async () => {
    give({});
    const run = await check({ org: 'acne' });
    expect(run.exitCode).toBe(1);
    expect(run.annotations[0]?.message).toContain('no organization "acne"');
  });

  test('says that the plan has no resource groups', async () => {
    give({});
    hub.org('acme').plan = 'free';
    expect((await check()).annotations[0]?.message).toContain('Team plan');
  });

  test('says that nothing is known if the Hub does not answer whose token it is, and asks once', async () => {
    give({ whoami: 503 });
    const run = await check();
    expect(run.exitCode).toBe(1);
    expect(run.outputs).toMatchObject({ 'manage-members': 'unknown', 'write-repos': 'unknown' });
    expect(run.annotations[0]?.message).toContain('Run this again later');
    expect(asked(WHOAMI)).toBe(1);
  });

  test('keeps names from the Hub as text', async () => {
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

describe('access-check with expect-write', () => {
  test.each([
    ['allowed', 'fails', 1],
    ['denied', 'passes', 0],
  ])('%s and a token without permissions %s', async (expected, _, exitCode) => {
    give(fine());
    const run = await check({ 'expect-write': expected });
    expect(run.exitCode).toBe(exitCode);
    expect(run.annotations).toHaveLength(exitCode);
    if (exitCode === 1)
      expect(run.annotations[0]?.message).toContain('should be allowed (`expect-write`), but is denied');
  });

  test('says in the headline that the finding is as expected, folds what to change, and logs the result', async () => {
    give(fine());
    const { summary, stdout } = await check({ 'expect-write': 'denied' });
    expect(summary).toMatch(
      /^<h2>✅ As expected: this token can neither manage members nor write repositories/,
    );
    expect(summary).toMatch(/<details><summary>What to change, if this should be allowed<\/summary>/);
    expect(summary).not.toContain('<h3>What to change');
    expect(stdout).toMatch(/^Writing repositories: The account ada has the role write/m);
    expect(stdout).toMatch(/^Account: ada\. Type of the token: fine-grained\.$/m);
    expect(stdout).toContain(`Resource group: "${GROUP}". Id: ${hub.group(GROUP).id}.`);
  });

  test('says in the headline that the finding is not as expected, and shows what to change', async () => {
    give(fine());
    const { summary } = await check({ 'expect-write': 'allowed' });
    expect(summary).toMatch(/^<h2>❌ Not as expected: /);
    expect(summary).toContain('<h3>What to change</h3>');
  });

  test('tells how to deny writing, and not how to allow more, if writing should be denied', async () => {
    give({ type: 'write' });
    const { summary, annotations } = await check({ 'expect-write': 'denied' });
    const [, shown = ''] = summary.split('<h3>What to change</h3>');
    expect(shown).toMatch(/^\s*<ul><li><b>To deny writing:<\/b> Use a fine-grained token that does not have/);
    expect(annotations.at(-1)?.message).toContain('Use a fine-grained token that does not have');
    give(fine());
    expect((await check({ 'expect-write': 'denied' })).exitCode).toBe(0);
  });

  test('never advises to invite a service account, or calls it no member', async () => {
    give({ user: 'robot', whoami: 'no-orgs', ...fine(['org', 'acme', 'org.write']) });
    const { summary, outputs, exitCode } = await check();
    expect(exitCode).toBe(0);
    expect(outputs['manage-members']).toBe('unknown');
    expect(summary + outputs['reason']).not.toMatch(/not a member|invite/);
    expect(summary).toContain('service account');
  });

  test.each(['allowed', 'denied'])('%s and a verdict that is not known fails', async (expected) => {
    give({ whoami: 'odd-shape' });
    expect((await check({ 'expect-write': expected })).exitCode).toBe(1);
  });
});
