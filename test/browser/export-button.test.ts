// The export button in a real browser, on a page of another origin, with a real API and worker.
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { Download } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { chromiumPath } from '../support/browser.ts';
import { useButtonPage } from '../support/button-page.ts';
import type { OpenPage } from '../support/button-page.ts';
import { until } from '../support/until.ts';

const why = chromiumPath === undefined ? ' (SKIPPED: no Chromium; install it or set CHROMIUM)' : '';
const SLOW = JSON.stringify({ count: 20_000, napMs: 100 });
const contentOf = async (download: Download) => readFile(await download.path(), 'utf8');

describe.skipIf(chromiumPath === undefined && !process.env['CI'])(`the export button${why}`, () => {
  const host = useButtonPage();
  const posts = () => host.proxy.seen.filter((one) => one === 'POST /v1/exports').length;
  const begin = async ({ trigger, part }: OpenPage) => {
    await trigger.click();
    await part('start').click();
  };
  const status = (opened: OpenPage, expected: string) =>
    vi.waitFor(async () => expect((await opened.exports()).at(-1)?.status).toBe(expected), 20_000);

  it('leads from the choice by way of estimate and progress to the file', async () => {
    await host.startWorker();
    const params = JSON.stringify({ count: 2000, napMs: 60 });
    const opened = await host.open({ attributes: { params, 'auto-download-seconds': '0' } });
    await opened.trigger.click();
    await opened.panel.getByText('Every film you have watched').waitFor();
    await opened
      .part('estimate')
      .getByText(/^About [\d,]+ rows, [\d.]+ [kM]B, a few seconds$/)
      .waitFor();
    await opened.panel.getByText('4 columns').click();
    await opened.panel.getByText('Year of its first release.').waitFor();
    await opened.panel.getByText('JSON', { exact: true }).click();
    await opened.part('start').click();
    await opened
      .part('figures')
      .getByText(/^[1-9][\d,]* rows · [\d.]+ [kM]B$/)
      .waitFor();
    await opened.panel.getByText('You may close this page').waitFor();
    await opened.panel.getByText('Your file is ready').waitFor();
    await opened.panel.getByText('2,000 rows').waitFor();
    const downloading = opened.page.waitForEvent('download');
    await opened.part('download').click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^diary-.*\.json$/);
    expect(JSON.parse(await contentOf(download))).toHaveLength(2000);
    expect(await opened.exports()).toMatchObject([{ status: 'completed', format: 'json' }]);
  });

  it('writes the columns that were chosen, and none for nothing', async () => {
    await host.startWorker();
    const opened = await host.open();
    await opened.trigger.click();
    const estimate = async () =>
      (await opened
        .part('estimate')
        .getByText(/^3 rows, /)
        .textContent()) ?? '';
    const ofAll = await estimate();
    await opened.panel.getByText('4 columns').click();
    await opened.panel.getByRole('checkbox', { name: 'comment' }).uncheck();
    await opened.panel.getByRole('checkbox', { name: 'year' }).uncheck();
    await opened.panel.getByText('2 columns').waitFor();
    await until(async () => (await estimate()) !== ofAll);
    for (const name of ['title', 'rating']) await opened.panel.getByRole('checkbox', { name }).uncheck();
    expect(await opened.part('start').isDisabled()).toBe(true);
    for (const name of ['rating', 'title']) await opened.panel.getByRole('checkbox', { name }).check();
    const downloading = opened.page.waitForEvent('download');
    await opened.part('start').click();
    expect(await contentOf(await downloading)).toMatch(/^title,rating\nFilm 1,10/);
  });

  it('offers a workbook by the name that people know, and no gzip with it', async () => {
    await host.startWorker();
    const opened = await host.open();
    await opened.trigger.click();
    const compress = opened.panel.getByText('Compress (gzip)');
    await compress.click();
    await opened.panel.getByText('Excel', { exact: true }).click();
    await compress.waitFor({ state: 'hidden' });
    const downloading = opened.page.waitForEvent('download');
    await opened.part('start').click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^diary-.*\.xlsx$/);
    expect(await opened.exports()).toMatchObject([{ status: 'completed', format: 'xlsx' }]);
  });

  it('downloads a small export at once', async () => {
    await host.startWorker();
    const opened = await host.open();
    await opened.trigger.click();
    await opened
      .part('estimate')
      .getByText(/^3 rows, \d+ bytes, a few seconds$/)
      .waitFor();
    const downloading = opened.page.waitForEvent('download');
    await opened.part('start').click();
    const text = await contentOf(await downloading);
    expect(text.split('\n')).toHaveLength(5);
    expect(text).toContain(`of ${opened.subject} and so on`);
  });

  it('starts once, however often and fast it is clicked', async () => {
    const opened = await host.open();
    await opened.trigger.click();
    await opened.part('estimate').getByText('3 rows').waitFor();
    await opened.part('start').dblclick();
    await opened.page.keyboard.press('Enter');
    await opened.panel.getByText('Waiting to start').waitFor();
    expect(posts()).toBe(1);
    expect(await opened.exports()).toHaveLength(1);
  });

  it('finds a running export again after a reload, and goes on to the file', async () => {
    await host.startWorker();
    const opened = await host.open({ attributes: { params: JSON.stringify({ count: 2000, napMs: 150 }) } });
    await begin(opened);
    await opened.panel.getByText('Writing the file').waitFor();
    await opened.reload();
    await opened.trigger.locator('progress').waitFor();
    await opened.trigger.click();
    await opened.panel.getByText('Your file is ready').waitFor();
    await opened.reload();
    await opened.trigger.click();
    await opened.part('download').waitFor();
    expect(posts()).toBe(1);
    // Then another one can be asked for.
    await opened.part('anew').click();
    await opened.part('start').click();
    await opened.panel.getByText('Your file is ready').waitFor();
    expect(await opened.exports()).toHaveLength(2);
  });

  it('sends a request whose answer was lost with its page once more, and gets the same export', async () => {
    let asked: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (asked = resolve));
    const opened = await host.open();
    host.proxy.intercept = ({ method, url, headers }, response) => {
      if (method !== 'POST' || url !== '/v1/exports') return false;
      // It gets there; its answer does not get back.
      host.proxy.intercept = undefined;
      const body = JSON.stringify({
        dataset: 'diary',
        params: {},
        format: 'csv',
        options: { compression: 'none' },
      });
      void fetch(`${host.api.url}/v1/exports`, {
        method,
        body,
        headers: {
          authorization: headers.authorization ?? '',
          'content-type': 'application/json',
          'idempotency-key': String(headers['idempotency-key']),
        },
      }).then(asked);
      response.on('close', () => undefined);
      return true;
    };
    await begin(opened);
    await arrived;
    await opened.reload();
    await opened.trigger.click();
    await opened.panel.getByText('Waiting to start').waitFor();
    expect(posts()).toBe(2);
    expect(await opened.exports()).toHaveLength(1);
  });

  it('finds what is running by the list where the browser remembers nothing, and nothing of other parameters', async () => {
    const opened = await host.open({ attributes: { params: SLOW } });
    await begin(opened);
    await opened.panel.getByText('Waiting to start').waitFor();
    await opened.page.evaluate('localStorage.clear()');
    await opened.reload();
    await opened.trigger.click();
    await opened.panel.getByText('Waiting to start').waitFor();
    await opened.page.evaluate(`localStorage.clear(); button.params = { count: 7 }`);
    await opened.part('start').waitFor();
    expect(await opened.exports()).toHaveLength(1);
  });

  it('takes nobody else’s export for one’s own, for an admin either', async () => {
    const user = await host.open({ attributes: { params: SLOW } });
    await begin(user);
    await user.panel.getByText('Waiting to start').waitFor();
    const admin = await host.open({ attributes: { params: SLOW }, claims: { roles: ['admin'] } });
    await admin.trigger.click();
    await admin.part('start').waitFor();
  });

  it.each(['en_US', ''])('speaks English in a page whose language is "%s"', async (language) => {
    const opened = await host.open({ attributes: { lang: language } });
    await opened.trigger.click();
    await opened.part('estimate').getByText('3 rows').waitFor();
  });

  it('takes its dataset as a property too, as frameworks set it', async () => {
    const opened = await host.open({ attributes: { dataset: '', 'data-film': '7' } });
    await opened.page.evaluate(`button.dataset = 'diary'`);
    await opened.trigger.click();
    await opened.part('estimate').getByText('3 rows').waitFor();
    expect(await opened.page.evaluate('button.dataset.film')).toBe('7');
  });

  it('says so where its parameters cannot be read', async () => {
    const opened = await host.open({ attributes: { params: '{userId: 1}' } });
    await begin(opened);
    await opened.panel.getByText('That did not work').waitFor();
    await opened.panel.getByText('/params').waitFor();
  });

  it('cancels', async () => {
    await host.startWorker();
    const opened = await host.open({ attributes: { params: SLOW } });
    await begin(opened);
    await opened.panel.getByText('Writing the file').waitFor();
    await opened.part('cancel').click();
    await opened.panel.getByText('Cancelled').waitFor();
    expect(await opened.exports()).toMatchObject([{ status: 'cancelled' }]);
    await opened.reload();
    await opened.trigger.click();
    await opened.part('start').waitFor();
  });

  it('says why an export failed, and tries again', async () => {
    await host.startWorker();
    const opened = await host.open({ attributes: { 'auto-download-seconds': '0' } });
    await opened.trigger.click();
    await opened.part('estimate').getByText('3 rows').waitFor();
    await host.database.pool.query('insert into broken values (1)');
    await opened.part('start').click();
    await opened.panel.getByText('The export did not succeed').waitFor();
    await opened.part('note').getByText('22012').waitFor();
    const [failed] = await opened.exports();
    await opened.panel.getByText(failed?.id ?? 'no id').waitFor();
    await host.database.pool.query('truncate broken');
    await opened.part('retry').click();
    await opened.panel.getByText('Your file is ready').waitFor();
    expect((await opened.exports()).map((one) => one.status)).toEqual(['failed', 'completed']);
  });

  it('says that a file has expired, on the click that finds out too', async () => {
    await host.startWorker();
    const opened = await host.open({ attributes: { 'auto-download-seconds': '0' } });
    await begin(opened);
    await opened.part('download').waitFor();
    await host.database.pool.query(
      `update rowferry.exports set expires_at = now() - interval '1 hour', status = 'expired' where subject = $1`,
      [opened.subject],
    );
    await opened.part('download').click();
    await opened.panel.getByText('The file is gone').waitFor();
    await opened.reload();
    await opened.trigger.click();
    await opened.panel.getByText('The file is gone').waitFor();
    await opened.part('anew').click();
    await opened.part('start').click();
    await opened.part('download').waitFor();
  });

  it('asks the page for another token when one is refused, and goes on', async () => {
    const script = `const asked = (window.asked = []);
      button.token = ({ refused }) => { asked.push(refused); return refused ? token : 'x.y.z'; };`;
    const opened = await host.open({ script });
    await begin(opened);
    await opened.panel.getByText('Waiting to start').waitFor();
    expect(await opened.page.evaluate('[asked[0], asked.includes(true)]')).toEqual([false, true]);
    expect(await opened.exports()).toHaveLength(1);
  });

  it('says that the session has ended, and goes on with the token that the page sets then', async () => {
    const script = `window.good = token; button.token = 'x.y.z';
      window.errors = []; button.addEventListener('rowferry-error', ({ detail }) => errors.push(detail.code));`;
    const opened = await host.open({ script });
    await opened.trigger.click();
    await opened.panel.getByText('Your session has ended').waitFor();
    expect(await opened.page.evaluate('errors')).toEqual(['unauthenticated']);
    await opened.page.evaluate('button.token = good');
    await opened.part('start').waitFor();
  });

  it('says so too where the page cannot get a token any more', async () => {
    const script = `window.good = token; button.token = async () => { throw new Error('signed out'); };`;
    const opened = await host.open({ script });
    await opened.trigger.click();
    await opened.panel.getByText('Your session has ended').waitFor();
    await opened.page.evaluate('button.token = () => good');
    await opened.part('start').waitFor();
  });

  it('says when to come back when a limit is reached', async () => {
    const opened = await host.open({ attributes: { params: SLOW } });
    await begin(opened);
    await opened.panel.getByText('Waiting to start').waitFor();
    await opened.page.evaluate('button.params = { count: 5 }');
    await opened.part('start').click();
    await opened.panel.getByText(/^A limit is reached. Come back in \d+ (second|minute)s?\.$/).waitFor();
    await opened.panel.getByText('A subject may have 1 exports').waitFor();
    // When it is free again, the same click does.
    await host.database.pool.query(`update rowferry.exports set status = 'cancelled' where subject = $1`, [
      opened.subject,
    ]);
    await opened.part('retry').click();
    await opened.panel.getByText('Waiting to start').waitFor();
    expect((await opened.exports()).map((one) => one.status)).toEqual(['cancelled', 'queued']);
  });

  it('waits through an outage, and says so', async () => {
    const opened = await host.open();
    await begin(opened);
    await opened.panel.getByText('Waiting to start').waitFor();
    host.proxy.intercept = (_request, response) => {
      response.destroy();
      return true;
    };
    host.proxy.cut();
    await opened.panel.getByText('No connection').waitFor();
    host.proxy.intercept = undefined;
    await opened.panel.getByText('You may close this page').waitFor();
  });

  it('writes an e-mail instead, to the address of the token', async () => {
    const opened = await host.open();
    await begin(opened);
    await opened.part('email').click();
    const address = `user-${opened.subject}@example.org`;
    await opened.panel.getByText(`${address} gets an e-mail`).waitFor();
    expect(await opened.part('email').count()).toBe(0);
    const { rows } = await host.database.pool.query(
      `select address from rowferry.email_recipients r join rowferry.exports e on e.id = r.export_id where e.subject = $1`,
      [opened.subject],
    );
    expect(rows).toEqual([{ address }]);
    expect(await opened.exports()).toHaveLength(1);
  });

  it('says why no e-mail can be written', async () => {
    const opened = await host.open({ claims: { email: undefined } });
    await begin(opened);
    await opened.part('email').click();
    await opened.part('told').getByText('must be a list of addresses').waitFor();
  });

  describe('watching', () => {
    const stream = (write: (response: ServerResponse, state: object) => void) => {
      host.proxy.intercept = async ({ url, headers }, response) => {
        const id = /^\/v1\/exports\/([^/]+)\/events$/.exec(url ?? '')?.[1];
        if (id === undefined) return false;
        const answer = await fetch(`${host.api.url}/v1/exports/${id}`, {
          headers: { authorization: headers.authorization ?? '' },
        });
        response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Access-Control-Allow-Origin': '*' });
        write(response, (await answer.json()) as object);
        return true;
      };
    };
    const looks = () => host.proxy.seen.filter((one) => /^GET \/v1\/exports\/[^/?]+$/.test(one)).length;

    it('is by events where they come through', async () => {
      const opened = await host.open();
      stream((response, state) => {
        const send = (change: object) =>
          response.write(`event: export\nid: 1\ndata: ${JSON.stringify({ ...state, ...change })}\n\n`);
        send({ queuePosition: 3 });
        response.write(': beat\n\n');
        void opened.panel
          .getByText('2 exports before it')
          .waitFor()
          .then(() => send({ queuePosition: 1 }))
          .then(() => opened.panel.getByText('Next in line').waitFor())
          .then(() => send({ status: 'failed', error: { code: 'given_up', message: 'Nobody took it.' } }))
          .then(() => response.end());
      });
      await begin(opened);
      await opened.panel.getByText('Nobody took it.').waitFor();
      expect(looks()).toBe(0);
    });

    it('is by looking where a stream stays silent', async () => {
      const opened = await host.open({ attributes: { 'auto-download-seconds': '0' } });
      stream((response) => response.flushHeaders());
      await begin(opened);
      await opened.panel.getByText('Waiting to start').waitFor();
      await host.startWorker();
      await opened.panel.getByText('Your file is ready').waitFor();
      expect(looks()).toBeGreaterThan(0);
    });

    it('is by looking where there are no events', async () => {
      const opened = await host.open({ attributes: { 'auto-download-seconds': '0' } });
      host.proxy.intercept = ({ url }, response) => {
        if (!url?.endsWith('/events')) return false;
        response.writeHead(406, { 'Access-Control-Allow-Origin': '*' }).end();
        return true;
      };
      await host.startWorker();
      await begin(opened);
      await opened.panel.getByText('Your file is ready').waitFor();
      await status(opened, 'completed');
      expect(looks()).toBeGreaterThan(0);
    });
  });
});
