// How e-mails look: each kind, light and dark, on a phone and on a desktop.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeMail } from '../../src/notify/compose-mail.ts';
import { chromiumPath, launchBrowser } from '../support/browser.ts';
import { MAIL_URL, mailSamples } from '../support/mail-samples.ts';

/** Where to put a picture of every mail, light and dark beside each other, for people to look at. */
const pictures = process.env['MAIL_PICTURES'];
const why = chromiumPath === undefined ? ' (SKIPPED: no Chromium; install it or set CHROMIUM)' : '';
const schemes = ['light', 'dark'] as const;
const WIDTHS = [390, 640];
/** A mail is part of a page of the mail program, which brings the landmarks. */
const OF_WHOLE_PAGES = ['landmark-one-main', 'region'];

describe.skipIf(chromiumPath === undefined && !process.env['CI'])(`e-mails${why}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  const open = async (html: string, width: number, colorScheme: (typeof schemes)[number]) => {
    // Low, so that a picture of the whole page ends where the mail does.
    const viewport = { width, height: 200 };
    const context = await browser.newContext({ viewport, colorScheme });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('dialog', (dialog) => asked.push(dialog.message()));
    await page.setContent(html);
    return { context, page, asked };
  };

  /** The colour behind everything, and that of the text, as the mail shows them. */
  const COLOURS = `[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('h1')).color]`;

  it.each(Object.entries(mailSamples))(
    'fit narrow and wide screens, light and dark, with nothing that axe finds: %s',
    { timeout: 300_000 },
    async (name, news) => {
      const { html } = composeMail(news, MAIL_URL);
      const colours = new Set<string>();
      for (const width of WIDTHS) {
        const shots: string[] = [];
        for (const scheme of schemes) {
          const { context, page, asked } = await open(html, width, scheme);
          const state = `${name} ${width} ${scheme}`;
          expect(await page.evaluate('document.documentElement.scrollWidth'), state).toBe(width);
          colours.add(`${scheme} ${String(await page.evaluate(COLOURS))}`);
          const { violations } = await new AxeBuilder({ page }).disableRules(OF_WHOLE_PAGES).analyze();
          const found = violations.map(({ id, nodes }) => [state, id, ...nodes.map((node) => node.html)]);
          expect(found).toEqual([]);
          expect(asked).toEqual([]);
          const link = page.getByRole('link');
          if ((await link.count()) > 0) {
            // As large as a thumb needs it.
            expect((await link.boundingBox())?.height, state).toBeGreaterThanOrEqual(44);
          }
          if (pictures !== undefined) {
            shots.push((await page.screenshot({ fullPage: true })).toString('base64'));
          }
          await context.close();
        }
        if (pictures !== undefined) await sideBySide(`${pictures}/mail-${name}-${width}.png`, shots, width);
      }
      // One pair a scheme, and not the same.
      expect(colours.size).toBe(2);
      expect(new Set([...colours].map((pair) => pair.replace(/^\w+ /, ''))).size).toBe(2);
    },
  );

  async function sideBySide(path: string, shots: readonly string[], width: number) {
    const images = shots.map((shot) => `<img width="${width}" src="data:image/png;base64,${shot}">`).join('');
    const style = 'margin: 0; display: flex; align-items: flex-start';
    const html = `<!doctype html><body style="${style}">${images}`;
    const { context, page } = await open(html, 2 * width, 'light');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await page.locator('body').screenshot());
    await context.close();
  }
});
