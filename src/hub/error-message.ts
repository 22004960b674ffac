import type { HttpResponse } from './http.ts';

const LONGEST = 300;

/**
 * The Hub's own words about an error, on one line of at most 300 characters, with the token blotted out; empty where it said nothing.
 * They are for people to read and decide nothing (hub-api.md, "Base").
 */
export function errorMessage(answer: HttpResponse, token: string): string {
  const text = fromBody(answer.text) ?? headerValue(answer.headers['x-error-message']) ?? '';
  const plain = text
    .replaceAll(token, '***')
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST).replace(/\p{Cs}$/u, '')}…` : plain;
}

function fromBody(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return undefined;
    const { error, message } = value as { error?: unknown; message?: unknown };
    return [error, message].find((text) => typeof text === 'string' && text !== '') as string | undefined;
  } catch {
    return undefined;
  }
}

/** The value of a header that may have been sent more than once. */
export function headerValue(header: string | string[] | undefined): string | undefined {
  return [header].flat()[0];
}
