/** Something that the user can mend: an input, a file, a setting. `message` says what, where, and what to write instead. */
export class InputError extends Error {
  override name = 'InputError';
}

/** What kind of trouble a request to the Hub ended in; see the cases at {@link HubError.kind}. */
export type HubErrorKind = 'refused' | 'lost' | 'unavailable' | 'rate-limited' | 'cancelled';

export interface HubErrorDetails {
  /** HTTP status of the last answer; absent where there was none. */
  readonly status?: number;
  /** The Hub's `X-Error-Code`, or the network's code (`ECONNREFUSED`). */
  readonly code?: string;
  /** The Hub's `X-Request-Id`, for a question to its support. */
  readonly requestId?: string;
  readonly cause?: unknown;
}

/** A request that did not end in a usable answer. `message` is fit for the log: one line, without the token. */
export class HubError extends Error {
  override name = 'HubError';
  readonly kind: HubErrorKind;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;

  /**
   * - `refused`: the Hub answered and said no (4xx, or a redirect that is not followed). Nothing was changed.
   * - `lost`: a write was sent and what became of it is unknown. Read before sending anything again.
   * - `unavailable`: no usable answer after every attempt that is allowed, and nothing was changed.
   * - `rate-limited`: the quota is used up and waiting for it would take longer than is allowed.
   * - `cancelled`: the run was stopped from outside before this request was sent or answered.
   */
  constructor(kind: HubErrorKind, message: string, details: HubErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.status = details.status;
    this.code = details.code;
    this.requestId = details.requestId;
  }
}

/** Trouble that concerns the whole run, or a whole group: its cause and what to do about it, in words for an administrator. */
export class RunError extends Error {
  override name = 'RunError';
  readonly remedy: string;

  constructor(message: string, remedy: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** An error that nothing here foresaw, whatever was thrown, as what it is: a mistake of ours, to be reported. */
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
