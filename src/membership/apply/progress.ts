import { duration, number } from '../../text/words.ts';

/** Seconds to go, above which the estimate is worth telling. */
const LONG = 10;

/** How many people were processed. */
export interface Progress {
  readonly done: number;
  /** How many of them were refused alone so far. */
  readonly refused: number;
  readonly total: number;
}

/**
 * One line: `Cohort 2024: 150 of 400 people processed, 2 refused; about 1 min 40 s left (until 09:42:10 UTC)`.
 * The estimate is for long runs only, at the same pace from `now` on.
 */
export function progressLine(
  name: string,
  { done, refused, total }: Progress,
  elapsedMs: number,
  now: Date,
): string {
  const refusals = refused > 0 ? `, ${number(refused)} refused` : '';
  const line = `${name}: ${number(done)} of ${number(total)} people processed${refusals}`;
  const seconds = done > 0 ? (elapsedMs / 1000 / done) * (total - done) : 0;
  if (seconds < LONG) return line;
  const end = new Date(now.getTime() + seconds * 1000).toISOString().slice(11, 19);
  return `${line}; about ${duration(seconds)} left (until ${end} UTC)`;
}
