import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Fault, type SimulatedHub, startHub, type TokenSpec } from '../../simulator/index.ts';
import { definition, type RunOptions, runBundle } from '../support/run-action.ts';

const GROUP = 'Cohort, "2024"';
const TOKEN = 'hf_checked';
const WHOAMI = '/api/whoami-v2';

let hub: SimulatedHub;

beforeEach(async () => {
  hub = await startHub({
    orgs: [
      {
        name: 'acme',
        members: [
          'ada',
          { user: 'wes', role: 'write' },
          { user: 'nora', role: 'no_access' },
          { user: 'grace', role: 'read' },
        ],
        serviceAccounts: ['robot'],
        groups: [
          { name: GROUP, users: { ada: 'write', nora: 'contributor', grace: 'admin', robot: 'write' } },
          'Cohort 2025',
        ],
      },
      { name: 'other', members: ['ada'] },
    ],
    strangers: ['zoe'],
  });
});

afterEach(() => hub.close());

function check(inputs: Record<string, string> = {}, options: RunOptions = {}) {
  return runBundle('access-check', {
    ...options,
    inputs: { 'hf-token': TOKEN, org: 'acme', 'resource-group': GROUP, 'hub-url': hub.url, ...inputs },
  });
}

function give(spec: Partial<TokenSpec>) {
  hub.tokens.set(TOKEN, { token: TOKEN, user: 'ada', type: 'write', ...spec });
}

const fine = (...scoped: [type: string, name: string, ...permissions: string[]][]): Partial<TokenSpec> => ({
  type: 'fineGrained',
  scoped: scoped.map(([type, name, ...permissions]) => ({ entity: { type, name }, permissions })),
});

const asked = (path: string) => hub.requests.filter((request) => request.path === path).length;

describe('finds out, from one answer of the Hub,', () => {
  test.each<[string, Partial<TokenSpec>, string]>([
    ['a write token of an admin', { user: 'admin' }, 'allowed allowed write admin -'],
    ['a write token of a writer in the group', {}, 'denied allowed write read write'],
    ['a write token of an admin of the group', { user: 'grace' }, 'allowed allowed write read admin'],
    [
      'a write token of a contributor to the group',
      { user: 'nora' },
      'denied allowed write no_access contributor',
    ],
    ['a read token of an admin', { user: 'admin', type: 'read' }, 'denied denied read admin -'],
    ['a fine-grained token without permissions', fine(), 'denied denied fine-grained read write'],
    ['one of an admin', { user: 'admin', ...fine() }, 'denied denied fine-grained admin -'],
    [
      'org.write of an admin',
      { user: 'admin', ...fine(['org', 'acme', 'org.write']) },
      'allowed denied fine-grained admin -',
    ],
    [
      'org.write of one who is none',
      fine(['org', 'acme', 'org.write']),
      'denied denied fine-grained read write',
    ],
    [
      'both permissions of an admin',
      { user: 'admin', ...fine(['org', 'acme', 'org.members.write', 'repo.write']) },
      'allowed allowed fine-grained admin -',
    ],
    [
      'resourceGroup.write on the group',
      { user: 'grace', ...fine(['resource-group', GROUP, 'resourceGroup.write']) },
      'allowed denied fine-grained read admin',
    ],
    [
      'repo.write on the organization',
      fine(['org', 'acme', 'repo.write']),
      'denied allowed fine-grained read write',
    ],
    [
      'repo.write on the group',
      fine(['resource-group', GROUP, 'repo.write']),
      'denied allowed fine-grained read write',
    ],
    [
      'repo.write on another organization',
      fine(['org', 'other', 'repo.write', 'org.write']),
      'denied denied fine-grained read write',
    ],
    [
      'permissions never heard of',
      { user: 'admin', ...fine(['org', 'acme', 'org.everything']) },
      'unknown unknown fine-grained admin -',
    ],
    [
      'a service account',
      { user: 'robot', whoami: 'service-account' },
      'unknown unknown write unknown unknown',
    ],
    ['an answer of another shape', { whoami: 'odd-shape' }, 'unknown unknown unknown unknown unknown'],
    ['a person outside of the organization', { user: 'zoe' }, 'denied denied write - -'],
  ])('what may be done with %s', async (_, token, expected) => {
    give(token);
    const run = await check();
    const { outputs } = run;
    const names = ['manage-members', 'write-repos', 'token-type', 'org-role', 'group-role'];
    expect(names.map((name) => outputs[name] || '-').join(' ')).toBe(expected);
    expect(outputs['probe']).toBe('not-run');
    expect(outputs['reason']).toMatch(/Managing members: .+ Writing repositories: .+/);
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(definition('access-check').outputs).sort());
    expect(run).toMatchObject({ exitCode: 0, annotations: [], stderr: '' });
    expect(asked(WHOAMI)).toBe(1);
    expect(hub.requests.every(({ method }) => method === 'GET')).toBe(true);
    const told = run.stdout.replace(`::add-mask::${TOKEN}`, '') + run.summary + JSON.stringify(outputs);
    expect(told).not.toContain(TOKEN);
  });

  test.each(['mfa', 'token-policy', 'token-revoked', 'sso', 'ip'] as const)(
    'that %s stands in the way',
    async (restriction) => {
      give({ user: 'admin', restrictions: [restriction] });
      const run = await check();
      expect(run.outputs).toMatchObject({
        'manage-members': 'denied',
        'write-repos': 'denied',
        'org-role': 'admin',
      });
      expect(run.exitCode).toBe(0);
      expect(run.summary).toContain('What to change');
      expect(asked(WHOAMI)).toBe(1);
    },
  );

  test('what may be done in the organization, where no group is given', async () => {
    give({});
    const run = await check({ 'resource-group': '' });
    expect(run.outputs).toMatchObject({
      'manage-members': 'denied',
      'write-repos': 'denied',
      'group-role': '',
    });
    expect(hub.requests.map(({ path }) => path)).toEqual([WHOAMI]);
  });

  test('what may be done in a group that its owner is not in and cannot see', async () => {
    give({ user: 'wes' });
    const run = await check({ 'resource-group': hub.group(GROUP).id });
    expect(run.outputs).toMatchObject({
      'manage-members': 'denied',
      'write-repos': 'allowed',
      'org-role': 'write',
      'group-role': '',
    });
    const byName = await check();
    expect(byName.exitCode).toBe(1);
    expect(byName.annotations[0]?.message).toContain('that the token can see');
  });

  test('the same by the id of the group', async () => {
    give({});
    const run = await check({ 'resource-group': hub.group(GROUP).id.toUpperCase() });
    expect(run.outputs).toMatchObject({ 'write-repos': 'allowed', 'group-role': 'write' });
    expect(hub.requests).toHaveLength(2);
  });
});

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

