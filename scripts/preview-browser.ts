import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's place for it; another can be named in the environment. */
const PATH = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Nothing that a picture of a local page needs goes to the network. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The widths of a run's page on GitHub, and of a phone, in pixels. */
export const WIDTHS = [1012, 390];

/** What to say where there is no Chromium; undefined where there is one. */
export const WITHOUT_BROWSER = existsSync(PATH)
  ? undefined
  : `${PATH} is not there (apt-get install chromium fonts-noto-color-emoji): no page is looked at.`;

/** A headless Chromium with a fresh profile; the caller closes it. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: PATH, args: FLAGS });
}
