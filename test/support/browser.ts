import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const CANDIDATES = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The browser of this machine, if it has one; CHROMIUM names another. */
export const chromiumPath = CANDIDATES.find((path) => path !== '' && existsSync(path));

export function launchBrowser(): Promise<Browser> {
  if (chromiumPath === undefined)
    throw new Error('There is no Chromium; install it, or name one by CHROMIUM.');
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
}
