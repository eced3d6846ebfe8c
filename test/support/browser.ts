import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

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

/** Collects what a page writes of errors and warnings, and what its scripts throw. */
export function collectComplaints(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    // The browser itself writes of each answer that is an error.
    const text = message.text();
    if (/error|warning/.test(message.type()) && !text.startsWith('Failed to load resource'))
      complaints.push(text);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
}
