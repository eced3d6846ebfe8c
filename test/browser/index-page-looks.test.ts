// How the page looks that explains the files of a bundle to the person whose data they are.
import { mkdir } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { indexPage } from '../../src/export/bundle/index-page.ts';
import { chromiumPath, launchBrowser } from '../support/browser.ts';
import { looksOf } from '../support/looks.ts';

/** Where to put pictures, for people to look at. */
const pictures = process.env['INDEX_PICTURES'];
const why = chromiumPath === undefined ? ' (SKIPPED: no Chromium; install it or set CHROMIUM)' : '';
const looks = looksOf(
  { desktop: { width: 1000, height: 800 }, phone: { width: 375, height: 667 } },
  { forPictures: pictures !== undefined },
);

const column = (name: string, masked = false) =>
  ({ name, label: name, type: 'text', description: `What ${name} is.`, masked }) as const;
const page = indexPage({
  title: 'All my data <of a person & more>',
  description: 'Everything we keep of you.',
  takenAt: '2026-11-28T09:30:00.000Z',
  files: [
    {
      name: 'diary.csv',
      description: 'Every film you have watched.',
      format: 'csv',
      rows: 12_345,
      bytes: 1_234_567,
      columns: [column('title'), { ...column('rating'), label: 'Your rating' }, column('address', true)],
    },
    {
      name: `${'a-very-long-name-'.repeat(6)}.parquet`,
      description: 'The same for data tools.',
      format: 'parquet',
      rows: 1,
      bytes: 0,
      columns: [column('x'.repeat(80))],
    },
  ],
});

describe.skipIf(chromiumPath === undefined && !process.env['CI'])(`the page of a bundle${why}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it.each(looks)('has nothing that axe finds, and fits: %s', async (name, options: BrowserContextOptions) => {
    const context = await browser.newContext(options);
    const opened = await context.newPage();
    const asked: string[] = [];
    opened.on('request', (request) => asked.push(request.url()));
    await opened.setContent(page);
    await opened.getByText('12,345 rows, 1.2 MB').waitFor();
    await opened.getByText('Hidden in this file').waitFor();
    if (pictures !== undefined) {
      await mkdir(pictures, { recursive: true });
      await opened.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
    }
    const { violations } = await new AxeBuilder({ page: opened }).analyze();
    expect(violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)])).toEqual([]);
    expect(await opened.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(asked).toEqual([]);
    await context.close();
  });
});
