import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../simulator/index.ts';
import { check, fine, GROUP, give, hub } from './checked-hub.ts';

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
