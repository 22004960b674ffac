import type { Lazy } from './chunked.ts';

/** The runner drops a step's summary that is larger than 1 MiB; some room is left for what another tool may add. */
export const MAX_SUMMARY_BYTES = 1024 * 1024 - 4096;

/** Rows of a table. */
export type Rows = Lazy<string>;

/** A part of a page: fixed markup around rows, of which the last ones may be left out. */
export interface Section {
  readonly open: string;
  readonly rows: Rows;
  readonly close: string;
  /** The order in which sections get room for their rows, lowest first; they stand on the page in the order given. */
  readonly turn: number;
  /** The largest part of the room still free that the rows may take, from 0 to 1; 1 where absent. */
  readonly share?: number;
}

/** A section without rows. */
export function block(markup: string): Section {
  return { open: markup, rows: [], close: '', turn: 0 };
}

/**
 * The sections as one page of at most `maxBytes` bytes in UTF-8, with a blank line between them. Only whole rows are left
 * out, from the ends of their sections, and `note` says below such a section how many of how many.
 * Undefined where not even the fixed markup fits. Takes time linear in the size of the rows that fit: no others are made.
 */
export function layOut(
  sections: readonly Section[],
  maxBytes: number,
  note: (leftOut: number, total: number) => string,
): string | undefined {
  const frames = sections.map(({ open, rows, close }) =>
    // The longest note that can become necessary: numbers only get shorter from here.
    Buffer.byteLength(`${open}${close}\n\n${rows.length > 0 ? `\n\n${note(rows.length, rows.length)}` : ''}`),
  );
  let free = maxBytes - frames.reduce((sum, bytes) => sum + bytes, 0);
  if (free < 0) return undefined;

  const kept = new Map<Section, string[]>();
  for (const section of sections.toSorted((a, b) => a.turn - b.turn)) {
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

/** The rows from the first on that fit into `room` bytes, and the bytes that they take. */
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
