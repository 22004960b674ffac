import { readFileSync } from 'node:fs';
import rehypeRaw from 'rehype-raw';
import rehypeSanitize from 'rehype-sanitize';
import rehypeStringify from 'rehype-stringify';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';

const STYLESHEET = new URL('../node_modules/github-markdown-css/github-markdown.css', import.meta.url);

/** Room around the text, as on the page of a run. */
const PAGE_STYLE = `body { box-sizing: border-box; max-width: 1012px; margin: 0 auto; padding: 32px; background: var(--bgColor-default) }
@media (max-width: 767px) { body { padding: 16px } }`;

// The default schema of rehype-sanitize is GitHub's list of what markup may hold.
const PIPELINE = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw)
  .use(rehypeSanitize)
  .use(rehypeStringify)
  .freeze();

/** What GitHub would show of `markdown`, as a tree of elements (hast). */
export function renderTree(markdown: string): object {
  return PIPELINE.runSync(PIPELINE.parse(markdown));
}

/** The HTML that GitHub would make of `markdown`: parsed as GitHub-flavoured Markdown, then sanitised. */
export function renderMarkdown(markdown: string): string {
  return String(PIPELINE.processSync(markdown));
}

/** A whole page that shows `markdown` as GitHub would. */
export function previewPage(title: string, markdown: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${readFileSync(STYLESHEET, 'utf8')}</style><style>${PAGE_STYLE}</style></head>
<body class="markdown-body">
${renderMarkdown(markdown)}
</body></html>
`;
}
