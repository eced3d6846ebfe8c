// /docs in a real browser: what a person sees, and that nothing leaves this machine.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromiumPath, launchBrowser } from '../support/browser.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const why = chromiumPath === undefined ? ' (SKIPPED: no Chromium; install it or set CHROMIUM)' : '';

// In CI a browser that is missing is a failure.
describe.skipIf(chromiumPath === undefined && !process.env['CI'])(`the page /docs${why}`, () => {
  const database = useTestDatabase();
  const api = useTestApi(database, useTestStore());
  let browser: Browser;
  let page: Page;
  let requested: string[];
  let complaints: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    page = await browser.newPage();
    requested = [];
    complaints = [];
    page.on('request', (request) => requested.push(request.url()));
    // A breach of the page's policy is written to the console.
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${api.url}/docs`);
    await page.getByText('/v1/exports/preview').waitFor();
  });
  afterEach(() => page.close());

  it('shows every operation of the document', async () => {
    const shown = await page.locator('.opblock-summary').count();
    const document = (await (await api.fetch('/openapi.json')).json()) as { paths: Record<string, object> };
    const operations = Object.values(document.paths).flatMap((methods) => Object.keys(methods));
    expect(shown).toBe(operations.length);
    expect(complaints).toEqual([]);
  });

  it('asks nobody else for anything, under a policy without inline scripts and styles', async () => {
    await page.getByText('Ask for an export', { exact: true }).click();
    await page.locator('.opblock.is-open .responses-wrapper').waitFor();
    const elsewhere = requested.filter((url) => !url.startsWith(api.url) && !url.startsWith('data:'));
    expect(elsewhere).toEqual([]);
    expect(requested.filter((url) => url.startsWith(api.url)).length).toBeGreaterThanOrEqual(5);
    expect(complaints).toEqual([]);
    const policy = (await fetch(`${api.url}/docs`)).headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(policy).not.toMatch(/unsafe|https?:/);
  });

  it('tries a request with the key that a person enters', async () => {
    await page.locator('.btn.authorize').click();
    const form = page.locator('.modal-ux form').filter({ hasText: 'apiKey' });
    await form.locator('input').fill(api.keys.first);
    await form.locator('.btn.authorize').click();
    await form.locator('.btn-done').click();
    await page.getByText('What may be exported by the one who asks', { exact: true }).click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table').getByText('Film diary').first().waitFor();
    expect(complaints).toEqual([]);
  });
});
