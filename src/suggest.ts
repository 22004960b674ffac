import { distance } from 'fastest-levenshtein';

/**
 * The candidate that somebody who wrote `word` most likely meant, in its own spelling; `undefined` where none is near.
 * Near is at most one edit in three letters, whatever the case; the first of equally near ones wins.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let fewest = Math.floor(wanted.length / 3) + 1;
  for (const candidate of candidates) {
    const edits = distance(wanted, candidate.toLowerCase());
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}