describe('with a probe', () => {
  const probes = () => hub.requests.filter(({ method }) => method !== 'GET');
  const onCreate = (fault: Partial<Fault>): Fault => ({
    kind: 'status',
    match: { path: '/repos/create' },
    ...fault,
  });
  const onDelete = (fault: Partial<Fault>): Fault => ({
    kind: 'status',
    match: { path: '/repos/delete' },
    ...fault,
  });

  test('a token without permissions is refused, as its owner would be through the playground', async () => {
    give(fine());
    const run = await check({ probe: 'true', 'expect-write': 'denied' });
    expect(run.outputs).toMatchObject({ probe: 'refused', 'write-repos': 'denied' });
    expect(run.exitCode).toBe(0);
    expect(probes()).toHaveLength(1);
    expect(probes()[0]?.body).toMatchObject({
      type: 'model',
      organization: 'acme',
      private: true,
      resourceGroupId: hub.group(GROUP).id,
    });
  });

  test('what is created is deleted again', async () => {
    give({});
    const run = await check({ probe: 'true', 'expect-write': 'allowed' });
    expect(run.outputs).toMatchObject({ probe: 'created-and-deleted', 'write-repos': 'allowed' });
    expect(run.exitCode).toBe(0);
    expect(hub.repos).toEqual([]);
    expect(probes().map(({ applied }) => applied)).toEqual([true, true]);
  });

  test('it overrules what cannot be told from permissions', async () => {
    give({ whoami: 'odd-shape' });
    const run = await check({ probe: 'true', 'expect-write': 'allowed' });
    expect(run.outputs).toMatchObject({ probe: 'created-and-deleted', 'write-repos': 'allowed' });
    expect(run.exitCode).toBe(0);
  });

  test('a test that expected a refusal fails', async () => {
    give({});
    const run = await check({ probe: 'true', 'expect-write': 'denied' });
    expect(run.exitCode).toBe(1);
    expect(run.outputs['probe']).toBe('created-and-deleted');
  });

  test('a name that is taken is not the end', async () => {
    give({});
    hub.inject(onCreate({ status: 409, times: 2 }));
    expect((await check({ probe: 'true' })).outputs['probe']).toBe('created-and-deleted');
    const names = probes().map(({ body }) => (body as { name: string }).name);
    expect(new Set(names).size).toBe(3);
  });

  test('names that are always taken are the end', async () => {
    give({});
    hub.inject(onCreate({ status: 409, times: 99 }));
    const run = await check({ probe: 'true' });
    expect(run).toMatchObject({ exitCode: 1, outputs: { probe: 'failed', 'write-repos': 'allowed' } });
    expect(probes()).toHaveLength(5);
  });

  test.each<[string, Fault, string]>([
    ['reset before the Hub acted', onCreate({ kind: 'reset' }), 'created-and-deleted'],
    ['reset after the Hub acted', onCreate({ kind: 'reset', when: 'after' }), 'created-and-deleted'],
    ['cut off after the Hub acted', onCreate({ kind: 'truncate', when: 'after' }), 'created-and-deleted'],
    ['HTML instead of an answer', onCreate({ kind: 'html', when: 'after' }), 'created-and-deleted'],
    ['a 500 after the Hub acted', onCreate({ status: 500, when: 'after' }), 'created-and-deleted'],
    ['a 429 first', onCreate({ status: 429, headers: { 'retry-after': '0' } }), 'created-and-deleted'],
    ['a 400', onCreate({ status: 400 }), 'failed'],
  ])('%s leaves nothing behind', async (_, fault, probe) => {
    give({});
    hub.inject(fault);
    const run = await check({ probe: 'true' });
    expect(run.outputs['probe']).toBe(probe);
    expect(hub.repos).toEqual([]);
  });

  test.each<[string, Fault]>([
    ['reset before the Hub acted', onDelete({ kind: 'reset', times: 2 })],
    ['reset after the Hub acted', onDelete({ kind: 'reset', when: 'after' })],
    ['a 503', onDelete({ status: 503 })],
  ])('a deletion that meets with %s is tried again', async (_, fault) => {
    give({});
    hub.inject(fault);
    const run = await check({ probe: 'true' });
    expect(run.outputs['probe']).toBe('created-and-deleted');
    expect(hub.repos).toEqual([]);
  });

  test.each([403, 503])('a failure (%d) to delete is an error that names the repository', async (status) => {
    give({});
    hub.inject(onDelete({ status, times: 99 }));
    const run = await check({ probe: 'true', 'expect-write': 'allowed' });
    expect(run).toMatchObject({ exitCode: 1, outputs: { probe: 'failed' } });
    expect(hub.repos).toHaveLength(1);
    expect(run.annotations).toHaveLength(1);
    expect(run.annotations[0]?.message).toContain(hub.repos[0]);
    expect(run.summary).toContain(hub.repos[0]);
  });

  test('a lost answer and a refused deletion are made clear by a second try', async () => {
    give(fine());
    hub.inject(onCreate({ kind: 'reset' }), onDelete({ status: 403 }));
    expect((await check({ probe: 'true' })).outputs['probe']).toBe('refused');
  });

  test('without the id of the group there is nothing to try', async () => {
    give({ user: 'admin', ...fine() });
    const run = await check({ probe: 'true' });
    expect(run).toMatchObject({ exitCode: 1, outputs: { probe: 'failed', 'write-repos': 'denied' } });
    expect(run.annotations[0]?.message).toContain('Give the id');
    expect(probes()).toEqual([]);
  });

  test.each<[string, Fault]>([
    ['its repository is being created', onCreate({ kind: 'delay', delayMs: 600, when: 'after' })],
    ['its repository was created and nobody answers', onCreate({ kind: 'hang', when: 'after' })],
    ['its repository is being deleted', onDelete({ kind: 'delay', delayMs: 600 })],
    ['nobody answers to the deletion', onDelete({ kind: 'hang' })],
  ])('cancelled while %s, it cleans up', async (_, fault) => {
    give({});
    hub.inject(fault);
    const path = fault.match?.path as string;
    const run = await check(
      { probe: 'true' },
      {
        onStart: (child) =>
          hub.onRequest((request) => {
            if (
              request.path.includes(path) &&
              hub.requests.filter((one) => one.path.includes(path)).length === 1
            ) {
              setTimeout(() => child.kill('SIGTERM'), 100);
            }
          }),
      },
    );
    expect(hub.repos).toEqual([]);
    expect(run.outputs['probe']).toMatch(/created-and-deleted|failed/);
    expect(run.milliseconds).toBeLessThan(5_000);
  });
});
