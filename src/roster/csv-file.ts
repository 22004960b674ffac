import { isUtf8 } from 'node:buffer';
import { glob, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { InputError } from '../errors.ts';
import { nearest, quoted } from '../text/words.ts';
import type { RosterFile } from './entry.ts';

/** In all files: some 500,000 rows of three columns, and little enough to hold in memory. */
const MAX_CSV_BYTES = 32 * 1024 * 1024;
/** Files that the patterns may match: far more than rosters have, and far fewer than a disk has. */
const MAX_FILES = 1_000;

/** The folders that files may lie in. */
export interface Roots {
  readonly workspace: string;
  /** `RUNNER_TEMP`, for files that an earlier step made. */
  readonly temp?: string;
}

/**
 * The files that the input `input` names: a path or a pattern (`*`, `?`, `**`) per line, relative to the
 * workspace. The matches of a pattern are sorted, and a file that is named twice is read once. Links are
 * followed, and must end inside of `roots`.
 * @throws InputError with all problems: a path or pattern without a file, not a regular file, outside of
 *   `roots`, more than 32 MiB in all, not readable. It names paths as given, never where the workspace is.
 */
export async function readCsvFiles(
  csv: string,
  roots: Roots,
  { input = 'csv', ifTooLarge = 'Split it, and give each part to a run of its own.' } = {},
): Promise<RosterFile[]> {
  const files: RosterFile[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  let left = MAX_CSV_BYTES;
  for (const line of csv.split(/[\r\n]+/).map((one) => one.trim())) {
    if (line === '') continue;
    try {
      for (const path of isPattern(line) ? await matches(line, roots) : [line]) {
        const file = await find(path, roots);
        if (seen.has(file.path)) continue;
        seen.add(file.path);
        left -= file.size;
        if (left < 0)
          throw unusable(path, files.length === 0 ? `${TOO_LARGE} ${ifTooLarge}` : TOO_LARGE_TOGETHER);
        files.push({ path, bytes: await readFile(file.path) });
      }
    } catch (error) {
      const why = isForbidden(error) ? FORBIDDEN : `cannot be read (${codeOf(error)}).`;
      const { message } = error instanceof InputError ? error : unusable(line, why);
      problems.push(`\`${input}\`: ${message}`);
    }
  }
  if (problems.length > 0) throw new InputError(problems.join('\n'));
  return files;
}

const OUTSIDE =
  'lies outside of the workspace and of RUNNER_TEMP. Copy it into the workspace in an earlier step, and write its path relative to the workspace.';
const TOO_LARGE = `is larger than ${MAX_CSV_BYTES / 1024 ** 2} MiB.`;
const TOO_LARGE_TOGETHER = `brings the files to more than ${MAX_CSV_BYTES / 1024 ** 2} MiB in all. Split them between several runs.`;
const FORBIDDEN =
  'cannot be read by the user that runs this step. Give that user the right to, for example with `chmod a+r`.';

function unusable(path: string, why: string): InputError {
  return new InputError(`${quoted(path)} ${why}`);
}

/** The regular file at `path`, with links resolved, and its size in bytes. */
async function find(path: string, roots: Roots): Promise<{ readonly path: string; readonly size: number }> {
  const inside = await realRoots(roots);
  const [workspace = ''] = inside;
  const file = await realpath(resolve(workspace, path)).catch(async (error: unknown) => {
    throw isMissing(error) ? unusable(path, await whereInstead(path, inside)) : error;
  });
  if (!isInside(file, inside)) throw unusable(path, OUTSIDE);
  // Asked before it is opened, because to open a pipe is to wait for a writer.
  const stats = await stat(file);
  if (stats.isDirectory())
    throw unusable(path, 'is a folder. Write the path of a file in it, or a pattern such as `folder/*.csv`.');
  if (!stats.isFile()) throw unusable(path, 'is not a regular file.');
  return { path: file, size: stats.size };
}

async function realRoots({ workspace, temp }: Roots): Promise<string[]> {
  const real = await realpath(workspace);
  const realTemp = temp === undefined ? undefined : await realpath(temp).catch(() => undefined);
  return realTemp === undefined ? [real] : [real, realTemp];
}

function isPattern(line: string): boolean {
  return /[*?]/.test(line);
}

/**
 * The files that a pattern matches, as paths relative to the workspace, or absolute ones if it is absolute.
 */
async function matches(pattern: string, roots: Roots): Promise<string[]> {
  const [workspace = ''] = await realRoots(roots);
  // Only *, ** and ? are special here: other characters that `glob` knows stand for themselves.
  const escaped = pattern.replace(/[[{}()!+@]/g, (sign) => (sign === '!' ? '?' : `[${sign}]`));
  const found: string[] = [];
  for await (const { name, parentPath } of glob(escaped, { cwd: workspace, withFileTypes: true })) {
    const path = join(parentPath, name);
    if (
      !(await stat(path).then(
        (stats) => stats.isFile(),
        () => true,
      ))
    )
      continue;
    found.push(isAbsolute(pattern) ? path : relative(workspace, path).split(sep).join('/'));
    if (found.length > MAX_FILES)
      throw unusable(pattern, `matches more than ${MAX_FILES} files. Write a narrower pattern.`);
  }
  if (found.length === 0) {
    throw unusable(
      pattern,
      'matches no file. Are the files there, and the pattern relative to the workspace?',
    );
  }
  return found.sort((a, b) => (a < b ? -1 : 1));
}

async function whereInstead(path: string, inside: readonly string[]): Promise<string> {
  const [workspace = ''] = inside;
  const folder = await realpath(dirname(resolve(workspace, path))).catch(() => undefined);
  if (folder !== undefined && !isInside(folder, inside)) return OUTSIDE;
  const names = folder === undefined ? [] : await readdir(folder).catch(() => []);
  if (names.includes(basename(path))) return 'is a link to a file that does not exist.';
  const near = nearest(basename(path), names);
  const advice = near === undefined ? pathAdvice(path) : `Did you mean ${quoted(join(dirname(path), near))}?`;
  return `does not exist in the workspace. ${advice}`;
}

/** What to do about a path of no file. */
function pathAdvice(path: string): string {
  if (/^https?:/i.test(path))
    return 'Download the file in an earlier step, and write the path that it has then.';
  if (/[,;]/.test(path)) return 'Write each path on a line of its own.';
  if (path.includes('\\')) return 'Write `/` between folders.';
  return 'Is the repository checked out (actions/checkout) in an earlier step?';
}

function isInside(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => {
    const way = relative(root, path);
    return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  });
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

function isForbidden(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}

/**
 * The text of a file, or why it has none. `isGuess`: read as Windows-1252, so only ASCII in it is certain.
 */
export type FileText =
  | { readonly text: string; readonly isGuess: boolean }
  | { readonly text?: never; readonly problem: string };

/** How much of the file tells what kind it is. */
const HEAD_BYTES = 4096;

/**
 * The text of a CSV file, without a byte-order mark: UTF-8, UTF-16 with a mark, or else Windows-1252, which
 * has a character for nearly every byte. A file of another kind is a problem that names it and says what to
 * do.
 */
export function decodeFile(bytes: Uint8Array): FileText {
  const problem = foreignKind(bytes);
  if (problem !== undefined) return { problem };
  const encoding = markedUtf16(bytes) ?? (isUtf8(bytes) ? 'utf-8' : 'windows-1252');
  // TextDecoder drops the mark of the encoding that it is told, and of no other.
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const body = encoding === 'windows-1252' && isMarked ? bytes.subarray(3) : bytes;
  return { text: new TextDecoder(encoding).decode(body), isGuess: encoding === 'windows-1252' };
}

function markedUtf16([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

function foreignKind(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
  const [, what, remedy] =
    KINDS.find(([looks]) => (looks instanceof RegExp ? looks.test(head) : head.startsWith(looks))) ?? [];
  if (what !== undefined) {
    if (!head.startsWith('PK')) return `This is ${what}, not a CSV file. ${remedy}`;
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const inside = ZIPPED.find(([name]) => all.includes(name))?.[1] ?? 'a ZIP archive';
    return `This is ${inside}, not a CSV file. ${SAVE_AS}`;
  }
  if (markedUtf16(bytes) !== undefined) return undefined;
  if (bytes[0] === 0 || bytes[1] === 0) return UTF16;
  return head.includes('\0\0\0') ? `This is a binary file, not a CSV file. ${SAVE_AS}` : undefined;
}

const SAVE_AS = 'Open it in its program and save it as CSV (in Excel: "CSV UTF-8").';
const UTF16 =
  'The file looks like UTF-16 without a byte-order mark. Save it as UTF-8 (in Excel: "CSV UTF-8").';
const DOWNLOAD =
  'It may be the page of an error or of a login instead of the download. Download the CSV file again.';

/** What a file begins with (as Latin-1), what it is, and what to do. */
const KINDS: readonly (readonly [RegExp | string, string, string])[] = [
  ['PK\x03\x04', 'a ZIP archive', SAVE_AS],
  [
    '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
    'an Excel workbook of the old kind (.xls), or a protected one',
    SAVE_AS,
  ],
  [
    /^version https:\/\/git-lfs\.github\.com\/spec\//,
    'a Git LFS pointer',
    'Set `lfs: true` for `actions/checkout`, so that the file itself is downloaded.',
  ],
  [/^(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|table|meta)\b/i, 'an HTML page', DOWNLOAD],
  [/^(?:\xef\xbb\xbf)?\s*<(?:\?xml|[a-z]+[\s>])/i, 'an XML file', SAVE_AS],
  [/^%PDF-/, 'a PDF', 'Export the table as CSV from the program that it was made with.'],
  [/^\{\\rtf/, 'a rich text document', SAVE_AS],
  [/^(?:\xef\xbb\xbf)?\s*(?:\{\s*"|\[\s*[{["])/, 'a JSON file', 'Convert it to CSV in an earlier step.'],
  ['\x1f\x8b', 'a gzip archive', 'Unpack it in an earlier step.'],
  [/^(?:\x89PNG|\xff\xd8\xff|GIF8)/, 'an image', 'Export the table as CSV.'],
  [/^BEGIN:VCARD/i, 'a list of vCards', 'Export the contacts as CSV.'],
];

/** Names of members that tell what a ZIP archive holds. */
const ZIPPED: readonly (readonly [string, string])[] = [
  ['xl/', 'an Excel workbook'],
  ['vnd.oasis.opendocument.spreadsheet', 'an OpenDocument spreadsheet'],
  ['Index/', 'a Numbers spreadsheet'],
  ['word/', 'a Word document'],
];
