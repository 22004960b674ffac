/** Header names are in lower case. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

const MAX_LENGTH = 300;

/**
 * What the Hub said about an error, on one line of at most 300 characters, without the token; empty if it said nothing.
 * It is for people to read and decides nothing (hub-api.md, "Base").
 */
export function errorMessage(
  { text, headers }: { readonly text: string; readonly headers: ResponseHeaders },
  redactor: TokenRedactor,
): string {
  const message = fromBody(text) ?? headerValue(headers['x-error-message']) ?? '';
  const plain = redactor
    .text(message)
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  return plain.length > MAX_LENGTH ? `${plain.slice(0, MAX_LENGTH).replace(/\p{Cs}$/u, '')}…` : plain;
}

/** Each of `error`, `message`, `errors` and `error_description`: a text, an object with a `message`, or an array of those. */
function fromBody(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return undefined;
    const { error, message, errors, error_description } = value as Record<string, unknown>;
    return textsIn([error, message, errors, error_description].flat()) || undefined;
  } catch {
    return undefined;
  }
}

/** The texts in the parts of an error body, each once; empty if there are none. */
function textsIn(parts: readonly unknown[]): string {
  const texts = parts.map((one) => {
    const text = typeof one === 'object' && one !== null && 'message' in one ? one.message : one;
    return typeof text === 'string' ? text.trim() : '';
  });
  return [...new Set(texts)].filter((text) => text !== '').join('; ');
}

/** What an id can be: it goes into files, and whatever stands in a header could come along with it. */
const REQUEST_ID = /^[\w.:;=/+-]{1,200}$/;

/** The id by which the Hub's support finds a request, or the id that the network in front of it gave. */
export function requestIdOf(headers: ResponseHeaders): string | undefined {
  return ['x-request-id', 'x-amzn-trace-id', 'x-amz-cf-id']
    .map((name) => headerValue(headers[name])?.trim())
    .find((id) => id !== undefined && REQUEST_ID.test(id));
}

/** The value of a header that can have been sent more than once: the first counts. */
export function headerValue(header: string | string[] | undefined): string | undefined {
  return [header].flat()[0];
}

/** No whole response came. */
export class NetworkError extends Error {
  override name = 'NetworkError';
  readonly code: string;
  /** False only if it is certain that the request never reached the Hub. */
  readonly sent: boolean;
  /** Whether the same request would end in the same way at any time. */
  readonly isFinal: boolean;

  constructor(
    message: string,
    details: {
      readonly code: string;
      readonly sent: boolean;
      readonly isFinal?: boolean;
      readonly cause: unknown;
    },
  ) {
    super(message, { cause: details.cause });
    this.code = details.code;
    this.sent = details.sent;
    this.isFinal = details.isFinal ?? false;
  }
}

/** Code of a request that was given up because the run was canceled: the Hub can still carry it out. */
export const GIVEN_UP = 'ECANCELED';
/** Code of a request without a response in the time that one request can take. */
export const TIMED_OUT = 'ETIMEDOUT';

/** Codes of errors that happen before a connection exists, so that nothing can have been sent over it. */
const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_PRX_CONN',
]);

/** Codes of OpenSSL and Node for a certificate that is not accepted: the handshake fails, so nothing was sent. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UND_ERR_PRX_TLS/;

/** undici says only in this message that a proxy refused to open a tunnel. */
const PROXY_REFUSAL = /^Proxy response \((\d{3})\)/;
/** Statuses of a proxy that do not change with time: it wants credentials, or forbids the destination. */
const FINAL_PROXY_STATUSES = new Set(['401', '403', '405', '407']);

/** Where requests go. */
export interface Route {
  /** Scheme, host and port of the Hub. */
  readonly origin: string;
  /** Host and port of the proxy, without credentials; undefined if the Hub is asked directly. */
  readonly proxyHost?: string | undefined;
}

/** Tells what an error of undici means for the request that it ended. */
export function networkErrorOf(error: unknown, { origin, proxyHost }: Route): NetworkError {
  const code = codeOf(error);
  const via = proxyHost === undefined ? '' : ` through the proxy ${proxyHost}`;
  const refusal = proxyHost === undefined ? undefined : PROXY_REFUSAL.exec(messageOf(error))?.[1];
  if (refusal !== undefined) {
    const message = `The proxy ${proxyHost} answered ${refusal} instead of connecting to ${origin}.`;
    const isFinal = FINAL_PROXY_STATUSES.has(refusal);
    return new NetworkError(message, { code: 'UND_ERR_PRX_CONN', sent: false, isFinal, cause: error });
  }
  // Only the request for a tunnel has a limit of this kind (http.ts).
  if (proxyHost !== undefined && code === 'UND_ERR_HEADERS_TIMEOUT') {
    const message = `The proxy ${proxyHost} did not answer when asked to connect to ${origin}.`;
    return new NetworkError(message, { code: 'UND_ERR_PRX_CONN', sent: false, cause: error });
  }
  if (CERTIFICATE.test(code)) {
    const message =
      `The certificate shown for ${origin}${via} is not trusted (${code}). If your network or Hub has its own ` +
      'certificate authority, set NODE_EXTRA_CA_CERTS in the env of the step to the path of its certificate.';
    return new NetworkError(message, { code, sent: false, isFinal: true, cause: error });
  }
  const message = `No answer from ${origin}${via} (${code}).`;
  return new NetworkError(message, { code, sent: !BEFORE_SENDING.has(code), cause: error });
}

/** The `code` of an error, of the first of several, or of its cause. */
function codeOf(error: unknown): string {
  const { code, errors, cause } = propertiesOf(error);
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0]);
  if (typeof code === 'string') return code;
  return cause === undefined ? 'UNKNOWN' : codeOf(cause);
}

function messageOf(error: unknown): string {
  return String(propertiesOf(error)['message'] ?? '');
}

function propertiesOf(error: unknown): Readonly<Record<string, unknown>> {
  return typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
}

export interface TokenRedactor {
  /** `text` without the token. */
  text(text: string): string;
  /** The value of a JSON text, without the token in any of its strings. Throws a SyntaxError if `text` is not JSON. */
  parseJson(text: string): unknown;
}

/** An escape sequence that can stand for a character of a token: `\u0068`, `\"`, `\\`, `\/`. */
const ESCAPED_ASCII = /\\(u00[2-7]|["\\/])/i;

/** Removes the token from everything that the Hub, or something on the way to it, echoes. */
export function createTokenRedactor(token: string): TokenRedactor {
  const redact = (text: string) => (token === '' ? text : text.replaceAll(token, '***'));

  function redactValue(value: unknown): unknown {
    if (typeof value === 'string') return redact(value);
    if (Array.isArray(value)) return value.map(redactValue);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [redact(key), redactValue(part)] as const),
    );
  }

  return {
    text: redact,
    parseJson(text) {
      const value: unknown = JSON.parse(redact(text));
      // A walk over every string takes as long as parsing, so it is made only if escapes could hide the token.
      return ESCAPED_ASCII.test(text) ? redactValue(value) : value;
    },
  };
}
