import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian has it; the environment can name another path. */
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

/** What to say if there is no Chromium, with the line that brings it; undefined if there is one. */
export const WITHOUT_BROWSER = existsSync(PATH)
  ? undefined
  : `No page was looked at, because there is no Chromium at ${PATH}. To install it: sudo apt-get install -y chromium fonts-noto-color-emoji`;

/** A headless Chromium with a fresh profile; the caller closes it. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: PATH, args: FLAGS });
}
