// How each page of the console looks: light and dark, on a desktop and on a phone, empty, full and refused.
import { mkdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../support/browser.ts';
import { completeExport } from '../support/complete-export.ts';
import { useConsole } from '../support/console-page.ts';
import { looksOf } from '../support/looks.ts';

const MAX_GZIP_BYTES = 24_000;
/** Where to put pictures of every page, for people to look at. */
const pictures = process.env['CONSOLE_PICTURES'];
const why = chromiumPath === undefined ? ' (SKIPPED: no Chromium; install it or set CHROMIUM)' : '';
const pages = [
  'admin/exports',
  'admin/bulk',
  'admin/bulk/new',
  'admin/failures',
  'admin/queue',
  'admin/deliveries',
  'admin/audit',
  'schedules',
  'limits',
  'new',
];

it('the script of the console is small', async () => {
  const file = await readFile(new URL('../../src/web/console.js', import.meta.url));
  expect(gzipSync(file, { level: 9 }).length).toBeLessThan(MAX_GZIP_BYTES);
});

describe.skipIf(chromiumPath === undefined && !process.env['CI'])(`the console${why}`, () => {
  const host = useConsole();
  const looks = looksOf(
    { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } },
    { forPictures: pictures !== undefined },
  );

  /** Looks for what axe finds, and for a page that is wider than its window. */
  async function look(page: Page, name: string, state: string) {
    await page.locator('.loading').first().waitFor({ state: 'detached' });
    if (pictures !== undefined) {
      await mkdir(pictures, { recursive: true });
      const path = `${pictures}/${state.replaceAll('/', '-')}-${name}.png`;
      await page.screenshot({ path, animations: 'disabled' });
    }
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.map(({ id, nodes }) => [state, id, ...nodes.map((node) => node.html)]);
    expect(found).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), state).toBe(true);
  }

  /** Ids of a bulk export that runs, and of one that has ended; both have failures. */
  async function bulkExports(): Promise<[running: string, ended: string]> {
    const { pool } = host.database;
    const subjects = Array.from({ length: 40 }, (_, n) => String(4711 + n));
    const ask = async () => {
      const body = { dataset: 'diary', subjects };
      const response = await host.api.call('POST', '/v1/bulk-exports', { key: host.api.keys.admin, body });
      return ((await response.json()) as { id: string }).id;
    };
    const [ended, running] = [await ask(), await ask()];
    await pool.query(
      `update rowferry.bulk_exports set status = 'running', started_at = now() - interval '40 seconds'`,
    );
    await pool.query(
      `update rowferry.bulk_subjects
          set status = case when subject::int % 9 = 0 then 'failed' else 'completed' end, ended_at = now(),
              rows = 2000, bytes = 160000,
              error_code = case when subject::int % 9 = 0 then 'source_timeout' end,
              error_message = case when subject::int % 9 = 0
                                   then 'The source database ended the query: its time was over.' end
        where bulk_id = $1 or subject::int < 4735`,
      [ended],
    );
    await pool.query(
      `update rowferry.bulk_subjects set status = 'queued' where status = 'waiting' and subject < '4745'`,
    );
    const file = {
      objectKey: 'bulk/m',
      fileName: 'diary-manifest.csv',
      bytes: 5600,
      sha256: 'a3'.repeat(32),
    };
    await pool.query(
      `update rowferry.bulk_exports set status = 'completed_with_failures', finished_at = now(), manifest = $2,
              expires_at = now() + interval '7 days' where id = $1`,
      [ended, { csv: file, json: file }],
    );
    return [running, ended];
  }

  it.each(looks)(
    'has nothing that axe finds on any page: %s',
    { timeout: 300_000 },
    async (name, context) => {
      const stranger = await host.visit('exports', { ...context, signedIn: false });
      await look(stranger.page, name, 'sign-in');
      const user = await host.visit('exports', context);
      await look(user.page, name, 'empty');
      await user.page.goto(`${host.api.url}/#/admin/queue`);
      await user.page.getByText('This is not for you').first().waitFor();
      await look(user.page, name, 'forbidden');

      const { pool } = host.database;
      await host.api.call('POST', '/v1/schedules', {
        key: user.key,
        body: {
          dataset: 'diary',
          cron: '0 6 * * 1',
          timeZone: 'Europe/Berlin',
          title: 'Diary, every Monday',
        },
      });
      const hook = { url: 'https://app.example.org/hooks/rowferry' };
      await host.api.call('POST', '/v1/webhooks', { key: host.api.keys.admin, body: hook });
      await pool.query(
        `insert into rowferry.usage (tenant, role, subject, hour, exports, rows, bytes)
       select 'default', '', '', date_trunc('hour', now(), 'UTC') - n * interval '1 hour', 9,
              1000000 * (2 + sin(n / 3.0)), 80000000 from generate_series(1, 22) n on conflict do nothing`,
      );
      for (const count of [1, 2, 3]) {
        const id = await user.ask({ count });
        await completeExport(host.database, host.storage, id, Buffer.from('title\nAlien\n'));
        await pool.query(
          'update rowferry.exports set rows = $2::bigint, bytes = $2::bigint * 80 where id = $1',
          [id, count * 70_123],
        );
        if (count === 2)
          await pool.query(
            `update rowferry.exports set status = 'expired', expires_at = now() where id = $1`,
            [id],
          );
        if (count === 1) {
          await pool.query(
            `update rowferry.exports set status = 'failed', error_code = 'source_timeout', files = null,
                  error_message = 'The source database ended the query: its time was over.' where id = $1`,
            [id],
          );
        }
      }
      const done = await user.ask({ count: 7 });
      await completeExport(host.database, host.storage, done, Buffer.from('title\nAlien\n'));
      await user.ask({ count: 4 });
      await pool.query(
        `update rowferry.exports set status = 'running', attempt = 1, rows = 61000, bytes = 4880000, estimated_rows = 145000,
              started_at = now() - interval '4 seconds', created_at = now() where params ->> 'count' = '4'`,
      );
      await user.page.goto(`${host.api.url}/#/exports`);
      await user.page.locator('.badge.running').waitFor();
      await look(user.page, name, 'exports');
      if (name.startsWith('phone')) {
        await user.page.getByRole('button', { name: 'Menu' }).click();
        await look(user.page, name, 'menu');
      }
      await user.page.goto(`${host.api.url}/#/exports/${done}`);
      await user.page.getByText('What happened').waitFor();
      await look(user.page, name, 'details');
      await user.page.getByRole('button', { name: 'Delete' }).click();
      await user.page.getByRole('dialog').waitFor();
      await look(user.page, name, 'question');

      const formats = ['csv', 'xlsx', 'parquet'] as const;
      const body = { dataset: 'diary', formats };
      const asked = await host.api.call('POST', '/v1/exports', { key: user.key, body });
      const { id: several } = (await asked.json()) as { id: string };
      await completeExport(host.database, host.storage, several, Buffer.from('title\nAlien\n'), formats);
      await user.page.goto(`${host.api.url}/#/exports/${several}`);
      await user.page.getByText('diary-2026-01-01.parquet').first().waitFor();
      await look(user.page, name, 'details-of-several');

      const { page } = await host.visit('exports', { ...context, role: 'admin' });
      await page.goto(`${host.api.url}/#/admin/bulk`);
      await page.getByText('No bulk exports yet').waitFor();
      await look(page, name, 'admin/bulk-empty');
      const [running, ended] = await bulkExports();
      await page.goto(`${host.api.url}/#/admin/bulk/${running}`);
      await page.getByText('In the queue').waitFor();
      await look(page, name, 'admin/bulk-running');
      await page.goto(`${host.api.url}/#/admin/bulk/${ended}`);
      await page.getByRole('button', { name: 'Manifest as CSV' }).waitFor();
      await look(page, name, 'admin/bulk-ended');
      await page.goto(`${host.api.url}/#/admin/bulk/${ended.replaceAll(/\d/g, '0')}`);
      await page.getByText('There is nothing here').first().waitFor();
      await look(page, name, 'admin/bulk-none');
      await page.goto(`${host.api.url}/#/admin/bulk/new`);
      await page.getByLabel('Of these subjects').check();
      await page.getByRole('button', { name: 'Start' }).click();
      await page.getByRole('alert').getByText('Name at least one subject.').waitFor();
      await look(page, name, 'admin/bulk-new-list');
      for (const path of pages) {
        await page.goto(`${host.api.url}/#/${path}`);
        await look(page, name, path);
      }
    },
  );

  it('moves nothing for those who want no motion', async () => {
    const { page, ask } = await host.visit('exports', { reducedMotion: 'reduce' });
    await ask({ count: 5000, napMs: 100 });
    await host.startWorker();
    await page.locator('.badge.running').waitFor();
    expect(await page.evaluate('document.getAnimations().length')).toBe(0);
  });

  it('has landmarks, one heading of the first level, and a way past the navigation', async () => {
    const { page } = await host.visit('exports');
    await page.keyboard.press('Tab');
    await page.getByRole('link', { name: 'Skip to the content' }).waitFor();
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('MAIN');
    for (const role of ['banner', 'main'] as const) expect(await page.getByRole(role).count()).toBe(1);
    expect(await page.getByRole('navigation', { name: 'Pages' }).count()).toBe(1);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await page.title()).toBe('My exports · rowferry');
  });
});
