import { realpathSync } from 'node:fs';

/**
 * Whether the module of `meta` is what Node was started with, and not imported by another one.
 * `import.meta.main` says so from Node 24.2 on; on Apple silicon, npm brings 24.0.
 */
export function isMain(meta: ImportMeta): boolean {
  return meta.main ?? realpathSync(process.argv[1] ?? '') === meta.filename;
}
