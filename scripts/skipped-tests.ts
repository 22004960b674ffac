import { WITHOUT_BROWSER } from './preview-browser.ts';

/** Ends a test run that had no Chromium with what brings it: a reporter of Jest. */
// biome-ignore lint/style/noDefaultExport: Jest looks for it.
export default class SkippedTests {
  onRunComplete(_contexts: unknown, { numPendingTests }: { numPendingTests: number }): void {
    if (WITHOUT_BROWSER === undefined || numPendingTests === 0) return;
    process.stderr.write(`\n${numPendingTests} tests were skipped. ${WITHOUT_BROWSER}\n`);
  }
}
