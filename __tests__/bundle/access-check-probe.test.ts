import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../simulator/index.ts';
import { check, fine, GROUP, give, hub } from './checked-hub.ts';

describe('the probe', () => {
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

  test('is refused for a token without permissions', async () => {
    give(fine());
    const run = await check({ probe: 'true', 'expect-write': 'denied' });
    expect(run.outputs).toMatchObject({ probe: 'refused', 'write-repos': 'denied' });
    expect(run.exitCode).toBe(0);
    expect(probes()).toHaveLength(1);
    expect(probes()[0]?.body).toMatchObject({
      type: 'model',
      organization: 'acme',
      visibility: 'private',
      resourceGroupId: hub.group(GROUP).id,
    });
    expect(probes()[0]?.body).not.toHaveProperty('private');
  });

  test('deletes what it created', async () => {
    give({});
    const run = await check({ probe: 'true', 'expect-write': 'allowed' });
    expect(run.outputs).toMatchObject({ probe: 'created-and-deleted', 'write-repos': 'allowed' });
    expect(run.exitCode).toBe(0);
    expect(hub.repos).toEqual([]);
    expect(probes().map(({ applied }) => applied)).toEqual([true, true]);
    expect(run.annotations).toEqual([]);
  });

  test('counts for more than permissions that are not known', async () => {
    give({ whoami: 'odd-shape' });
    const run = await check({ probe: 'true', 'expect-write': 'allowed' });
    expect(run.outputs).toMatchObject({ probe: 'created-and-deleted', 'write-repos': 'allowed' });
    expect(run.exitCode).toBe(0);
  });

  test('fails the step if a refusal was expected', async () => {
    give({});
    const run = await check({ probe: 'true', 'expect-write': 'denied' });
    expect(run.exitCode).toBe(1);
    expect(run.outputs['probe']).toBe('created-and-deleted');
  });

  test('tries another name if one is taken', async () => {
    give({});
    hub.inject(onCreate({ status: 409, times: 2 }));
    expect((await check({ probe: 'true' })).outputs['probe']).toBe('created-and-deleted');
    const names = probes().map(({ body }) => (body as { name: string }).name);
    expect(new Set(names).size).toBe(3);
  });

  test('gives up if every name is taken', async () => {
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
  ])('leaves nothing behind if the answer to the creation is %s', async (_, fault, probe) => {
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
  ])('tries the deletion again after %s', async (_, fault) => {
    give({});
    hub.inject(fault);
    const run = await check({ probe: 'true' });
    expect(run.outputs['probe']).toBe('created-and-deleted');
    expect(hub.repos).toEqual([]);
  });

  test.each([403, 503])('fails and names the repository if it cannot delete it (%d)', async (status) => {
    give({});
    hub.inject(onDelete({ status, times: 99 }));
    const run = await check({ probe: 'true', 'expect-write': 'allowed' });
    expect(run).toMatchObject({ exitCode: 1, outputs: { probe: 'failed' } });
    expect(hub.repos).toHaveLength(1);
    expect(run.annotations).toHaveLength(1);
    expect(run.annotations[0]?.message).toContain(hub.repos[0]);
    expect(run.summary).toContain(hub.repos[0]);
  });

  test('waits and tries again if the Hub is busy with a conflicting operation', async () => {
    give({});
    hub.configure({ conflictingCreations: 2 });
    const run = await check({ probe: 'true' });
    expect(run).toMatchObject({ exitCode: 0, outputs: { probe: 'created-and-deleted' } });
    expect(hub.repos).toEqual([]);
  });

  test('says what the Hub answered if it stays busy', async () => {
    give({});
    hub.configure({ conflictingCreations: 99 });
    const run = await check({ probe: 'true' });
    expect(run).toMatchObject({ exitCode: 1, outputs: { probe: 'failed' } });
    expect(run.annotations[0]?.message).toContain('conflicting operation');
    expect(probes()).toHaveLength(5);
  });

  test.each([
    ['public', 'did not make it private'],
    ['unsaid', 'did not say that it was private'],
  ] as const)('deletes what is %s instead of private, and warns', async (createdVisibility, text) => {
    give({});
    hub.configure({ createdVisibility });
    const run = await check({ probe: 'true' });
    expect(run).toMatchObject({ exitCode: 0, outputs: { probe: 'created-and-deleted' } });
    expect(hub.repos).toEqual([]);
    expect(run.annotations).toEqual([expect.objectContaining({ kind: 'warning' })]);
    expect(run.annotations[0]?.message).toContain(text);
    expect(run.summary).toContain(text);
  });

  test('tries the deletion again if it does not find the repository that was created', async () => {
    give({});
    hub.configure({ deletionLag: 2 });
    const run = await check({ probe: 'true' });
    expect(run).toMatchObject({ exitCode: 0, outputs: { probe: 'created-and-deleted' } });
    expect(hub.repos).toEqual([]);
  });

  test('fails and names the repository if no deletion finds it', async () => {
    give({});
    hub.configure({ deletionLag: 99 });
    const run = await check({ probe: 'true' });
    expect(run).toMatchObject({ exitCode: 1, outputs: { probe: 'failed' } });
    expect(hub.repos).toHaveLength(1);
    expect(run.annotations[0]?.message).toContain(hub.repos[0]);
    expect(run.annotations[0]?.message).toContain('still shows the repository');
  });

  test('tries again after a lost answer and a refused deletion', async () => {
    give(fine());
    hub.inject(onCreate({ kind: 'reset' }), onDelete({ status: 403 }));
    expect((await check({ probe: 'true' })).outputs['probe']).toBe('refused');
  });

  test('does not run if the id of the group is not known', async () => {
    give({ user: 'admin', ...fine() });
    const run = await check({ probe: 'true' });
    expect(run).toMatchObject({ exitCode: 1, outputs: { probe: 'failed', 'write-repos': 'denied' } });
    expect(run.annotations[0]?.message).toContain('Use the id');
    expect(probes()).toEqual([]);
  });

  test.each<[string, Fault]>([
    ['its repository is being created', onCreate({ kind: 'delay', delayMs: 600, when: 'after' })],
    ['its repository was created and no answer comes', onCreate({ kind: 'hang', when: 'after' })],
    ['its repository is being deleted', onDelete({ kind: 'delay', delayMs: 600 })],
    ['no answer to the deletion comes', onDelete({ kind: 'hang' })],
  ])('cleans up if the run is canceled while %s', async (_, fault) => {
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
    expect(run.milliseconds).toBeLessThan(10_000);
  });
});
