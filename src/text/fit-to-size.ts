import type { Lazy } from './chunked.ts';

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
