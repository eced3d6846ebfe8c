// A user's days with the console, in a real browser with a real API and worker.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { chromiumPath } from '../support/browser.ts';
import { completeExport } from '../support/complete-export.ts';
import { useConsole } from '../support/console-page.ts';

const why = chromiumPath === undefined ? ' (SKIPPED: no Chromium; install it or set CHROMIUM)' : '';
const SLOW = { count: 20_000, napMs: 100 };
const INTERACTION_MS = 100;

describe.skipIf(chromiumPath === undefined && !process.env['CI'])(`the console of a user${why}`, () => {
  const host = useConsole();
  const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
  const row = (page: Page, text: string | RegExp) => page.locator('tbody tr').filter({ hasText: text });
  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
  const said = (page: Page, text: string | RegExp) => page.getByRole('status').getByText(text).waitFor();

  it('lets a person in by a key, and says what is wrong with another one', async () => {
    const { page, key } = await host.visit('exports', { signedIn: false });
    await heading(page, 'Sign in').waitFor();
    const field = page.getByLabel('API key or token');
    await field.fill('rwf_wrong');
    await field.press('Enter');
    await page.getByRole('alert').getByText('That key or token is not taken here').waitFor();
    await field.fill(` ${key} `);
    await button(page, 'Sign in').click();
    await page.getByText('No exports yet').waitFor();
    await page.reload();
    await page.getByText('No exports yet').waitFor();
    // No script can read what the browser keeps, and nothing else is kept.
    expect(
      await page.evaluate('document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })'),
    ).toBe('{}');
    await button(page, 'Sign out').click();
    await heading(page, 'Sign in').waitFor();
    await page.reload();
    await heading(page, 'Sign in').waitFor();
  });

  it('lets a person in by a link, which the address forgets', async () => {
    const { page } = await host.visit('schedules');
    await heading(page, 'Schedules').waitFor();
    expect(page.url()).toBe(`${host.api.url}/#/schedules`);
    await page.goto(`${host.api.url}/#token=rwf_gone`);
    await page.getByRole('alert').getByText('is not good any more').waitFor();
    expect(page.url()).not.toContain('rwf_gone');
  });

  it('says so where the export button cannot be had, and has it once it can', async () => {
    const { page } = await host.visit('exports');
    const script = '**/v1/elements/export-button.js';
    await page.route(script, (route) => route.abort());
    await page.getByRole('main').getByRole('link', { name: 'New export' }).last().click();
    await page.getByText('There is no connection to the service.').waitFor();
    await page.unroute(script);
    await page.locator('rowferry-export-button').getByRole('button', { name: 'Export' }).waitFor();
  });

  it('shows each file of an export in several formats, and downloads it', async () => {
    const { page, key } = await host.visit('exports');
    await host.startWorker();
    const body = { dataset: 'diary', formats: ['csv', 'json'] };
    const { id } = (await (await host.api.call('POST', '/v1/exports', { key, body })).json()) as {
      id: string;
    };
    await page.goto(`${host.api.url}/#/exports/${id}`);
    const panels = page.locator('section', { hasText: 'Size' });
    await expect.poll(() => panels.count()).toBe(2);
    expect(await panels.nth(1).innerText()).toMatch(/diary-[^]*\.json[^]*3 rows/);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      panels
        .nth(1)
        .getByRole('button', { name: /^Download diary-.*\.json$/ })
        .click(),
    ]);
    expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toHaveLength(3);
  });

  it('leads from the first export to its file, its history and its end', async () => {
    const { page, subject } = await host.visit('exports', {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await host.startWorker();
    await page.getByRole('main').getByRole('link', { name: 'New export' }).last().click();
    await heading(page, 'New export').waitFor();
    await page.locator('rowferry-export-button').getByRole('button', { name: 'Export' }).click();
    const [first] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('rowferry-export-button [part="start"]').click(),
    ]);
    expect(await readFile(await first.path(), 'utf8')).toMatch(/^title,year,rating,comment\r?\n/);

    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'My exports' }).click();
    await row(page, 'Done').waitFor();
    expect(await row(page, 'Done').innerText()).toMatch(/3 rows[^]*just now[^]*7 days left/);
    await row(page, 'Done').getByRole('link').click();
    await heading(page, /^diary-.*\.csv$/).waitFor();
    await page.getByText('The export was requested.').waitFor();
    await page.getByText(/^[0-9a-f]{64}$/).waitFor();
    await page.locator('section', { hasText: 'Who downloaded it' }).getByText(subject).waitFor();

    const [again] = await Promise.all([page.waitForEvent('download'), button(page, 'Download').click()]);
    expect(again.suggestedFilename()).toMatch(/^diary-.*\.csv$/);
    await page.locator('section', { hasText: 'Who downloaded it' }).getByText(subject).nth(1).waitFor();
    await button(page, 'Copy link').click();
    await said(page, 'Link copied');
    const id = page.url().split('/').at(-1) ?? '';
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      `${host.api.url}/v1/exports/${id}/download`,
    );

    await button(page, 'Run again').click();
    await page.waitForURL((url) => url.hash.startsWith('#/exports/') && !url.hash.endsWith(id));
    await button(page, 'Download').waitFor();
    await button(page, 'Delete').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
    await button(page, 'Delete').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await said(page, 'Deleted.');
    await heading(page, 'My exports').waitFor();
    await row(page, 'Done').waitFor();
    expect(await row(page, /./).count()).toBe(1);
  });

  it('gives the file to who opens the link of a message and signs in', async () => {
    const { page, key, ask } = await host.visit('exports', { signedIn: false });
    const id = await ask();
    await completeExport(host.database, host.storage, id, Buffer.from('title\nAlien\n'));
    await page.goto(`${host.api.url}/v1/exports/${id}/download`);
    await page.getByText('Sign in, and your file is downloaded.').waitFor();
    await page.getByLabel('API key or token').fill(key);
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    expect(await readFile(await download.path(), 'utf8')).toBe('title\nAlien\n');
    await page.waitForURL(`${host.api.url}/#/exports/${id}`);
    // Signed in by now, a plain click is enough.
    const [second] = await Promise.all([
      page.waitForEvent('download'),
      page.goto(`${host.api.url}/v1/exports/${id}/download`),
    ]);
    expect(second.suggestedFilename()).toBe('diary-2026-01-01.csv');
  });

  it('says of a link whose time is over that the file is gone', async () => {
    const { page, ask } = await host.visit('exports');
    const id = await ask();
    await completeExport(host.database, host.storage, id, Buffer.from('title\n'));
    await page.goto(`${host.api.url}/#/exports/${id}`);
    await button(page, 'Download').waitFor();
    await host.database.pool.query(
      `update rowferry.exports set expires_at = now() - interval '1 minute', status = 'expired' where id = $1`,
      [id],
    );
    await button(page, 'Download').click();
    await said(page, 'Its time is over');
    await page.getByText('Expired', { exact: true }).waitFor();
    await page.getByText('removed 1 minute ago').waitFor();
    await page.goto(`${host.api.url}/v1/exports/${id}/download`);
    await page.getByText('Expired', { exact: true }).waitFor();
    await page.goto(`${host.api.url}/#/exports/6f2c1de0-6a55-4f44-9d5a-0a4f4a1f3c11`);
    await page.getByText('It was deleted, or it is somebody else’s.').waitFor();
  });

  it('shows an export as it goes on, through a reload and a cancel by an admin', async () => {
    const { page, ask } = await host.visit('exports');
    const id = await ask(SLOW);
    await host.startWorker();
    await row(page, 'Running').waitFor();
    await row(page, 'Running').getByRole('progressbar').waitFor();
    await page.goto(`${host.api.url}/#/exports/${id}`);
    await page.getByText('Attempt 1 started.').waitFor();
    await page.reload();
    await page.getByText('Running', { exact: true }).waitFor();
    await host.api.call('POST', `/v1/exports/${id}/cancel`, { key: host.api.keys.admin });
    await page.getByText('Cancelled', { exact: true }).waitFor();
    await page.getByText('The export was cancelled', { exact: false }).waitFor();
  });

  it('goes on following an export that could not be looked at for once', async () => {
    const { page, ask } = await host.visit('exports');
    const id = await ask();
    const times = { events: 0, looks: 0 };
    const refuse = { status: 404, json: { type: 'about:blank', code: 'not_found', title: 'Not found' } };
    await page.route(`**/v1/exports/${id}/events`, (route) =>
      times.events++ === 0 ? route.fulfill(refuse) : route.continue(),
    );
    // The first look is the page's own; the second is the one of who follows.
    await page.route(`**/v1/exports/${id}`, (route) =>
      times.looks++ === 1 ? route.fulfill(refuse) : route.continue(),
    );
    await page.goto(`${host.api.url}/#/exports/${id}`);
    await expect.poll(() => times.looks).toBeGreaterThan(2);
    await host.startWorker();
    await button(page, 'Download').waitFor();
  });

  it('says why an export failed, and runs it once more', async () => {
    const { page, ask } = await host.visit('exports');
    await host.database.pool.query('insert into broken values (1)');
    await ask();
    await host.startWorker();
    await row(page, 'Failed').waitFor();
    await host.database.pool.query('truncate broken');
    await row(page, 'Failed')
      .getByRole('button', { name: /Run again/ })
      .click();
    await row(page, 'Done').waitFor();
  });

  it('is the same in two tabs, and signs both out', async () => {
    const { page, tab, ask } = await host.visit('exports');
    const other = await tab();
    const id = await ask(SLOW);
    await row(other, 'Waiting').waitFor();
    await other.bringToFront();
    await row(other, 'Waiting')
      .getByRole('button', { name: /Cancel/ })
      .click();
    await row(other, 'Cancelled').waitFor();
    await page.goto(`${host.api.url}/#/exports/${id}`);
    await page.getByText('Cancelled', { exact: true }).waitFor();
    await button(other, 'Sign out').click();
    await heading(other, 'Sign in').waitFor();
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByText('Your session has ended').waitFor();
  });

  it('goes on where it was when somebody signs in again', async () => {
    const { page, ask, key, keyId, subject } = await host.visit('exports');
    const id = await ask();
    await page.goto(`${host.api.url}/#/exports/${id}`);
    await heading(page, 'diary.csv').waitFor();
    await new ApiKeys(host.database.pool).revoke(keyId);
    // By the click, unless the page has looked at the export before.
    await button(page, 'Cancel export')
      .click({ timeout: 2000 })
      .catch(() => undefined);
    await page.getByText('Your session has ended').waitFor();
    const field = page.getByLabel('API key or token');
    await field.fill(key);
    await field.press('Enter');
    await page.getByRole('alert').getByText('is not taken here').waitFor();
    await field.fill((await new ApiKeys(host.database.pool).create({ role: 'user', subject })).key);
    await field.press('Enter');
    await heading(page, 'diary.csv').waitFor();
  });

  it('tells when there is no connection, and comes back by itself', async () => {
    const { page, context, ask } = await host.visit('exports');
    await ask(SLOW);
    await row(page, 'Waiting').waitFor();
    await context.setOffline(true);
    await page.getByText('No connection. Trying again…').waitFor();
    await row(page, 'Waiting').waitFor();
    await context.setOffline(false);
    await page.getByText('No connection. Trying again…').waitFor({ state: 'detached' });
  });

  it('shows nobody what is for admins, and no other person’s exports', async () => {
    const { ask } = await host.visit('exports');
    const id = await ask();
    const { page } = await host.visit('admin/failures');
    await page.getByText('Only an admin may see this page.').waitFor();
    expect(await page.getByRole('link', { name: 'Failures' }).count()).toBe(0);
    await page.goto(`${host.api.url}/#/exports/${id}`);
    await page.getByText('It was deleted, or it is somebody else’s.').waitFor();
    await page.getByRole('link', { name: 'To my exports' }).click();
    await page.getByText('No exports yet').waitFor();
  });

  it('stays quick with 10,000 exports', { timeout: 300_000 }, async () => {
    const of = async (exports: number) => {
      const { page, subject } = await host.visit('exports');
      await host.database.pool.query(
        `insert into rowferry.exports (id, role, subject, dataset, formats, params, tenant, status, created_at, finished_at)
         select gen_random_uuid(), 'user', $1, 'diary', '{csv}', '{}', 'default',
                case when n % 4 = 0 then 'cancelled' else 'expired' end, now() - n * interval '1 minute', now()
           from generate_series(1, $2) n`,
        [subject, exports],
      );
      await host.database.pool.query('analyze rowferry.exports');
      await page.reload();
      await row(page, 'Expired').first().waitFor();
      return page;
    };
    /** From an act of a person to the list that it asks for, on the screen. */
    const timed = (page: Page, act: string, first: string) =>
      page.evaluate<number>(`new Promise((resolve) => {
        const begun = performance.now();
        const old = document.querySelector('tbody tr a').href;
        const look = () => {
          const row = document.querySelector('tbody tr');
          if (row?.querySelector('a').href !== old && row?.textContent.includes('${first}')) {
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
          } else requestAnimationFrame(look);
        };
        ${act};
        look();
      })`);
    const press = (name: string) =>
      `[...document.querySelectorAll('.pager a')].find((a) => a.textContent === '${name}').click()`;
    const choose = (value: string) =>
      `{ const select = document.querySelector('select[name=status]'); select.value = '${value}'; select.dispatchEvent(new Event('change', { bubbles: true })); }`;
    const acts = {
      older: [press('Older'), ''],
      newer: [press('Newer'), ''],
      filter: [choose('cancelled'), 'Cancelled'],
      all: [choose(''), 'Expired'],
    } as const;
    const pages = { few: await of(300), many: await of(10_000) };
    const times: Record<string, number[]> = {};
    // By turns, so that whatever else the machine does slows down both.
    for (let turn = 0; turn < 5; turn++)
      for (const [name, [act, first]] of Object.entries(acts))
        for (const [whose, page] of Object.entries(pages)) {
          await page.bringToFront();
          (times[`${name} of ${whose}`] ??= []).push(await timed(page, act, first));
        }
    const median = (name: string) =>
      Math.round(times[name]?.sort((one, other) => one - other)[2] ?? Infinity);
    const medians = Object.fromEntries(Object.keys(times).map((name) => [name, median(name)]));
    process.stdout.write(`10,000 exports, median ms: ${JSON.stringify(medians)}\n`);
    // On a machine that is too busy for that, no slower than the short list.
    for (const name of Object.keys(acts))
      expect(median(`${name} of many`), name).toBeLessThan(
        Math.max(INTERACTION_MS, 1.5 * median(`${name} of few`)),
      );
    expect(await pages.many.locator('tbody tr').count()).toBe(50);
  });

  it('is used on a phone, by the keyboard alone, without losing the focus', async () => {
    const { page, ask } = await host.visit('exports', { viewport: { width: 390, height: 844 } });
    await ask(SLOW);
    await row(page, 'Waiting').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    const menu = button(page, 'Menu');
    expect(await menu.getAttribute('aria-expanded')).toBe('false');
    await menu.focus();
    await page.keyboard.press('Enter');
    expect(await menu.getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await heading(page, 'Schedules').waitFor();
    expect(await menu.getAttribute('aria-expanded')).toBe('false');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    await page.goBack();
    await row(page, 'Waiting').getByRole('link').focus();
    await page.keyboard.press('Enter');
    await button(page, 'Delete').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Keep it');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('Delete');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('Delete');
  });

  it('asks again where somebody presses a button before the page has heard that they said no', async () => {
    const { page, ask } = await host.visit('exports');
    await ask({ count: 1 });
    await row(page, 'Waiting').getByRole('link').click();
    await button(page, 'Delete').click();
    await page.getByRole('dialog').waitFor();
    // A browser tells of a dialog's end in a task of its own, after this one.
    await page.evaluate(`document.querySelector('dialog').close(); document.activeElement.click()`);
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click({ timeout: 5000 });
    await said(page, 'Deleted.');
  });

  it('leaves the keyboard at a filter that was set, and goes to the content where filters are cleared', async () => {
    const { page, ask } = await host.visit('exports');
    await ask({ count: 1 });
    await row(page, 'Waiting').waitFor();
    const status = page.getByLabel('Status');
    await status.focus();
    await status.selectOption('Done');
    await row(page, 'Waiting').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.name')).toBe('status');
    await page.getByRole('link', { name: 'Clear filters' }).first().focus();
    await page.keyboard.press('Enter');
    await row(page, 'Waiting').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
  });

  it('does not say that somebody is signed out who is not', async () => {
    const { page } = await host.visit('exports');
    await page.route('**/session', (route) =>
      route.request().method() === 'DELETE'
        ? route.fulfill({
            status: 503,
            json: { code: 'unavailable', detail: 'The database does not answer.' },
          })
        : route.fallback(),
    );
    await button(page, 'Sign out').click();
    await page.getByRole('status').getByText('The database does not answer.').waitFor();
    await heading(page, 'My exports').waitFor();
    await page.unroute('**/session');
    await button(page, 'Sign out').click();
    await heading(page, 'Sign in').waitFor();
  });
});
