// The examples, started by the commands of their READMEs: what their people do.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { decodeJwt } from 'jose';
import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { chromiumPath } from '../support/browser.ts';
import { START_MS, useExpressApp } from '../support/express-app.ts';
import { freePort } from '../support/free-port.ts';
import { newQueuePrefix } from '../support/queue-prefix.ts';

const why = chromiumPath === undefined ? ' (SKIPPED: no Chromium; install it or set CHROMIUM)' : '';
/** Where to put pictures, for the documentation. */
const pictures = process.env['EXAMPLE_PICTURES'];

/** What an engineer tries first: all that an application needs, once around. */
function defineJourney(host: ReturnType<typeof useExpressApp>): void {
  it('exports a diary, hears of it, deletes it, imports the file, and shows the same page again', async () => {
    const page = await host.signIn('Ada');
    const table = page.getByRole('table');
    const before = await table.innerText();
    expect(before.split('\n')).toHaveLength(9);
    expect(before).toContain('She looks up.\nNobody says a word.');

    const path = await host.exportDiary(page);
    const file = await readFile(path, 'utf8');
    expect(file).toMatch(/^title,year,director,rating,comment,watched_at,external_metadata_id\n/);
    await page
      .getByText(/^Your export is ready: diary-[\d-]+\.csv, 7 entries\. Download$/)
      .first()
      .waitFor();
    await host.part(page, 'close').click();

    await page.getByRole('button', { name: 'Delete all entries' }).click();
    await page.getByText('There is nothing in your diary.').waitFor();
    // The notice is still there for whoever has closed the page.
    const again = await host.downloadBy(page, page.getByRole('link', { name: 'Download' }).first());
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
}

describe.skipIf(chromiumPath === undefined && !process.env['CI'])(`the examples${why}`, () => {
  const host = useExpressApp();
  async function takePicture(page: Page, name: string): Promise<void> {
    if (pictures === undefined) return;
    await mkdir(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  }

  const tokenOf = async (page: Page) => (await page.request.post(`${host.app}/export-token`)).text();

  describe('express-app', () => {
    defineJourney(host);

    it('gives nobody the token or the file of somebody else', async () => {
      expect((await fetch(`${host.app}/export-token`, { method: 'POST' })).status).toBe(401);
      const ada = await host.signIn('Ada');
      await host.exportDiary(ada);
      const link = ada.getByRole('link', { name: 'Download' });
      const path = (await link.first().getAttribute('href')) ?? '';
      const ben = await host.signIn('Ben');
      const token = await tokenOf(ben);
      const { sub, iat = Date.now() / 1000, exp = Infinity } = decodeJwt(token);
      expect(sub).toBe('1002');
      expect(exp - iat).toBeLessThan(310);
      expect((await ben.request.get(host.app + path)).status()).toBe(404);
      const asBen = (url: string, body?: unknown) =>
        fetch(`${host.rowferry}/v1${url}`, {
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
        await readFile(join(host.copy.folder, 'examples/express-app/.env'), 'utf8'),
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
        return (await fetch(`${host.app}/webhooks/rowferry`, { method: 'POST', headers, body })).status;
      };
      const ben = await host.signIn('Ben');
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
      const page = await host.signIn('Ada', { viewport: { width: 1000, height: 740 }, colorScheme: 'light' });
      await host.exportDiary(page);
      await page.getByRole('listitem').first().waitFor();
      await host.part(page, 'close').click();
      await page.evaluate('scrollTo(0, 0)');
      await takePicture(page, 'express-app-desktop-light');
      await host.hasNothingThatAxeFinds(page);
      await page.setViewportSize({ width: 375, height: 667 });
      await page.emulateMedia({ colorScheme: 'dark' });
      await host.hasNothingThatAxeFinds(page);
    });
  });

  describe('react', () => {
    let url: string;

    beforeAll(async () => {
      const port = await freePort();
      url = `http://localhost:${port}`;
      await host.copy.start('react', [/Local:/], {
        PORT: String(port),
        ROWFERRY_URL: host.rowferry,
        APP_URL: host.app,
      });
    }, START_MS);

    it('has the button in its bundle, sets its properties, and hears its events: desktop-light', async () => {
      const page = await host.signIn('Ben', { url, viewport: { width: 700, height: 560 } });
      await host.part(page, 'button').getByText('Take my diary home').waitFor();
      await page.getByText('The export is idle.').waitFor();
      const path = await host.exportDiary(page);
      await page.getByText('The export is completed.').waitFor();
      await takePicture(page, 'react-desktop-light');
      const titles = (JSON.parse(await readFile(path, 'utf8')) as { title: string }[]).map(
        ({ title }) => title,
      );
      expect(titles).toEqual(['Metropolis', '8½']);
      expect(await page.evaluate('document.scripts.length')).toBe(1);
      await host.hasNothingThatAxeFinds(page);
    });
  });
});

const { redisUrl } = inject('services');
const noRedis =
  redisUrl === undefined ? ' (SKIPPED: no Redis; set REDIS_URL, start Docker or install redis-server)' : '';
describe.skipIf((chromiumPath === undefined || redisUrl === undefined) && !process.env['CI'])(
  `the express-app with the queue in Redis${why}${noRedis}`,
  () => {
    defineJourney(useExpressApp({ REDIS_URL: redisUrl ?? '', QUEUE_PREFIX: newQueuePrefix() }));
  },
);
