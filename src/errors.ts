/** Something that the user can fix: an input, a file, a setting. `message` says what, where, and what to write instead. */
export class InputError extends Error {
  override name = 'InputError';
}

/** How a request to the Hub failed; the cases are explained at the constructor of {@link HubError}. */
export type HubErrorKind = 'refused' | 'lost' | 'unavailable' | 'rate-limited' | 'cancelled';

export interface HubErrorDetails {
  /** HTTP status of the last response; absent if there was none. */
  readonly status?: number;
  /** The Hub's `X-Error-Code`, or the network's code (`ECONNREFUSED`). */
  readonly code?: string;
  readonly cause?: unknown;
}

/** A request that brought no usable response. `message` is fit for the log: one line, without the token. */
export class HubError extends Error {
  override name = 'HubError';
  readonly kind: HubErrorKind;
  readonly status: number | undefined;
  readonly code: string | undefined;

  /**
   * - `refused`: the Hub said no (4xx, or a redirect that is not followed). Nothing was changed.
   * - `lost`: a write was sent, but its result is unknown. Read before sending anything again.
   * - `unavailable`: no usable response after all attempts, and nothing was changed.
   * - `rate-limited`: the quota is used up and waiting for it would take longer than is allowed.
   * - `cancelled`: the run was canceled before this request was sent or answered.
   */
  constructor(kind: HubErrorKind, message: string, details: HubErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.status = details.status;
    this.code = details.code;
  }
}

/** A failure of the whole run or a whole group: its cause, and what an administrator can do about it. */
export class RunError extends Error {
  override name = 'RunError';
  readonly remedy: string;

  constructor(message: string, remedy: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** An unexpected error, of any type that can be thrown: a bug of this action, to be reported. */
export function unforeseen(error: unknown): RunError {
  const text = error instanceof Error ? error.message : String(error);
  return new RunError(
    `Something unforeseen happened, which is a mistake in this action: ${text}.`,
    'Please report it.',
    { cause: error },
  );
}

/** What is wrong and, if that is known, what to do about it: the one message that a person reads of an error. */
export function messageWithRemedy(error: unknown): string {
  if (error instanceof InputError || error instanceof HubError) return error.message;
  const { message, remedy } = error instanceof RunError ? error : unforeseen(error);
  return `${message} ${remedy}`.trim();
}
