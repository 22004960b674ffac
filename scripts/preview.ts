/** Renders the summaries of scripted runs as GitHub would, into out/preview/, to be looked at. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { renderSummary } from '../src/report/summary.ts';
import { CASES } from './preview-cases.ts';
import { previewPage } from './preview-page.ts';

const folder = new URL('../out/preview/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, result] of Object.entries(CASES)) {
  const markdown = renderSummary(result);
  writeFileSync(new URL(`${name}.md`, folder), markdown);
  writeFileSync(new URL(`${name}.html`, folder), previewPage(name, markdown));
  console.log(`out/preview/${name}.html  ${Buffer.byteLength(markdown)} bytes`);
}
