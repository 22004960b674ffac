import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, WIDTHS, WITHOUT_BROWSER } from '../../../scripts/preview-browser.ts';
import { CASES, COMMENT_CONTEXT } from '../../../scripts/preview-cases.ts';
import { run } from '../../../scripts/preview-outcomes.ts';
import { previewPage } from '../../../scripts/preview-page.ts';
import { renderComment } from '../../../src/membership/report/comment-text.ts';
import { renderSummary } from '../../../src/membership/report/summary.ts';

/** What is there to see on a page, found out inside the browser. */
interface Seen {
  readonly overflow: number;
  readonly unevenRows: number;
  readonly rows: number;
  readonly visibleRows: number;
  readonly strangers: readonly string[];
  readonly markdown: readonly string[];
}

// A string, since the code runs in the browser, and there is no DOM in this project's types.
const LOOK = `(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const width = (row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
  const uneven = all('table').flatMap((table) => [...table.rows].filter((row) => width(row) !== width(table.rows[0])));
  const allowed = new Set('H2 H3 P TABLE THEAD TBODY TR TH TD A CODE SPAN B BR SUB DETAILS SUMMARY'.split(' '));
  const text = [...document.body.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim());
  return {
    overflow: document.documentElement.scrollWidth - innerWidth,
    unevenRows: uneven.length,
    rows: all('tbody tr').length,
    visibleRows: all('tbody tr').filter((row) => row.checkVisibility() && row.getBoundingClientRect().height > 0).length,
    strangers: all('body *').map((element) => element.tagName).filter((name) => !allowed.has(name)).concat(
      all('a').map((a) => a.href).filter((href) => !/^https:..(huggingface[.]co|github[.]com.acme.people)[/]/.test(href))),
    markdown: text.filter((line) => line !== ''),
  };
})()`;

(WITHOUT_BROWSER === undefined ? describe : describe.skip)('in Chromium', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await openBrowser();
    page = await browser.newPage();
  });

  afterAll(async () => {
    await browser?.close();
  });

  const look = async () => (await page.evaluate(LOOK)) as Seen;

  const commented = ['dry-run-sync', 'mixed', 'bad-input', 'many-groups', 'hostile'];
  const pages = [
    ...Object.entries(CASES).map(([name, result]) => [name, renderSummary(result)] as const),
    ...commented.map(
      (name) => [`comment: ${name}`, renderComment(CASES[name] ?? run({}), COMMENT_CONTEXT)] as const,
    ),
  ].flatMap(([name, markdown]) => WIDTHS.map((width) => [name, width, markdown] as const));
  test.each(pages)('%s, %d pixels wide', async (name, width, markdown) => {
    let dialogs = 0;
    page.once('dialog', (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
    await page.setViewportSize({ width, height: 800 });
    await page.setContent(previewPage(name, markdown));

    const before = await look();
    const folds = await page.locator('details').count();
    expect(before).toMatchObject({ overflow: 0, unevenRows: 0, strangers: [], markdown: [] });
    if (folds === 0) expect(before.visibleRows).toBe(before.rows);
    else expect(before.visibleRows).toBeLessThan(before.rows);

    for (const summary of await page.locator('summary').all()) await summary.click();
    const after = await look();
    expect(after).toMatchObject({ overflow: 0, unevenRows: 0, rows: before.rows, visibleRows: before.rows });
    if (folds > 0) await page.locator('summary').last().click();
    if (folds > 0) expect((await look()).visibleRows).toBeLessThan(before.rows);
    expect(dialogs).toBe(0);
  });
});
