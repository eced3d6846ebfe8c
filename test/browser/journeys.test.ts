// What each reader of the docs does, from the link that signs them in to the file, in front of real processes.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launchBrowser } from '../support/browser.ts';
import { describeInstallations } from '../support/installation.ts';

const why = chromiumPath === undefined ? ' (SKIPPED: no Chromium; install it or set CHROMIUM)' : '';
const TIMEOUT_MS = 240_000;
const END_MS = 120_000;

describe.skipIf(chromiumPath === undefined && !process.env['CI'])(`journeys${why}`, () => {
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });
  afterAll(() => browser.close());

  async function open(link: string): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(40_000);
    await page.goto(link);
    return page;
  }
  const visit = (page: Page, name: string) =>
    page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
  const badge = (page: Page, text: string) =>
    page.locator('.headline .badge').getByText(text, { exact: true });
  const cell = (page: Page, row: number) => page.locator('tbody tr').nth(row);

  /** Presses the button of a dataset, and shows the export's own page. */
  async function begin(page: Page, dataset: string): Promise<void> {
    await visit(page, 'New export');
    const card = page.locator('section.dataset', { hasText: dataset });
    await card.getByRole('button', { name: 'Export' }).click();
    await card.locator('[part="start"]').click();
    await card.getByText('You may close this page').waitFor();
    await page.keyboard.press('Escape');
    await visit(page, 'My exports');
    await cell(page, 0).getByText('Running').waitFor();
    await cell(page, 0).getByRole('link').click();
    await badge(page, 'Running').waitFor();
  }

  describeInstallations((installation) => {
    it(
      'a user presses the button and has the file that the page vouches for',
      { timeout: TIMEOUT_MS },
      async () => {
        const page = await open(installation.links.user);
        await visit(page, 'New export');
        const card = page.locator('section.dataset', { hasText: 'Film diary' });
        await card.getByRole('button', { name: 'Export' }).click();
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          card.locator('[part="start"]').click(),
        ]);
        const file = await readFile(await download.path());
        expect(file.toString('utf8', 0, 200)).toMatch(
          /^title,year,director,rating,comment,watched_at,external_metadata_id\r?\n/,
        );
        await page.keyboard.press('Escape');
        await visit(page, 'My exports');
        await cell(page, 0).getByRole('link').click();
        await page.getByText(createHash('sha256').update(file).digest('hex')).waitFor();
      },
    );

    it('a user waits through a restart of the server, in two tabs', { timeout: TIMEOUT_MS }, async () => {
      const page = await open(installation.links.user);
      await begin(page, 'Long list');
      const other = await page.context().newPage();
      await other.goto(page.url());
      await badge(other, 'Running').waitFor();
      const tabs = [page, other];
      const noticed = tabs.map((tab) => tab.getByText('No connection. Trying again').waitFor());
      await Promise.all([installation.restart(), ...noticed]);
      for (const tab of tabs) {
        await badge(tab, 'Done').waitFor({ timeout: END_MS });
        await tab.getByText('No connection').waitFor({ state: 'detached' });
      }
      const [download] = await Promise.all([
        other.waitForEvent('download'),
        other.getByRole('button', { name: 'Download' }).click(),
      ]);
      expect((await readFile(await download.path(), 'utf8')).trimEnd().split('\n')).toHaveLength(20_001);
    });

    it('an operator sees what became of an export whose worker died', { timeout: TIMEOUT_MS }, async () => {
      const page = await open(installation.links.user);
      await begin(page, 'Long list');
      await installation.killWorker();
      await page.getByText('The worker stopped answering; attempt 2 took over.').waitFor({ timeout: END_MS });
      await badge(page, 'Done').waitFor({ timeout: END_MS });
      const operator = await open(installation.links.admin);
      await visit(operator, 'Queue');
      const lane = operator.locator('section', { hasText: 'Normal lane' });
      await lane
        .locator('.tiles > div', { hasText: 'Running' })
        .locator('dd')
        .getByText('0')
        .first()
        .waitFor();
    });

    it('an admin ends somebody’s export, and starts those of several', { timeout: TIMEOUT_MS }, async () => {
      // The admin is there first: a page takes its time on a busy machine, and so long does the export run.
      const admin = await open(installation.links.admin);
      await visit(admin, 'Queue');
      const user = await open(installation.links.user);
      await begin(user, 'Long list');
      await visit(admin, 'All exports');
      await cell(admin, 0)
        .getByRole('button', { name: /Cancel/ })
        .click();
      await badge(user, 'Cancelled').waitFor();

      await visit(admin, 'Bulk exports');
      await admin.getByRole('link', { name: 'New bulk export' }).click();
      await admin.getByLabel('Of these subjects').check();
      await admin.getByLabel('Subjects, one a line').fill('1\n2\n');
      await admin.getByRole('button', { name: 'Start' }).click();
      await badge(admin, 'Done').waitFor({ timeout: END_MS });
      const [manifest] = await Promise.all([
        admin.waitForEvent('download'),
        admin.getByRole('button', { name: 'Manifest as CSV' }).click(),
      ]);
      expect(await readFile(await manifest.path(), 'utf8')).toMatch(/^1,completed[^]*^2,completed/m);
    });
  });
});
