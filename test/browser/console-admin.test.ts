// An admin's day with the console, in a real browser with a real API and worker.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../support/browser.ts';
import { completeExport } from '../support/complete-export.ts';
import { useConsole } from '../support/console-page.ts';

const why = chromiumPath === undefined ? ' (SKIPPED: no Chromium; install it or set CHROMIUM)' : '';
const SLOW = { count: 20_000, napMs: 100 };

describe.skipIf(chromiumPath === undefined && !process.env['CI'])(`the console of an admin${why}`, () => {
  const host = useConsole();
  const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
  const row = (page: Page, text: string | RegExp) => page.locator('tbody tr').filter({ hasText: text });
  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
  const said = (page: Page, text: string | RegExp) => page.getByRole('status').getByText(text).waitFor();
  const open = async (page: Page, name: string) => {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
    await heading(page, name).waitFor();
  };

  it('finds everybody’s exports, and cancels, expires and downloads one', async () => {
    const [ada, bob] = [await host.visit('exports'), await host.visit('exports')];
    await ada.ask(SLOW);
    const done = await bob.ask();
    await completeExport(host.database, host.storage, done, Buffer.from('title\n'));
    const { page, subject } = await host.visit('admin/exports', { role: 'admin' });
    await row(page, ada.subject).waitFor();
    await row(page, bob.subject).waitFor();
    await page.getByLabel('Subject').fill(ada.subject);
    await page.keyboard.press('Enter');
    await row(page, bob.subject).waitFor({ state: 'detached' });
    await row(page, ada.subject)
      .getByRole('button', { name: /Cancel/ })
      .click();
    await row(page, ada.subject).getByText('Cancelled').waitFor();
    await page.getByRole('link', { name: 'Clear filters' }).click();
    const today = new Date().toISOString().slice(0, 10);
    for (const name of ['From', 'Until']) await page.getByLabel(name).fill(today);
    await row(page, ada.subject).waitFor();
    await page.getByLabel('From').fill('2020-01-01');
    await page.getByLabel('Until').fill('2020-02-29');
    await row(page, ada.subject).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Clear filters' }).first().click();
    await row(page, bob.subject).getByRole('link').click();
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Download').click()]);
    expect(download.suggestedFilename()).toBe('diary-2026-01-01.csv');
    await page.locator('section', { hasText: 'Who downloaded it' }).getByText(subject).waitFor();
    await button(page, 'Remove file now').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove file now' }).click();
    await page.getByText('Expired', { exact: true }).waitFor();
    // Bob sees who had his file.
    await bob.page.goto(`${host.api.url}/#/exports/${done}`);
    await bob.page.locator('section', { hasText: 'Who downloaded it' }).getByText(subject).waitFor();
  });

  it('sees why exports fail, and has one run again', async () => {
    const user = await host.visit('exports');
    await host.database.pool.query('insert into broken values (1)');
    const id = await user.ask();
    await host.startWorker();
    await row(user.page, 'Failed').waitFor();
    const { page } = await host.visit('admin/failures', { role: 'admin' });
    await row(page, '1 export, 1 subject')
      .getByRole('link', { name: /Show them/ })
      .click();
    await heading(page, 'All exports').waitFor();
    await row(page, user.subject).waitFor();
    expect(await row(page, /./).count()).toBe(1);
    await host.database.pool.query('truncate broken');
    await row(page, user.subject)
      .getByRole('button', { name: /Run again/ })
      .click();
    await said(page, 'It runs once more.');
    await page.goto(`${host.api.url}/#/exports/${id}`);
    await page.getByText('Done', { exact: true }).waitFor();
  });

  it('starts a bulk export, retries what failed, downloads the manifest and deletes it', async () => {
    await host.database.pool.query('insert into broken values (1)');
    const { page } = await host.visit('admin/exports', { role: 'admin' });
    await open(page, 'Bulk exports');
    await page.getByText('No bulk exports yet').waitFor();
    await page.getByRole('link', { name: 'New bulk export' }).click();
    await page.getByLabel('Of these subjects').check();
    await button(page, 'Start').click();
    await page.getByRole('alert').getByText('Name at least one subject.').waitFor();
    await page.getByLabel('Subjects, one a line').fill('ada\n\nbob\nbob\n');
    await button(page, 'Start').click();
    await heading(page, 'Bulk export of diary').waitFor();
    await page.getByText('It is there when the bulk export has ended.').waitFor();
    const state = (name: string) => page.locator('.headline .badge').getByText(name, { exact: true });
    await host.startWorker();
    await state('Failed').waitFor();
    const reasons = page.locator('section', { hasText: 'Why exports failed' });
    await reasons.getByText('2 subjects').waitFor();
    await reasons.getByText('First subjects: ada, bob').waitFor();
    await reasons.getByRole('link', { name: /Show them/ }).click();
    await row(page, 'ada').waitFor();
    expect(await row(page, /./).count()).toBe(2);
    await page.goBack();
    await host.database.pool.query('truncate broken');
    await button(page, 'Retry the failed').click();
    await said(page, 'What failed runs once more.');
    await state('Done').waitFor();
    await page.getByText('of 2', { exact: true }).waitFor();
    for (const [format, end] of [
      ['CSV', /-manifest\.csv$/],
      ['JSON', /-manifest\.json$/],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        button(page, `Manifest as ${format}`).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(end);
      expect(await readFile(await download.path(), 'utf8')).toMatch(/ada[^]*bob/);
    }
    await button(page, 'Delete').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await said(page, 'Deleted.');
    await page.getByText('No bulk exports yet').waitFor();
  });

  it('starts one bulk export, also where the answer to the first request is lost', async () => {
    const { page } = await host.visit('admin/bulk/new', { role: 'admin' });
    await page.route('**/v1/bulk-exports', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await page.getByLabel('Of these subjects').check();
    await page.getByLabel('Subjects, one a line').fill('ada');
    await page.getByLabel('Of everybody').check();
    await page.getByLabel('Of these subjects').check();
    await button(page, 'Start').click();
    await page.getByRole('alert').getByText(/./).waitFor();
    await page.unroute('**/v1/bulk-exports');
    await button(page, 'Start').click();
    await heading(page, 'Bulk export of diary').waitFor();
    const { rows } = await host.database.pool.query('select from rowferry.bulk_exports');
    expect(rows).toHaveLength(1);
  });

  it('leaves an admin where they have gone meanwhile, when an answer comes late', async () => {
    const { page } = await host.visit('admin/bulk/new', { role: 'admin' });
    let answer: () => void = () => undefined;
    const left = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/v1/bulk-exports', async (route) => {
      await left;
      await route.continue();
    });
    await button(page, 'Start').click();
    await open(page, 'Limits');
    answer();
    await said(page, 'It begins.');
    await heading(page, 'Limits').waitFor();
    expect(page.url()).toBe(`${host.api.url}/#/limits`);
  });

  it('forgets a question whose page is left, and does nothing', async () => {
    const user = await host.visit('exports');
    const id = await user.ask();
    const { page } = await host.visit('admin/exports', { role: 'admin' });
    await row(page, user.subject).getByRole('link').click();
    await button(page, 'Delete').click();
    await page.getByRole('dialog').waitFor();
    await page.goBack();
    await heading(page, 'All exports').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const { rows } = await host.database.pool.query('select deleted_at from rowferry.exports where id = $1', [
      id,
    ]);
    expect(rows).toEqual([{ deleted_at: null }]);
  });

  it('makes one export of two clicks on “Run again”', async () => {
    const user = await host.visit('exports');
    const id = await user.ask();
    await completeExport(host.database, host.storage, id, Buffer.from('title\n'));
    await user.page.goto(`${host.api.url}/#/exports/${id}`);
    let release: () => void = () => undefined;
    const clicked = new Promise<void>((resolve) => (release = resolve));
    let requests = 0;
    await user.page.route('**/v1/exports', async (route) => {
      requests++;
      await clicked;
      await route.continue();
    });
    await button(user.page, 'Run again').click();
    await button(user.page, 'Run again').click();
    release();
    await user.page.getByText('Waiting', { exact: true }).first().waitFor();
    expect(requests).toBe(1);
  });

  it('follows a bulk export of everybody, and cancels it', async () => {
    const { page } = await host.visit('admin/bulk/new', { role: 'admin' });
    await button(page, 'Start').click();
    await page.getByText('Nobody is found yet.').waitFor();
    await button(page, 'Cancel bulk export').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel bulk export' }).click();
    await said(page, 'It is being cancelled.');
    await open(page, 'Bulk exports');
    await row(page, 'everybody').getByText('Being cancelled').waitFor();
    await host.startWorker();
    await row(page, 'everybody').getByText('Cancelled', { exact: true }).waitFor();
    await page.getByLabel('Status').selectOption('running');
    await page.getByText('Nothing fits these filters').waitFor();
  });

  it('sees what waits, what runs, and what was done', async () => {
    const user = await host.visit('exports');
    const { page } = await host.visit('admin/queue', { role: 'admin' });
    const lane = (name: string) => page.locator('section', { hasText: name });
    await lane('Normal lane').waitFor();
    const number = (name: string, what: string) =>
      lane(name).locator('.tiles > div', { hasText: what }).locator('dd');
    await user.ask({ count: 200_000, napMs: 100 });
    await number('lane', 'Waiting').getByText('1').first().waitFor();
    await page
      .getByText(/oldest waits/)
      .first()
      .waitFor();
    await host.startWorker();
    await page
      .getByText(/longest runs/)
      .first()
      .waitFor();
    await page.getByRole('img', { name: /rows in 24 hours/ }).waitFor();
    await page.getByText('The same as a table').click();
    await page.getByRole('rowheader').first().waitFor();
    expect(await page.getByRole('rowheader').count()).toBe(24);
  });

  it('opens the jobs of the queue, which shows all and loads nothing from elsewhere', async () => {
    const user = await host.visit('exports');
    const { page } = await host.visit('admin/queue', { role: 'admin' });
    const id = await user.ask(SLOW);
    // Small or not: that depends on whether its rows could be estimated in time.
    const { rows } = await host.database.pool.query<{ queue: string }>(
      `select case lane when 'normal' then 'exports' else 'exports-' || lane end as queue
         from rowferry.exports where id = $1`,
      [id],
    );
    const queue = rows[0]?.queue ?? '';
    // The page reads its jobs when it opens; the request may be answered before its job is there.
    const jobs = `fetch('/queue/api/queues?activeQueue=${queue}').then((answer) => answer.text())`;
    await expect.poll(() => page.evaluate<string>(jobs)).toContain(id);
    await page.getByRole('link', { name: 'Open the page of the jobs' }).click();
    await page.getByRole('link', { name: queue, exact: true }).first().click();
    await page.getByText(id).first().waitFor();
    await user.page.goto(`${host.api.url}/queue`);
    await user.page.getByText('Not allowed').waitFor();
  });

  it('pauses, resumes and deletes a schedule of somebody', async () => {
    const user = await host.visit('exports');
    const formats = ['csv', 'xlsx'];
    const body = { dataset: 'diary', formats, cron: '0 6 * * 1', title: 'Every Monday' };
    await host.api.call('POST', '/v1/schedules', { key: user.key, body });
    const { page } = await host.visit('schedules', { role: 'admin' });
    const card = page.getByRole('listitem').filter({ hasText: 'Every Monday' });
    await card.getByText('diary, CSV, XLSX').waitFor();
    await card
      .getByText(/in \d days?|tomorrow|in \d+ hours/)
      .first()
      .waitFor();
    await card.getByRole('button', { name: /Pause/ }).click();
    await card.getByText('Paused', { exact: true }).waitFor();
    await card.getByRole('button', { name: /Resume/ }).click();
    await card.getByText('Paused', { exact: true }).waitFor({ state: 'detached' });
    await card.getByRole('button', { name: /Delete/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No schedules yet').waitFor();
  });

  it('sees who was told, and sends a message again', async () => {
    const { page } = await host.visit('admin/deliveries', { role: 'admin' });
    await page.getByText('No messages yet').waitFor();
    const hook = { url: 'https://hooks.example.org/rowferry' };
    await host.api.call('POST', '/v1/webhooks', { key: host.api.keys.admin, body: hook });
    const user = await host.visit('exports');
    const id = await user.ask();
    await completeExport(host.database, host.storage, id, Buffer.from('title\n'));
    await host.database.pool.query(
      `update rowferry.notifications set state = 'failed', ended_at = now(), attempt = 3, last_error = 'It answered 500.'`,
    );
    await page.reload();
    await page.getByText(hook.url).waitFor();
    await page.getByLabel('Status').selectOption('failed');
    await row(page, 'It answered 500.')
      .getByRole('button', { name: /Send again/ })
      .click();
    await said(page, 'It will be sent once more.');
    await page.getByLabel('Status').selectOption('pending');
    await row(page, 'Done: diary').getByText('Waiting').waitFor();

    const body = { dataset: 'diary', subjects: ['1'] };
    const response = await host.api.call('POST', '/v1/bulk-exports', { key: host.api.keys.admin, body });
    const { id: bulk } = (await response.json()) as { id: string };
    await host.database.pool.query(
      `update rowferry.bulk_exports set status = 'failed', finished_at = now() where id = $1`,
      [bulk],
    );
    await row(page, 'Bulk export ended: diary').getByRole('link').click();
    await page.waitForURL(`**/admin/bulk/${bulk}`);
  });

  it('reads the limits in force and the audit log', async () => {
    const { page, subject } = await host.visit('limits', { role: 'admin' });
    await page.getByRole('row', { name: /Exports an hour.* of 10,000/ }).waitFor();
    await page.getByRole('row', { name: /Exports at a time.*0 of 20 / }).waitFor();
    await open(page, 'Audit log');
    await page.getByLabel('Who').fill(subject);
    await page.keyboard.press('Enter');
    // Until the filter has taken the others away.
    await expect.poll(() => row(page, 'session.begun').count()).toBe(1);
    await page.getByLabel('What').selectOption('export.deleted');
    await page.getByText('Nothing that fits was done.').waitFor();
  });
});
