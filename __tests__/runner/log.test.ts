import { describe, expect, test } from '@jest/globals';
import { createLog, MAX_LINES } from '../../src/runner/log.ts';
import { lazyMap } from '../../src/text/chunked.ts';
import { captureStdout } from '../support/stdout.ts';

const written = captureStdout();

describe('createLog', () => {
  test('cleans titles of annotations like their messages', () => {
    const log = createLog({ redact: true });
    log.error('Refused: ada@acme.com', { file: 'a,b.csv', line: 2 }, 'Who is ada@acme.com?\n::stop::');
    log.warning('Missing.', undefined, 'Not in the organization');
    expect(written().split('\n')).toEqual([
      '::error title=Who is a***@acme.com? %3A%3Astop%3A%3A,file=a%2Cb.csv,line=2::Refused: a***@acme.com',
      '::warning title=Not in the organization::Missing.',
      '',
    ]);
  });

  test('redacts before it cuts: an annotation of 5,000 characters shows no part of an address', () => {
    const log = createLog({ redact: true });
    log.warning(`${'x '.repeat(1_999)}${'ada.lovelace'.repeat(4)}@acme.com ${'y '.repeat(500)}`);
    expect(written()).not.toContain('ada.');
    expect(written().length).toBeLessThan(4_096);
  });

  test('folds a phase also if it ends in an error, and returns its result', async () => {
    const log = createLog({ redact: false });
    expect(await log.phase('Reading', async () => 7)).toBe(7);
    const broken = log.phase('Writing', async () => {
      log.info('about to fail');
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    expect(written()).toBe('::group::Reading\n::endgroup::\n::group::Writing\nabout to fail\n::endgroup::\n');
  });

  test('writes 10,000 lines of a list at most and says how many are left out', async () => {
    const log = createLog({ redact: false });
    const people = Array.from({ length: 200_000 }, (_, index) => index);
    let made = 0;
    await log.infoLines(
      lazyMap(people, (person) => {
        made += 1;
        return `person-${person}`;
      }),
    );
    const lines = written().trimEnd().split('\n');
    expect(lines).toHaveLength(MAX_LINES + 1);
    expect(lines.at(-1)).toBe('190,000 more lines are left out of the log.');
    expect(made).toBeLessThanOrEqual(MAX_LINES + 1);
  });

  test('writes all lines of a list that is not longer than that', async () => {
    const log = createLog({ redact: false });
    await log.infoLines(Array.from({ length: MAX_LINES }, (_, index) => `line ${index}`));
    expect(written().trimEnd().split('\n').at(-1)).toBe(`line ${MAX_LINES - 1}`);
  });
});
