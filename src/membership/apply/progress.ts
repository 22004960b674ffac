import { duration, number } from '../../text/words.ts';

/** Time to go, in seconds, from which on it is worth telling. */
const LONG = 10;

/** How far something has come. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Since it began. */
  readonly elapsedSeconds: number;
}

/**
 * One line about the progress of `name`: `Cohort 2024: 150 of 400 people done, about 1 min 40 s to go (until 09:42:10 UTC)`.
 * The end is told of long runs only, as if the rest went on at the same pace from `now` (milliseconds since 1970).
 */
export function progressLine(name: string, { done, total, elapsedSeconds }: Progress, now: number): string {
  const line = `${name}: ${number(done)} of ${number(total)} people done`;
  const left = done > 0 ? (elapsedSeconds / done) * (total - done) : 0;
  if (left < LONG) return line;
  const end = new Date(now + left * 1000).toISOString().slice(11, 19);
  return `${line}, about ${duration(left)} to go (until ${end} UTC)`;
}
