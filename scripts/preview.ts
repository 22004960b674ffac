/** Renders the summaries and comments of scripted runs as GitHub would, into out/preview/, as pages and (if there is Chromium) as pictures. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { renderComment } from '../src/membership/report/comment-text.ts';
import { renderSummary } from '../src/membership/report/summary.ts';
import { openBrowser, WIDTHS, WITHOUT_BROWSER } from './preview-browser.ts';
import { CASES, COMMENT_CONTEXT } from './preview-cases.ts';
import { OTHER_PAGES } from './preview-other-actions.ts';
import { previewPage } from './preview-page.ts';

const FOLDER = new URL('../out/preview/', import.meta.url);

mkdirSync(FOLDER, { recursive: true });
const browser = WITHOUT_BROWSER === undefined ? await openBrowser() : undefined;
const pages = Object.entries(CASES).flatMap(([name, result]) => [
  [name, renderSummary(result)] as const,
  [`comment-${name}`, renderComment(result, COMMENT_CONTEXT)] as const,
]);
for (const [name, markdown] of [...pages, ...Object.entries(OTHER_PAGES)]) {
  const html = previewPage(name, markdown);
  writeFileSync(new URL(`${name}.md`, FOLDER), markdown);
  writeFileSync(new URL(`${name}.html`, FOLDER), html);
  if (browser) await takePictures(browser, name, html);
  console.log(`out/preview/${name}.html  ${Buffer.byteLength(markdown)} bytes`);
}
await browser?.close();
if (WITHOUT_BROWSER !== undefined) console.log(WITHOUT_BROWSER);

async function takePictures(chromium: Browser, name: string, html: string): Promise<void> {
  for (const width of WIDTHS) {
    for (const colorScheme of ['light', 'dark'] as const) {
      // As low as a window can be: a picture is at least as high as it, and no page is that short.
      const page = await chromium.newPage({ viewport: { width, height: 100 }, colorScheme });
      await page.setContent(html);
      const path = fileURLToPath(new URL(`${name}-${width}-${colorScheme}.png`, FOLDER));
      await page.screenshot({ path, fullPage: true });
      await page.close();
    }
  }
}
