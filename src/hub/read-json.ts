import { safeParse } from 'valibot';
import { createArraySplitter } from './array-splitter.ts';
import type { Schema } from './schemas.ts';

/** Up to so many bytes, an array is parsed as a whole, which is quicker: a page of 10,000 members is smaller. */
const SMALL = 8 * 1024 * 1024;

/** The body of an answer. */
export interface Body extends AsyncIterable<Uint8Array> {
  text(): Promise<string>;
}

/**
 * Reads `body` as JSON and checks its shape; undefined where it is something else. Rejects where the body breaks off.
 * An array of more than `small` bytes is read element by element while it arrives, and only what the shape names is kept:
 * all groups of a large organization are hundreds of megabytes. `clean` is applied to all text before it is looked at.
 */
export async function readJson<T>(
  body: Body,
  schema: Schema<T>,
  clean: (text: string) => string,
  small: number = SMALL,
): Promise<{ readonly value: T } | undefined> {
  const element = elementOf(schema);
  if (element === undefined) return parsed(clean(await body.text()), schema);
  const values: unknown[] = [];
  let usable = true;
  const splitter = createArraySplitter((text) => {
    const result = usable ? parsed(clean(text), element) : undefined;
    if (result === undefined) usable = false;
    else values.push(result.value);
  });
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes <= small) continue;
    for (const one of held) splitter.write(one);
    held = [];
  }
  if (bytes <= small) return parsed(clean(Buffer.concat(held).toString()), schema);
  return usable && splitter.isWhole() ? { value: values as T } : undefined;
}

function elementOf(schema: Schema<unknown>): Schema<unknown> | undefined {
  return schema.type === 'array' && 'item' in schema ? (schema.item as Schema<unknown>) : undefined;
}

function parsed<T>(text: string, schema: Schema<T>): { readonly value: T } | undefined {
  try {
    const result = safeParse(schema, JSON.parse(text));
    return result.success ? { value: result.output } : undefined;
  } catch {
    return undefined;
  }
}
