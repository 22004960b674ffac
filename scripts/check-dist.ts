import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.ts';

/** Fails unless `dist` is, byte for byte, what the sources make. */
const dist = join(import.meta.dirname, '..', 'dist');
const fresh = mkdtempSync(join(tmpdir(), 'dist-'));
await build(fresh);
const files = new Set([dist, fresh].flatMap((folder) => globSync('**/*.*', { cwd: folder })));
const content = (folder: string, file: string) =>
  existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : undefined;
const different = [...files].filter((file) => content(dist, file) !== content(fresh, file)).sort();
rmSync(fresh, { recursive: true });
if (different.length > 0) {
  console.error(`dist is not what the sources make; run "npm run build" and commit: ${different.join(', ')}`);
  process.exit(1);
}
console.log(`dist is what the sources make: ${files.size} files.`);
