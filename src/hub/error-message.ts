import type { TokenRedactor } from './redact-token.ts';

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

/** `error` as a text, an array of texts, or an object with a `message`; then `message`, `errors` and `error_description`. */
function fromBody(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return undefined;
    const { error, message, errors, error_description } = value as Record<string, unknown>;
    return [error, message, errors, error_description].map(textsIn).find((text) => text !== '');
  } catch {
    return undefined;
  }
}

/** The texts in a part of an error body, each once; empty if there are none. */
function textsIn(part: unknown): string {
  const texts = [part].flat().map((one) => {
    const text = typeof one === 'object' && one !== null && 'message' in one ? one.message : one;
    return typeof text === 'string' ? text.trim() : '';
  });
  return [...new Set(texts)].filter((text) => text !== '').join('; ');
}

/** The id by which the Hub's support finds a request, or the id that the network in front of it gave. */
export function requestIdOf(headers: ResponseHeaders): string | undefined {
  return ['x-request-id', 'x-amzn-trace-id', 'x-amz-cf-id']
    .map((name) => headerValue(headers[name])?.trim())
    .find((id) => id !== undefined && id !== '');
}

/** The value of a header that can have been sent more than once: the first counts. */
export function headerValue(header: string | string[] | undefined): string | undefined {
  return [header].flat()[0];
}
