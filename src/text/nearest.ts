import { distance } from 'fastest-levenshtein';
import { foldCase } from './fold-case.ts';

/**
 * The candidate that is probably meant by `word`, in the candidate's own spelling, or undefined if none is
 * near. Near means one edit in two to four letters, two in five to seven, and so on, ignoring case. Two
 * swapped letters are two edits. Of equally near candidates the first is returned.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = foldCase(word);
  let best: string | undefined;
  let fewest = Math.floor((wanted.length + 1) / 3) + 1;
  for (const candidate of candidates) {
    const edits = distance(wanted, foldCase(candidate));
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}
