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
  membership: /^(membership\/|roster\/(?!address\.|entry\.))/,
  common: /^/,
} as const;

export type BundleName = keyof typeof BUNDLES;

export const BUNDLE_NAMES = Object.keys(BUNDLES) as BundleName[];

/** An import of names from a file of src/. The compiler writes each on one line. */
const IMPORT = /\bimport \{([^}]*)\} from '(\.[^']*)';/g;

/**
 * Divides the compiled sources in `lib`: an import of a file in another bundle becomes an import of that
 * bundle, and each bundle that others import gets an entry with the names that they need. Returns the path
 * of each bundle's entry. Throws if two files of one bundle export the same name to others.
 */
export function divide(lib: string): Readonly<Record<BundleName, string>> {
  const shared = new Map<BundleName, Map<string, string>>();
  for (const path of globSync('**/*.js', { cwd: lib, exclude: ['node_modules'] })) {
    const divided = readFileSync(join(lib, path), 'utf8').replace(
      IMPORT,
      (unchanged, names: string, from: string) => {
        const file = relative(lib, resolve(lib, dirname(path), from));
        const bundle = bundleOf(file);
        if (bundle === bundleOf(path)) return unchanged;
        const fileOf = shared.get(bundle) ?? new Map<string, string>();
        shared.set(bundle, fileOf);
        for (const imported of names.split(',')) {
          const name = imported.trim().replace(/ as .*/, '');
          if (name === '') continue;
          const other = fileOf.get(name) ?? file;
          if (other !== file) throw new Error(`${other} and ${file} both export ${name} to other bundles`);
          fileOf.set(name, file);
        }
        return `import {${names}} from '${specifierOf(bundle)}';`;
      },
    );
    writeFileSync(join(lib, path), divided);
  }
  const entries = BUNDLE_NAMES.map((bundle) => {
    const fileOf = shared.get(bundle);
    if (fileOf === undefined) return [bundle, join(lib, 'actions', `${bundle}.js`)];
    const lines = [...fileOf].map(([name, file]) => `export { ${name} } from './${file}';\n`);
    const entry = join(lib, `${bundle}.js`);
    writeFileSync(entry, lines.sort().join(''));
    return [bundle, entry];
  });
  return Object.fromEntries(entries);
}

/** What the bundler leaves as it is in a bundle: the imports of the others. */
export function externalsOf(bundle: BundleName): string[] {
  return BUNDLE_NAMES.filter((other) => other !== bundle).map(specifierOf);
}

/** How one bundle imports another: both stand in folders of dist/. */
function specifierOf(bundle: BundleName): string {
  return `../${bundle}/index.js`;
}

function bundleOf(path: string): BundleName {
  return BUNDLE_NAMES.find((bundle) => BUNDLES[bundle].test(path)) ?? 'common';
}
