import { isUtf8 } from 'node:buffer';

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
