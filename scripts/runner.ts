import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

export const root = join(import.meta.dirname, '..');

/** Where the bundle of each action is told to be: the folder of its action.yml, from the root. */
const FOLDER = {
  'add-members': '.',
  'sync-members': 'sync-members',
  'access-check': 'access-check',
  'list-groups': 'list-groups',
} as const;

export type ActionName = keyof typeof FOLDER;

export interface ActionDefinition {
  readonly inputs: Readonly<Record<string, { description: string; default?: string; required?: boolean }>>;
  readonly outputs: Readonly<Record<string, { description: string }>>;
  readonly runs: { readonly using: string; readonly main: string };
}

export interface RunOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  /** Added to the few variables that a runner sets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files of the workspace, by path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** What GitHub says of the event; by default a push to a private repository. */
  readonly event?: unknown;
  /** Called when the process runs: for signals. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Called with each piece that it prints. */
  readonly onOutput?: (text: string) => void;
}

export interface RunOutcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** What `::error …::` and `::warning …::` said, decoded. */
  readonly annotations: readonly Annotation[];
  readonly milliseconds: number;
  readonly workspace: string;
}

export interface Annotation {
  readonly kind: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** The `action.yml` of an action. */
export function definition(action: ActionName): ActionDefinition {
  return parse(readFileSync(join(root, FOLDER[action], 'action.yml'), 'utf8'));
}

/** Runs the committed bundle of an action as a runner does, in a workspace of its own, and gives back all that it left. */
export async function runBundle(action: ActionName, options: RunOptions = {}): Promise<RunOutcome> {
  const { inputs, runs } = definition(action);
  const folder = mkdtempSync(join(tmpdir(), 'runner-'));
  const path = (name: string) => join(folder, name);
  const workspace = path('workspace');
  for (const name of ['workspace', 'temp']) mkdirSync(path(name));
  for (const [name, content] of Object.entries(options.files ?? {})) {
    mkdirSync(dirname(join(workspace, name)), { recursive: true });
    writeFileSync(join(workspace, name), content);
  }
  for (const name of ['output', 'summary', 'state', 'env', 'path']) writeFileSync(path(name), '');
  writeFileSync(path('event.json'), JSON.stringify(options.event ?? { repository: { private: true } }));

  const given = { ...defaultsOf(inputs), ...options.inputs };
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: path('event.json'),
    GITHUB_REPOSITORY: 'acme/people',
    GITHUB_WORKSPACE: workspace,
    GITHUB_OUTPUT: path('output'),
    GITHUB_STEP_SUMMARY: path('summary'),
    GITHUB_STATE: path('state'),
    GITHUB_ENV: path('env'),
    GITHUB_PATH: path('path'),
    RUNNER_TEMP: path('temp'),
    ...Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
        value,
      ]),
    ),
    ...options.env,
  };
  const started = performance.now();
  const child = spawn(process.execPath, [join(root, FOLDER[action], runs.main)], {
    cwd: workspace,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
      options.onOutput?.(text);
    });
  }
  options.onStart?.(child);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return {
    exitCode,
    ...printed,
    outputs: parseOutputs(readFileSync(path('output'), 'utf8')),
    summary: readFileSync(path('summary'), 'utf8'),
    annotations: parseAnnotations(printed.stdout),
    milliseconds: performance.now() - started,
    workspace,
  };
}

function defaultsOf(inputs: ActionDefinition['inputs']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { default: value = '' }]) => [
      name,
      // Expressions such as ${{ github.token }} have no value here.
      value.startsWith('${{') ? '' : value,
    ]),
  );
}

/** Names and values as `GITHUB_OUTPUT` holds them: `name<<mark`, the value, the mark. */
export function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [, name, , value] of text.matchAll(/^([^\n]*?)<<(\S+)\n(?:([\s\S]*?)\n)?\2$/gm)) {
    if (name !== undefined) outputs[name] = value ?? '';
  }
  return outputs;
}

function parseAnnotations(stdout: string): Annotation[] {
  return [...stdout.matchAll(/^::(error|warning|notice)(?: ([^\n]*?))?::(.*)$/gm)].map(
    ([, kind = '', properties = '', message = '']) => ({
      kind,
      properties: Object.fromEntries(
        properties.split(',').flatMap((pair) => {
          const [name, value] = pair.split('=');
          return name && value !== undefined ? [[name, decode(value)]] : [];
        }),
      ),
      message: decode(message),
    }),
  );
}

function decode(text: string): string {
  const marks: Record<string, string> = { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' };
  return text.replace(/%(?:0D|0A|3A|2C|25)/g, (mark) => marks[mark] ?? mark);
}
