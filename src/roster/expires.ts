import { quoted } from '../text/quoted.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
/** RFC 3339, 5.6, with the space that it allows in place of the `T`. */
const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ]([01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * The last moment of a membership that ends at `text`, in milliseconds since 1970: the end of that day in UTC
 * for `YYYY-MM-DD`, or the moment of an RFC 3339 time with an offset. Undefined if it is neither, or no day
 * of a calendar.
 */
export function parseExpiry(text: string): number | undefined {
  const [, year, month, day] = DATE.exec(text) ?? DATE_TIME.exec(text) ?? [];
  if (year === undefined) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (midnight.toISOString().slice(0, 10) !== `${year}-${month}-${day}`) return undefined;
  if (DATE.test(text)) return midnight.getTime() + DAY_MS - 1;
  // A leap second is the last moment of its minute here: Date knows none.
  const moment = Date.parse(
    text
      .toUpperCase()
      .replace(' ', 'T')
      .replace(/:60(?=[.Z+-])/, ':59'),
  );
  return Number.isNaN(moment) ? undefined : moment;
}

/** What to say of a cell that is not an end date. */
export function notAnExpiry(text: string): string {
  return `${quoted(text)} is not an end date. Write the last day as \`YYYY-MM-DD\`, for example \`2027-01-31\`, or a time with an offset, for example \`2027-01-31T18:00:00+01:00\`. If the column is something else, add the line \`expires = -\` to the input \`csv-columns\`.`;
}
