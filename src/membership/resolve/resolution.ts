import type { OutcomeCode } from '../outcome.ts';

/** Who is meant by a row or an entry, or why that is not known. */
export type Resolution =
  | {
      readonly user: string;
      /** Whether the organization's listings have the person; undefined if they could not be read to their end. */
      readonly listed: boolean | undefined;
      /** One more sentence about how the person was identified. */
      readonly note?: string;
    }
  | { readonly code: OutcomeCode; readonly message: string };
