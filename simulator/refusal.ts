/** A request that the Hub turns down. Thrown by the rules, worded when it is answered. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  readonly code: string;
  /** More keys of the JSON body. */
  readonly extra: Record<string, unknown>;

  constructor(status: number, code: string, message: string, extra: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

/** 400: the request itself is wrong. */
export function invalid(message: string): Refusal {
  return new Refusal(400, 'InvalidRequest', message);
}

/** 404 for an organization, a group or a user. */
export function notFound(what: string): Refusal {
  return new Refusal(404, 'NotFound', `${what} not found`);
}

/** 403, for whatever reason. */
export function forbidden(code: string, message: string): Refusal {
  return new Refusal(403, code, message);
}

/** In place of the body of a request whose text was no JSON. */
export const MALFORMED = Symbol('malformed');
