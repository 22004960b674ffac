/** A request as the Hub received it. Times are `performance.now()` milliseconds. */
export interface RecordedRequest {
  /** The `X-Request-Id` of its answer. */
  id: string;
  method: string;
  /** Method and pattern of the path, as in the table of hub-api.md: `DELETE …/resource-groups/{group}/users/{user}`. */
  route: string;
  /** `1.1` or `2.0` */
  httpVersion: string;
  /** Decoded, but otherwise as it was sent: `..` stays. */
  path: string;
  /** Path and query as they were sent. */
  url: string;
  query: Record<string, string>;
  headers: Record<string, string | string[] | undefined>;
  /** Parsed JSON; undefined if there was none. */
  body: unknown;
  at: number;
  /** When the answer was handed over, or the connection ended without one. */
  finishedAt?: number;
  /** Absent if the answer was never given in full. */
  status?: number;
  /** Kind of the fault that struck. */
  fault?: string;
  /** Bytes of the body that were handed over, for the faults that stream one. */
  sentBytes?: number;
  /** Whether it changed what is on the Hub. */
  applied?: boolean;
}

export type FaultKind =
  | 'reset'
  | 'hang'
  | 'stall'
  | 'truncate'
  | 'wrong-json'
  | 'html'
  | 'empty'
  | 'redirect'
  | 'status'
  | 'delay'
  | 'drop'
  | 'goaway'
  | 'endless'
  | 'huge'
  | 'slow'
  | 'broken-gzip'
  | 'gzip-bomb';

export interface Fault {
  kind: FaultKind;
  /** Instead of the Hub's work (default), or in place of the answer after it. */
  when?: 'before' | 'after';
  /** All of it has to fit. `nth`: only the nth request that fits the rest, from 1. */
  match?: {
    method?: string;
    /** Part of the decoded path, or a pattern for it. */
    path?: RegExp | string;
    /** A user that the body or the path names. */
    user?: string;
    nth?: number;
  };
  /** How often it strikes, once by default, after the first `skip` requests that fit. */
  times?: number;
  skip?: number;
  status?: number;
  headers?: Record<string, string>;
  /** Text as it is, anything else as JSON. */
  body?: unknown;
  location?: string;
  /** Wait before it strikes, in milliseconds. */
  delayMs?: number;
  /** Size of the body of `huge` and, unpacked, of `gzip-bomb`. Default 64 MiB. */
  bytes?: number;
  /** Of `slow`. Default 1,024. */
  bytesPerSecond?: number;
}
