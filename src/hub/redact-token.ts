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
