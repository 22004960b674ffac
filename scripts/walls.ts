/*
 * The walls between the rooms of src/: imports run downwards only. `npm run lint` holds them
 * (check-walls.ts), and __tests__/tools/walls.test.ts plants a forbidden import of each kind. Imports of
 * types count like all others.
 */
import type { ICruiseOptions, IForbiddenRuleType } from 'dependency-cruiser';

/** The rooms, from the top: a room may import what stands below it, and nothing beside it. */
const FLOORS: readonly (readonly string[])[] = [
  ['actions/'],
  ['membership/', 'access-check/', 'list-groups/'],
  ['access/'],
  ['roster/', 'hub/', 'github/'],
  ['runner/'],
  ['text/'],
  ['errors.ts', 'roles.ts', 'group-id.ts'],
];

/** What tells people about a run. */
const PRESENTATION = '^src/[^/]+/(report/|summary[.]ts$)';

/** The files that run an action, from its inputs to its outputs. */
const RUNS = '^src/(actions/|[^/]+/run[a-z-]*[.]ts$)';

/** Packages that only some rooms may use. */
const PACKAGES = [
  { name: '@actions/core', only: ['^src/(actions|runner)/'], why: 'Only these rooms talk to the runner.' },
  { name: 'undici', only: ['^src/hub/'], why: 'Only src/hub knows HTTP.' },
  {
    name: 'valibot',
    only: ['^src/hub/', '^src/membership/plan-file[.]ts$'],
    why: 'Only src/hub checks the shapes of answers; plan-file.ts checks the shape of a plan.',
  },
  { name: 'csv-parse', only: ['^src/roster/'], why: 'Only src/roster reads CSV.' },
  {
    name: '@actions/github',
    only: ['^src/github/', '^src/runner/workflow-run[.]ts$'],
    why: 'Only src/github talks to GitHub; src/runner/workflow-run.ts reads the event.',
  },
  { name: '@octokit', only: ['^src/github/'], why: 'Only src/github talks to GitHub.' },
] as const;

/** What is wrong with an import, as rules of dependency-cruiser. Each comment says why. */
export const RULES: IForbiddenRuleType[] = [
  ...FLOORS.flatMap((rooms, floor) =>
    rooms.map((room) => ({
      name: `downwards-from-${room.replace(/\/$|\.ts$/, '')}`,
      comment: 'Imports run downwards: the rooms are listed in scripts/walls.ts, from the top.',
      from: { path: `^src/${room}` },
      to: { path: '^src/', pathNot: `^src/(${[room, ...FLOORS.slice(floor + 1).flat()].join('|')})` },
    })),
  ),
  {
    name: 'every-file-has-a-room',
    comment: 'A file or folder that is missing in the list of scripts/walls.ts is held by no wall.',
    from: {},
    to: { path: '^src/', pathNot: `^src/(${FLOORS.flat().join('|')})` },
  },
  ...PACKAGES.map(({ name, only, why }) => ({
    name: `${name}-in-its-room`,
    comment: why,
    from: { path: '^src/', pathNot: [...only] },
    to: { path: `node_modules/${name}/` },
  })),
  {
    name: 'domain-below-presentation',
    comment: 'Code that decides does not know how its decisions are presented.',
    from: { path: '^src/', pathNot: [PRESENTATION, RUNS] },
    to: { path: PRESENTATION },
  },
  {
    name: 'runner-passed-in',
    comment: 'Code that decides gets its inputs and its log passed in. It may know their types.',
    from: { path: '^src/', pathNot: [PRESENTATION, RUNS, '^src/runner/'] },
    to: { path: '^src/runner/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'removal-in-sync-members',
    comment: 'No other action may contain code that can remove a member.',
    from: { path: '^src/actions/', pathNot: '^src/actions/sync-members[.]ts$' },
    to: { path: '^src/membership/removal/', reachable: true },
  },
  {
    name: 'no-circle-of-files',
    comment: 'Files that import each other can only be understood together.',
    from: { path: '^src/' },
    to: { circular: true },
  },
  {
    name: 'no-circle-of-folders',
    comment: 'Folders that import each other can only be understood together.',
    scope: 'folder',
    from: { path: '^src/' },
    to: { circular: true },
  },
  {
    name: 'used-by-an-action',
    comment: 'No action imports this file.',
    from: { path: '^src/actions/' },
    to: { path: '^src/', pathNot: ['[.]d[.]ts$', '^src/actions/'], reachable: false },
  },
  {
    name: 'sources-stand-alone',
    comment: 'A bundle is made of src/ and the dependencies of package.json alone.',
    from: { path: '^src/' },
    to: {
      path: ['^(__tests__|bench|scripts|simulator)/'],
    },
  },
  {
    name: 'declared-dependencies',
    comment: 'A bundle is made of src/ and the dependencies of package.json alone.',
    from: { path: '^src/' },
    to: { dependencyTypes: ['npm-dev', 'npm-optional', 'npm-no-pkg', 'npm-unknown', 'unknown'] },
  },
];

/**
 * How dependency-cruiser reads the sources. TypeScript 7 offers it no parser; swc is installed for the tests
 * anyway.
 */
export const OPTIONS: ICruiseOptions = {
  parser: 'swc',
  tsPreCompilationDeps: true,
  doNotFollow: { path: ['node_modules', '^(__tests__|bench|scripts|simulator)/'] },
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'default'],
    extensions: ['.ts', '.js', '.d.ts'],
  },
};
