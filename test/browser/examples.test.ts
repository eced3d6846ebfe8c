// The examples, started by the commands of their READMEs, on a rowferry with its embedded default: what their people do.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { decodeJwt } from 'jose';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launchBrowser } from '../support/browser.ts';
import { copyExamples } from '../support/example.ts';
import type { ExamplesCopy } from '../support/example.ts';
import { freePort } from '../support/free-port.ts';

const why = chromiumPath === undefined ? ' (SKIPPED: no Chromium; install it or set CHROMIUM)' : '';
/** The first start makes a database and 205,000 rows. */
const START_MS = 120_000;
/** Where to put pictures, for the documentation. */
const pictures = process.env['EXAMPLE_PICTURES'];

/** Whose page, and in what browser. */
interface Visit extends BrowserContextOptions {
  url?: string;
}

describe.skipIf(chromiumPath === undefined && !process.env['CI'])(`the examples${why}`, () => {
  let copy: ExamplesCopy;
  let browser: Browser;
  let app: string;
  let rowferry: string;
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    const [port, appPort] = [await freePort(), await freePort()];
    rowferry = `http://localhost:${port}`;
    app = `http://localhost:${appPort}`;
    copy = await copyExamples();
    const steps = [/Ctrl-C stops everything/, undefined, /The diary is at/];
    await copy.start('express-app', steps, {
      PORT: String(port),
      ROWFERRY_URL: rowferry,
      APP_URL: app,
      CORS_ORIGINS: app,
      WEBHOOK_PORTS: String(appPort),
    });
    browser = await launchBrowser();
  }, START_MS);
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await copy.remove();
  });

  /** Somebody with a browser of their own, signed in. */
  async function signIn(name: 'Ada' | 'Ben', { url = app, ...options }: Visit = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, ...options });
    contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(40_000);
    page.on('console', (message) => {
      // The browser itself writes of each answer that is an error.
      const text = message.text();
      if (/error|warning/.test(message.type()) && !text.startsWith('Failed to load resource'))
        complaints.push(text);
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
    await page.getByRole('button', { name }).click();
    await page.getByRole('heading', { name: 'film diary' }).waitFor();
    return page;
  }

  async function hasNothingThatAxeFinds(page: Page): Promise<void> {
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)])).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  }

  async function takePicture(page: Page, name: string): Promise<void> {
    if (pictures === undefined) return;
    await mkdir(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  }

  const part = (page: Page, name: string) => page.locator(`rowferry-export-button [part="${name}"]`);
  const tokenOf = async (page: Page) => (await page.request.post(`${app}/export-token`)).text();

  async function downloadBy(page: Page, button: Locator): Promise<string> {
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    return download.path();
  }

  /** Presses the button, and resolves to the path of the file. */
  async function exportDiary(page: Page): Promise<string> {
    await part(page, 'button').click();
    return downloadBy(page, part(page, 'start'));
  }

  describe('express-app', () => {
    it('exports a diary, hears of it, deletes it, imports the file, and shows the same page again', async () => {
      const page = await signIn('Ada');
      const table = page.getByRole('table');
      const before = await table.innerText();
      expect(before.split('\n')).toHaveLength(9);
      expect(before).toContain('She looks up.\nNobody says a word.');

      const path = await exportDiary(page);
      const file = await readFile(path, 'utf8');
      expect(file).toMatch(/^title,year,director,rating,comment,watched_at,external_metadata_id\n/);
      await page
        .getByText(/^Your export is ready: diary-[\d-]+\.csv, 7 entries\. Download$/)
        .first()
        .waitFor();
      await part(page, 'close').click();

      await page.getByRole('button', { name: 'Delete all entries' }).click();
      await page.getByText('There is nothing in your diary.').waitFor();
      // The notice is still there for whoever has closed the page.
      const again = await downloadBy(page, page.getByRole('link', { name: 'Download' }).first());
      expect(await readFile(again, 'utf8')).toBe(file);

      const chosen = page.getByLabel('A file of a diary');
      const importing = page.getByRole('button', { name: 'Import' });
      const broken = file.replace(',2026-06-22,', ',yesterday,');
      await chosen.setInputFiles({ name: 'diary.csv', mimeType: 'text/csv', buffer: Buffer.from(broken) });
      await importing.click();
      await page.getByText(/^Nothing was imported\. Line 2: .*yesterday/).waitFor();
      await chosen.setInputFiles({ name: 'diary.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
      await importing.click();
      await table.waitFor();
      expect(await table.innerText()).toBe(before);
    });

    it('gives nobody the token or the file of somebody else', async () => {
      expect((await fetch(`${app}/export-token`, { method: 'POST' })).status).toBe(401);
      const ada = await signIn('Ada');
      await exportDiary(ada);
      const link = ada.getByRole('link', { name: 'Download' });
      const path = (await link.first().getAttribute('href')) ?? '';
      const ben = await signIn('Ben');
      const token = await tokenOf(ben);
      const { sub, iat = Date.now() / 1000, exp = Infinity } = decodeJwt(token);
      expect(sub).toBe('1002');
      expect(exp - iat).toBeLessThan(310);
      expect((await ben.request.get(app + path)).status()).toBe(404);
      const asBen = (url: string, body?: unknown) =>
        fetch(`${rowferry}/v1${url}`, {
          method: body === undefined ? 'GET' : 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      expect((await asBen(path)).status).toBe(404);
      expect((await asBen('/exports', { dataset: 'diary', params: { userId: '1001' } })).status).toBe(403);
      expect(await ben.locator(`a[href="${path}"]`).count()).toBe(0);
    });

    it('believes no webhook but those of rowferry, and takes each once', async () => {
      const [, secret = ''] = /^WEBHOOK_SECRET=(.+)$/m.exec(
        await readFile(join(copy.folder, 'examples/express-app/.env'), 'utf8'),
      ) as string[];
      const post = async (id: string, name: string, key: string) => {
        const file = { name, rows: 1 };
        const data = { id: '48c6a37f-8c7e-461f-9cd4-edbf09688108', subject: '1002', file };
        const body = JSON.stringify({ type: 'export.completed', timestamp: new Date().toISOString(), data });
        const headers = {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
          'webhook-signature': new Webhook(key).sign(id, new Date(), body),
        };
        return (await fetch(`${app}/webhooks/rowferry`, { method: 'POST', headers, body })).status;
      };
      const ben = await signIn('Ben');
      const forged = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
      expect(await post('1', 'forged.csv', forged)).toBe(401);
      expect(await post('2', 'first.csv', secret)).toBe(204);
      expect(await post('2', 'first.csv', secret)).toBe(204);
      expect(await post('3', 'second.csv', secret)).toBe(204);
      const notices = ben.getByRole('listitem');
      await notices.getByText('second.csv').waitFor();
      expect(await notices.allInnerTexts()).toEqual([
        'Your export is ready: second.csv, 1 entries. Download',
        'Your export is ready: first.csv, 1 entries. Download',
      ]);
    });

    it('has nothing that axe finds, on a desktop in light and on a phone in dark: desktop-light', async () => {
      const page = await signIn('Ada', { viewport: { width: 1000, height: 740 }, colorScheme: 'light' });
      await exportDiary(page);
      await page.getByRole('listitem').first().waitFor();
      await part(page, 'close').click();
      await page.evaluate('scrollTo(0, 0)');
      await takePicture(page, 'express-app-desktop-light');
      await hasNothingThatAxeFinds(page);
      await page.setViewportSize({ width: 375, height: 667 });
      await page.emulateMedia({ colorScheme: 'dark' });
      await hasNothingThatAxeFinds(page);
    });
  });

  describe('react', () => {
    let url: string;

    beforeAll(async () => {
      const port = await freePort();
      url = `http://localhost:${port}`;
      await copy.start('react', [/Local:/], { PORT: String(port), ROWFERRY_URL: rowferry, APP_URL: app });
    }, START_MS);

    it('has the button in its bundle, sets its properties, and hears its events: desktop-light', async () => {
      const page = await signIn('Ben', { url, viewport: { width: 700, height: 560 } });
      await part(page, 'button').getByText('Take my diary home').waitFor();
      await page.getByText('The export is idle.').waitFor();
      const path = await exportDiary(page);
      await page.getByText('The export is completed.').waitFor();
      await takePicture(page, 'react-desktop-light');
      const titles = (JSON.parse(await readFile(path, 'utf8')) as { title: string }[]).map(
        ({ title }) => title,
      );
      expect(titles).toEqual(['Metropolis', '8½']);
      expect(await page.evaluate('document.scripts.length')).toBe(1);
      await hasNothingThatAxeFinds(page);
    });
  });
});
