import type { RosterFile } from './entry.ts';

/**
 * The comment that a `retry-csv` begins with. A roster with it is only a part of the whole, so no one may be
 * removed because it does not name them. No comma or quote, so that a spreadsheet that saves the file leaves
 * it as it is.
 */
export const RETRY_MARK = '# Part of a roster: only the rows that were missing or failed in an earlier run';

/** Whether a file begins with the mark, after a byte-order mark perhaps. */
export function beginsWithRetryMark({ bytes }: RosterFile): boolean {
  const head = Buffer.from(bytes.subarray(0, 2 * RETRY_MARK.length + 16)).toString('utf8');
  return head
    .replaceAll('\0', '')
    .replace(/^[\ufeff\ufffd"\s]+/, '')
    .startsWith(RETRY_MARK);
}
