import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { collectComplaints, launchBrowser } from './browser.ts';
import { copyExamples } from './example.ts';
import type { ExamplesCopy } from './example.ts';
import { freePort } from './free-port.ts';

/** The first start makes a database and 205,000 rows. */
export const START_MS = 120_000;

/** Whose page, and in what browser. */
interface Visit extends BrowserContextOptions {
  url?: string;
}

/**
 * The Express example in front of a rowferry of its own, both started by the commands of its README, and people with
 * browsers.
 *
 * @param env more settings of rowferry
 */
export function useExpressApp(env: Record<string, string> = {}) {
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
      ...env,
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

  const part = (page: Page, name: string) => page.locator(`rowferry-export-button [part="${name}"]`);
  const downloadBy = async (page: Page, button: Locator): Promise<string> => {
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    return download.path();
  };

  return {
    get copy() {
      return copy;
    },
    /** Where the application is. */
    get app() {
      return app;
    },
    /** Where rowferry is. */
    get rowferry() {
      return rowferry;
    },
    /** A part of the export button. */
    part,
    /** Resolves to the path of what comes when the button is clicked. */
    downloadBy,
    /** Presses the export button, and resolves to the path of the file. */
    async exportDiary(page: Page): Promise<string> {
      await part(page, 'button').click();
      return downloadBy(page, part(page, 'start'));
    },

    /** Somebody with a browser of their own, signed in. */
    async signIn(name: 'Ada' | 'Ben', { url = app, ...options }: Visit = {}): Promise<Page> {
      const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, ...options });
      contexts.push(context);
      const page = await context.newPage();
      page.setDefaultTimeout(40_000);
      collectComplaints(page, complaints);
      await page.goto(url);
      await page.getByRole('button', { name }).click();
      await page.getByRole('heading', { name: 'film diary' }).waitFor();
      // Its styles say which line breaks of a comment are shown.
      await page.waitForLoadState();
      return page;
    },

    async hasNothingThatAxeFinds(page: Page): Promise<void> {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)])).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    },
  };
}
