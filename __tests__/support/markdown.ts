import { renderTree } from '../../scripts/preview-page.ts';

/** A node of the sanitised page. */
export interface Node {
  readonly type: string;
  readonly tagName?: string;
  readonly value?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly children?: readonly Node[];
}

/** What GitHub would show of `markdown`, as a tree. */
export function rendered(markdown: string): Node {
  return renderTree(markdown) as Node;
}

/** `node` and everything in it, with the elements that each lies in. */
export function* nodesOf(node: Node, within: readonly string[] = []): Generator<[Node, readonly string[]]> {
  yield [node, within];
  const inside = node.tagName === undefined ? within : [...within, node.tagName];
  for (const child of node.children ?? []) yield* nodesOf(child, inside);
}

/**
 * What GitHub, after sanitizing, makes a mention, a reference to an issue, a commit or an advisory, an emoji, a link or a
 * formula of. It looks at one text node at a time, and not at code.
 */
export const ACTIVE = /@[a-z\d]|#\d|[a-z]-\d|\bGHSA-|[\da-f]{7}|:[\w+-]+:|https?:\/\/\w|\bwww\.\w|\$[^$]+\$/i;

/** The text of `node` as a reader sees it. */
export function textOf(node: Node): string {
  return node.value ?? (node.children ?? []).map(textOf).join('');
}

/** Every element of that name. */
export function elements(root: Node, tagName: string): Node[] {
  return [...nodesOf(root)].map(([node]) => node).filter((node) => node.tagName === tagName);
}

/** The texts of the rows of the table that has `heading` as its first column's name and the most rows. */
export function tableRows(root: Node, heading: string): string[][] {
  const tables = elements(root, 'table').filter(
    (table) => textOf(elements(table, 'th')[0] ?? table) === heading,
  );
  return tables.flatMap((table) =>
    elements(table, 'tr')
      .slice(1)
      .map((row) => elements(row, 'td').map(textOf)),
  );
}
