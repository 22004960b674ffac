import { foldCase } from '../text/fold-case.ts';

/** A link of a `Link` header (RFC 8288). */
export interface Link {
  readonly target: string;
  /** The relation types of its `rel`, in lower case. */
  readonly relations: readonly string[];
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = '"(?:[^"\\\\]|\\\\.)*"';
const PARAMETER = new RegExp(`[ \\t]*;[ \\t]*(?:(${TOKEN})[ \\t]*(?:=[ \\t]*(${TOKEN}|${QUOTED}))?)?`, 'y');
const TARGET = /[ \t]*<([^>]*)>/y;
/** What may stand between two links: empty elements of the list, too. */
const SEPARATOR = /[ \t]*(?:,[ \t]*)+|[ \t]*$/y;

/** All links of one or several `Link` headers; undefined if any of them cannot be read. */
export function parseLinks(header: string | string[] | undefined): Link[] | undefined {
  const links: Link[] = [];
  for (const text of [header ?? []].flat()) {
    let at = match(SEPARATOR, text, 0)?.end ?? 0;
    while (at < text.length) {
      const target = match(TARGET, text, at);
      if (target === undefined) return undefined;
      const { relations, end } = parametersFrom(text, target.end);
      const separator = match(SEPARATOR, text, end);
      if (separator === undefined) return undefined;
      links.push({ target: target.groups[0] ?? '', relations });
      at = separator.end;
    }
  }
  return links;
}

/** The first `rel` among the parameters from `start` on, and where they end. */
function parametersFrom(text: string, start: number): { relations: string[]; end: number } {
  let relations: string[] | undefined;
  let end = start;
  for (let next = match(PARAMETER, text, end); next !== undefined; next = match(PARAMETER, text, end)) {
    const [name = '', value = ''] = next.groups;
    if (foldCase(name) === 'rel') relations ??= foldCase(unquoted(value)).split(/\s+/);
    end = next.end;
  }
  return { relations: relations ?? [], end };
}

function match(
  pattern: RegExp,
  text: string,
  at: number,
): { groups: (string | undefined)[]; end: number } | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found === null ? undefined : { groups: found.slice(1), end: pattern.lastIndex };
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
