/**
 * Takes the pictures of the README, 760 pixels wide at twice the resolution, light and dark. Needs Chromium,
 * pngquant and webp (Debian packages), because `uses:` downloads them too: a picture has at most 60 kB.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderSummary } from '../src/membership/report/summary.ts';
import { parseRoster } from '../src/roster/roster.ts';
import { html } from '../src/text/one-line.ts';
import { openBrowser, WITHOUT_BROWSER } from './preview-browser.ts';
import { crowd, outcome, run } from './preview-cases.ts';
import { previewPage } from './preview-page.ts';

/** Two causes, so that the texts stay readable at the width of the README. */
const SUMMARY = run({
  outcomes: [
    ...crowd(38, 'added'),
    outcome({ code: 'not-in-organization', input: 'grace', line: 41 }),
    outcome({ code: 'email-not-found', input: 'ada.l@acme.com', user: null, line: 57 }),
  ],
});

const ROSTER = [
  'user,role,resource-group',
  'ada@acme.com,read,Cohort 2024',
  'grace-hopper,viewer,Cohort 2024',
];

/** The changed lines of a pull request, with the annotation that the action leaves on one of them. */
function annotationPage(): string {
  const bytes = Buffer.from(ROSTER.join('\n'));
  const { problems } = parseRoster({
    files: [{ path: 'members.csv', bytes }],
    role: 'read',
    hasDefaultGroup: false,
  });
  const [problem] = problems;
  if (problem?.location === undefined || !('line' in problem.location))
    throw new Error('no annotation to show');
  const { line } = problem.location;
  const rows = ROSTER.map((text, index) => {
    const code = `<tr class="line"><td class="number">${index + 1}</td><td>+ ${html(text)}</td></tr>`;
    const note = `<tr><td></td><td><div class="note"><b>❌ Check failure on line ${line} in members.csv</b><p><b>Row cannot be used</b></p><p>${html(problem.message)}</p></div></td></tr>`;
    return index + 1 === line ? code + note : code;
  });
  return previewPage('annotation', '').replace(
    '</body>',
    `<style>
      body { padding: 12px } table { display: table; width: 100%; font: 13px ui-monospace, monospace }
      .markdown-body table tr.line { background: color-mix(in srgb, #2da44e 15%, transparent) } .markdown-body .number { width: 32px; opacity: .6 }
      .markdown-body table td { padding: 4px 10px; border: 0 } .note { border: 1px solid #cf222e; border-left-width: 4px; border-radius: 6px; padding: 10px 14px; font: 14px sans-serif }
      .note p { margin: 6px 0 0 }
    </style><table>${rows.join('')}</table></body>`,
  );
}

if (WITHOUT_BROWSER !== undefined) throw new Error(WITHOUT_BROWSER);
const browser = await openBrowser();
const shots = mkdtempSync(join(tmpdir(), 'pictures-'));
const pages = { summary: previewPage('summary', renderSummary(SUMMARY)), annotation: annotationPage() };
for (const [name, content] of Object.entries(pages)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({
      viewport: { width: 760, height: 100 },
      deviceScaleFactor: 2,
      colorScheme,
    });
    await page.setContent(content);
    // Without a frame, a picture looks like a part of the page that it is on.
    await page.addStyleTag({
      content: 'html { border: 1px solid color-mix(in srgb, gray 50%, transparent); border-radius: 6px }',
    });
    const path = fileURLToPath(new URL(`../docs/${name}-${colorScheme}.webp`, import.meta.url));
    const shot = join(shots, `${name}-${colorScheme}.png`);
    const height = await page.evaluate('document.documentElement.scrollHeight');
    await page.screenshot({
      path: shot,
      fullPage: true,
      clip: { x: 0, y: 0, width: 760, height: Number(height) },
    });
    execFileSync('pngquant', ['--force', '--speed', '1', '--ext', '.png', '16', shot]);
    execFileSync('cwebp', ['-quiet', '-lossless', '-z', '9', shot, '-o', path]);
    console.log(`${path.split('/').at(-1)}  ${statSync(path).size} bytes`);
    await page.close();
  }
}
await browser.close();
rmSync(shots, { recursive: true });
