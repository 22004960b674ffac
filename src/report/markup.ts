import { clip, html, oneLine } from './text.ts';

/*
 * Everything here gives back HTML rather than Markdown: inside an HTML block nothing is read as Markdown until the first
 * blank line, and nothing here holds a line end, so that escaping is all that text from outside needs. What GitHub does to
 * text afterwards (mentions, issue numbers, emoji, bare addresses) is kept off by `code`, `link` or `prose`.
 */

/** Longest text that one cell, name or sentence shows, in characters; names and e-mails are shorter by rule. */
const LONGEST = 400;

/** Where GitHub would find a mention, an issue, an emoji or an address in text: it looks at one text node at a time. */
const TRIGGER = /[@#](?=\w)|:(?=[\w/+-])|\.(?=\w)|(?<=\bGH)-(?=\d)/gi;

/** What a sentence holds besides words: code in backticks, and addresses. */
const SPECIAL = /(`[^`]+`|https?:\/\/[^\s<>"'`]+)/;

/** A name or an address from outside, letter for letter. */
export function code(text: string): string {
  return `<code>${html(clip(text, LONGEST))}</code>`;
}

/** A link; `href` must be built from the Hub's origin (pages.ts), `label` may come from outside. */
export function link(href: string, label: string): string {
  return `<a href="${html(href)}">${html(clip(label, LONGEST))}</a>`;
}

/**
 * A sentence that may hold words from outside. Backticks make code; an address becomes a link only where it is one of
 * `pages`, without its scheme and query as the label.
 */
export function prose(text: string, pages: ReadonlySet<string> = new Set()): string {
  return oneLine(clip(text, LONGEST * 2))
    .split(SPECIAL)
    .map((piece, index) => (index % 2 === 0 ? inert(piece) : special(piece, pages)))
    .join('');
}

function special(piece: string, pages: ReadonlySet<string>): string {
  if (piece.startsWith('`')) return `<code>${html(piece.slice(1, -1))}</code>`;
  const [, href = '', rest = ''] = /^(.*?)([.,;:)]*)$/.exec(piece) ?? [];
  if (!pages.has(href)) return inert(piece);
  return `${link(href, href.replace(/^https?:\/\/|\?.*$/g, ''))}${rest}`;
}

function inert(text: string): string {
  return text
    .split(/([&<>"'])/)
    .map((part, index) => (index % 2 === 1 ? html(part) : part.replace(TRIGGER, '<span>$&</span>')))
    .join('');
}

/** The start of a table whose rows follow: `head` names its columns. */
export function tableStart(head: readonly string[]): string {
  return `<table><thead><tr>${head.map((cell) => `<th align="left">${cell}</th>`).join('')}</tr></thead><tbody>\n`;
}

export const TABLE_END = '</tbody></table>';

/** One row of ready-made cells. */
export function row(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td valign="top">${cell}</td>`).join('')}</tr>\n`;
}

/** A whole table of ready-made cells. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${tableStart(head)}${rows.map(row).join('')}${TABLE_END}`;
}

/** The start of a part that is folded away behind `summary` unless `open`; it ends with {@link DETAILS_END}. */
export function detailsStart(summary: string, open = false): string {
  return `<details${open ? ' open' : ''}><summary>${summary}</summary>\n`;
}

export const DETAILS_END = '\n</details>';

/** A line in small print. */
export function small(text: string): string {
  return `<p><sub>${text}</sub></p>`;
}
