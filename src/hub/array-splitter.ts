const [QUOTE, COMMA, OPEN_ARRAY, BACKSLASH, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('",[\\]{}');

export interface ArraySplitter {
  /** The next bytes of the text. */
  write(chunk: Uint8Array): void;
  /** Whether the text so far is a whole array, provided that each of its elements is JSON. */
  isWhole(): boolean;
}

/**
 * Cuts the JSON text of an array (RFC 8259, in UTF-8) into the texts of its elements and hands them over one by one.
 * It looks at strings and brackets only: whether an element is JSON is for its parser to say.
 */
export function createArraySplitter(onElement: (json: string) => void): ArraySplitter {
  /** How many brackets are open: none before the array, and none after it. */
  let depth = 0;
  let inString = false;
  let escaped = false;
  let started = false;
  let broken = false;
  let elements = 0;
  /** What earlier chunks brought of the element under way. */
  let begun: Uint8Array[] = [];

  function finish(rest: Uint8Array, isLast: boolean): void {
    const text = Buffer.concat([...begun, rest]).toString();
    begun = [];
    if (isLast && elements === 0 && text.trim() === '') return;
    elements += 1;
    onElement(text);
  }

  return {
    write(chunk) {
      let from = 0;
      for (let at = 0; at < chunk.length; at++) {
        const byte = chunk[at];
        if (inString) {
          if (escaped) escaped = false;
          else if (byte === BACKSLASH) escaped = true;
          else if (byte === QUOTE) inString = false;
        } else if (depth === 0) {
          if (byte === OPEN_ARRAY && !started) {
            started = true;
            depth = 1;
            from = at + 1;
          } else if (!isSpace(byte)) {
            broken = true;
          }
        } else if (byte === QUOTE) {
          inString = true;
        } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
          depth += 1;
        } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
          depth -= 1;
          if (depth > 0) continue;
          if (byte === CLOSE_OBJECT) broken = true;
          finish(chunk.subarray(from, at), true);
        } else if (byte === COMMA && depth === 1) {
          finish(chunk.subarray(from, at), false);
          from = at + 1;
        }
      }
      if (depth > 0) begun.push(chunk.subarray(from));
    },
    isWhole: () => started && depth === 0 && !broken,
  };
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
