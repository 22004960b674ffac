/*
 * How the sources are divided into bundles. What several actions need is bundled once, and the entries of the
 * actions import it. So the archive that a runner downloads holds undici and the code of the Hub once, not
 * once per action, and what only one action may have stands in its bundle alone.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Each bundle, and which files of src/ stand in it: the first that matches. */
export const BUNDLES = {
  'add-members': /^actions\/add-members\./,
  'sync-members': /^(actions\/sync-members\.|membership\/removal\/)/,
  'access-check': /^(actions\/access-check\.|access-check\/|hub\/repos\.)/,
  'list-groups': /^(actions\/list-groups\.|list-groups\/)/,
  membership: /^(membership|roster)\//,
  github: /^github\//,
  common: /^/,
} as const;

export type BundleName = keyof typeof BUNDLES;

/** An import or export of names from a file, or an import that is loaded when it is needed. */
const IMPORT = /\b(import|export)\s*\{([^}]*)\}\s*from\s*'(\.[^']*)'|\bimport\('(\.[^']*)'\)/g;
/** All other ways in which one file can name another. None is used between bundles. */
const OTHER = /\bfrom\s*'\.|\bimport\s*'\.|\bimport\(/g;

/**
 * Divides the compiled sources in `lib`: an import of a file in another bundle becomes an import of that
 * bundle, and a bundle that others import gets an entry with the names that they need. Returns the path of
 * each bundle's entry. Throws if two files of one bundle export the same name to others.
 */
export function writeEntries(lib: string): Readonly<Record<BundleName, string>> {
  /** For each bundle, the names that others import, and the file of each. */
  const exported = new Map<BundleName, Map<string, string>>();
  for (const path of globSync('**/*.js', { cwd: lib, exclude: ['node_modules'] })) {
    const bundle = bundleOf(path);
    const text = readFileSync(join(lib, path), 'utf8');
    const divided = text.replace(
      IMPORT,
      (all, keyword: string, names: string, from: string, lazy: string) => {
        const file = relative(lib, resolve(lib, dirname(path), from ?? lazy));
        const other = bundleOf(file);
        if (other === bundle) return all;
        const needed = exported.get(other) ?? new Map<string, string>();
        exported.set(other, needed);
        if (from === undefined) {
          for (const [, name = ''] of readFileSync(join(lib, file), 'utf8').matchAll(
            /^export .*?function (\w+)/gm,
          ))
            add(needed, name, file);
          // The bundler would load it at once.
          return `import(/* webpackIgnore: true */ '${specifier(other)}')`;
        }
        for (const name of names.split(',')) {
          const [original = ''] = name.trim().split(/\s+as\s+/);
          if (original !== '') add(needed, original, file);
        }
        return `${keyword} {${names}} from '${specifier(other)}'`;
      },
    );
    writeFileSync(join(lib, path), divided);
  }
  const entries = Object.keys(BUNDLES).map((name) => {
    const names = exported.get(name as BundleName);
    if (names === undefined) return [name, join('lib', 'actions', `${name}.js`)];
    const lines = [...names].map(([exportedName, file]) => `export { ${exportedName} } from './${file}';`);
    writeFileSync(join(lib, `${name}.js`), `${lines.sort().join('\n')}\n`);
    return [name, join('lib', `${name}.js`)];
  });
  return Object.fromEntries(entries);
}

/** What the bundler must leave as it is in a bundle: the imports of the others. */
export function externalsOf(bundle: BundleName): string[] {
  return (Object.keys(BUNDLES) as BundleName[]).filter((other) => other !== bundle).map(specifier);
}

/** How one bundle imports another; both stand in folders of dist/. */
function specifier(bundle: BundleName): string {
  return `../${bundle}/index.js`;
}

function bundleOf(path: string): BundleName {
  const [name] = Object.entries(BUNDLES).find(([, files]) => files.test(path)) ?? ['common'];
  return name as BundleName;
}

function add(names: Map<string, string>, name: string, file: string): void {
  const before = names.get(name);
  if (before !== undefined && before !== file) throw new Error(`${before} and ${file} both export ${name}`);
  names.set(name, file);
}
