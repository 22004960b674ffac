import type { Lazy } from './chunked.ts';
import { clip, html, oneLine } from './one-line.ts';
import { number } from './words.ts';

/*
 * Everything here returns HTML rather than Markdown. Inside an HTML block nothing is read as Markdown until
 * the first blank line, and no value here contains a line end, so escaping is all that text from outside
 * needs. `code`, `link` and `prose` also prevent what GitHub does to text afterwards: mentions, issue
 * numbers, emoji, links from bare addresses.
 */

/** Longest text that one cell or name shows, in characters. Names and email addresses are shorter by rule. */
const LONGEST = 400;

/**
 * What starts a mention, an issue, an emoji, an address or a formula for GitHub, which reads one text node at
 * a time. A hyphen before a number can start a reference of any kind: `GH-12`, `CVE-2024-1`, or the prefix of
 * another issue tracker that the repository is set up for. So can seven hexadecimal digits: a commit.
 */
const TRIGGER = /[@#](?=\w)|:(?=[\w/+-])|(?<=\bwww)\.|(?<=[a-z])-(?=\d)|(?<=\bGHSA)-|\$|[\da-f]{7,}/gi;

/** What a sentence contains besides words: code in backticks, and web addresses. */
const SPECIAL = /((?<!`)`[^`]+`(?!`)|https?:\/\/[^\s<>"'`]+)/;

/** A name or an address from outside, letter for letter. */
export function code(text: string): string {
  return `<code>${html(clip(text, LONGEST))}</code>`;
}

/** A link. `href` must be built from the Hub's origin (pages.ts); `label` can come from outside. */
export function link(href: string, label: string): string {
  return `<a href="${html(href)}">${inert(oneLine(clip(label, LONGEST)))}</a>`;
}

/**
 * A sentence with words from outside. Backticks make code. A web address becomes a link only if `pages` has a
 * label for it.
 */
export function prose(text: string, pages: ReadonlyMap<string, string> = new Map()): string {
  return oneLine(clip(text, LONGEST * 2))
    .split(SPECIAL)
    .map((piece, index) => (index % 2 === 0 ? inert(piece) : special(piece, pages)))
    .join('');
}

function special(piece: string, pages: ReadonlyMap<string, string>): string {
  if (piece.startsWith('`')) return code(piece.slice(1, -1));
  const [, href = '', rest = ''] = /^(.*?)([.,;:)]*)$/.exec(piece) ?? [];
  const label = pages.get(href);
  return label === undefined ? inert(piece) : `${link(href, label)}${rest}`;
}

function inert(text: string): string {
  return text
    .split(/([&<>"'])/)
    .map((part, index) => (index % 2 === 1 ? html(part) : part.replace(TRIGGER, apart)))
    .join('');
}

/** In text nodes of its own, of at most six characters each: fewer than the hash of a commit has. */
function apart(text: string): string {
  return text.replace(/.{1,6}/g, '<span>$&</span>');
}

/** The markup of a cell. A number is aligned to the right. */
export type Cell = string | number;

/** The start of a table; its rows and {@link TABLE_END} follow. `head` names its columns. */
export function tableStart(head: readonly string[]): string {
  return `<table><thead><tr>${head.map((cell) => `<th align="left">${cell}</th>`).join('')}</tr></thead><tbody valign="top">\n`;
}

export const TABLE_END = '</tbody></table>';

/** One row. */
export function row(cells: readonly Cell[]): string {
  const markup = cells.map((cell) =>
    typeof cell === 'number' ? `<td align="right">${number(cell)}</td>` : `<td>${cell}</td>`,
  );
  return `<tr>${markup.join('')}</tr>\n`;
}

/** A whole table. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `${tableStart(head)}${rows.map(row).join('')}${TABLE_END}`;
}

/** The start of a part that is folded behind `summary` unless `open`. It ends with {@link DETAILS_END}. */
export function detailsStart(summary: string, open = false): string {
  return `<details${open ? ' open' : ''}><summary>${summary}</summary>\n`;
}

export const DETAILS_END = '\n</details>';

/** A line in small print. */
export function small(text: string): string {
  return `<p><sub>${text}</sub></p>`;
}

/**
 * The runner drops the summary of a step that is larger than 1 MiB. Some room is left for what other tools
 * add.
 */
export const MAX_SUMMARY_BYTES = 1024 * 1024 - 4096;

/** Rows of a table. */
export type Rows = Lazy<string>;

/** A part of a page: fixed markup around rows. The last rows can be left out. */
export interface Section {
  readonly open: string;
  readonly rows: Rows;
  readonly close: string;
  /**
   * Sections with the lowest priority number get room for their rows first. It does not change their order on
   * the page.
   */
  readonly priority: number;
  /** The largest share of the free room that the rows can take, from 0 to 1. The default is 1. */
  readonly share?: number;
}

/** A section without rows. */
export function block(markup: string): Section {
  return { open: markup, rows: [], close: '', priority: 0 };
}

/**
 * The sections as one page of at most `maxBytes` bytes in UTF-8, with a blank line between them. Only whole
 * rows are left out, from the ends of their sections. Below such a section, `note` says how many of how many
 * were left out. Returns undefined if not even the fixed markup fits. Takes time linear in the size of the
 * rows that fit: no others are computed.
 */
export function layOut(
  sections: readonly Section[],
  maxBytes: number,
  note: (leftOut: number, total: number) => string,
): string | undefined {
  const frames = sections.map(({ open, rows, close }) =>
    // The longest note that can become necessary: the number of rows left out only gets smaller.
    Buffer.byteLength(`${open}${close}\n\n${rows.length > 0 ? `\n\n${note(rows.length, rows.length)}` : ''}`),
  );
  let free = maxBytes - frames.reduce((sum, bytes) => sum + bytes, 0);
  if (free < 0) return undefined;

  const kept = new Map<Section, string[]>();
  for (const section of sections.toSorted((a, b) => a.priority - b.priority)) {
    const [rows, bytes] = fitting(section.rows, free * (section.share ?? 1));
    kept.set(section, rows);
    free -= bytes;
  }
  return sections
    .map((section) => {
      const rows = kept.get(section) ?? [];
      const leftOut = section.rows.length - rows.length;
      const below = leftOut > 0 ? `\n\n${note(leftOut, section.rows.length)}` : '';
      return `${section.open}${rows.join('')}${section.close}${below}\n\n`;
    })
    .join('');
}

/** The first rows, as many as fit into `room` bytes, and the bytes that they take. */
function fitting(rows: Rows, room: number): [string[], number] {
  const kept: string[] = [];
  let bytes = 0;
  for (const row of rows) {
    const next = bytes + Buffer.byteLength(row);
    if (next > room) break;
    kept.push(row);
    bytes = next;
  }
  return [kept, bytes];
}
