/** JSON values that are written one after the other, as the bytes that go over the wire. */
export interface ByteList {
  append(json: string): void;
  /** What is in it now. Later additions do not touch these bytes, so that they may be on their way meanwhile. */
  bytes(): Buffer;
}

/** A comma-separated list of JSON values that grows without being written anew: a group answers each POST in full. */
export function createByteList(values: Iterable<string>): ByteList {
  let buffer = Buffer.from(Array.from(values).join(','));
  let length = buffer.length;

  function append(json: string): void {
    const text = length === 0 ? json : `,${json}`;
    const wanted = length + Buffer.byteLength(text);
    if (wanted > buffer.length) {
      const larger = Buffer.allocUnsafe(wanted * 2);
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
    length += buffer.write(text, length);
  }

  return { append, bytes: () => buffer.subarray(0, length) };
}
