// How the export button looks and is used by keyboard, screen reader and in other languages: in each state, light and dark,
// on a desktop and on a phone.
import { mkdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it, vi } from 'vitest';
import { chromiumPath } from '../support/browser.ts';
import { useButtonPage } from '../support/button-page.ts';
import type { OpenPage } from '../support/button-page.ts';
import { film } from '../support/film.ts';
import { looksOf } from '../support/looks.ts';

const MAX_GZIP_BYTES = 12_000;
/** Where to put pictures of every state, for people to look at. */
const pictures = process.env['BUTTON_PICTURES'];
const why = chromiumPath === undefined ? ' (SKIPPED: no Chromium; install it or set CHROMIUM)' : '';

it('the file of the export button is small', async () => {
  const file = await readFile(new URL('../../src/web/export-button.js', import.meta.url));
  expect(gzipSync(file, { level: 9 }).length).toBeLessThan(MAX_GZIP_BYTES);
});

describe.skipIf(chromiumPath === undefined && !process.env['CI'])(`the export button${why}`, () => {
  const host = useButtonPage();
  const once = JSON.stringify({ count: 20_000, napMs: 100 });
  const noDownload = { 'auto-download-seconds': '0' };
  const begin = async ({ trigger, part }: OpenPage) => {
    await trigger.click();
    await part('start').click();
  };

  /** Looks for what axe finds, and for a page that is wider than its window. */
  async function look(opened: OpenPage, name: string, state: string) {
    if (pictures !== undefined) {
      await mkdir(pictures, { recursive: true });
      await opened.page.screenshot({ path: `${pictures}/${state}-${name}.png` });
    }
    const { violations } = await new AxeBuilder({ page: opened.page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)])).toEqual([]);
    expect(await opened.page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  }

  const looks = looksOf(
    { desktop: { width: 900, height: 620 }, phone: { width: 375, height: 667 } },
    { forPictures: pictures !== undefined },
  );

  it.each(looks)(
    'has nothing that axe finds in any state: %s',
    { timeout: 300_000 },
    async (name, context) => {
      const opened = await host.open({ attributes: { params: once, ...noDownload }, context });
      await look(opened, name, '1-idle');
      await opened.trigger.click();
      await opened.part('estimate').getByText('20,000 rows').waitFor();
      await look(opened, name, '2-choice');
      await opened.panel.getByText('4 columns').click();
      await look(opened, name, '2-columns');
      await opened.part('start').click();
      await opened.panel.getByText('Waiting to start').waitFor();
      await look(opened, name, '3-queued');
      await opened.part('email').click();
      await opened.part('told').waitFor();
      await host.startWorker();
      await opened
        .part('figures')
        .getByText(/^[1-9].* rows/)
        .waitFor();
      await look(opened, name, '4-running');
      await opened.part('cancel').click();
      await opened.panel.getByText('Cancelled').waitFor();
      await look(opened, name, '5-cancelled');
      await opened.page.evaluate('button.params = { count: 200 }');
      await opened.part('start').click();
      await opened.panel.getByText('Your file is ready').waitFor();
      await look(opened, name, '6-completed');
      await host.database.pool.query(`update rowferry.exports set status = 'expired' where subject = $1`, [
        opened.subject,
      ]);
      await opened.part('download').click();
      await opened.panel.getByText('The file is gone').waitFor();
      await look(opened, name, '7-expired');
      await opened.page.evaluate('button.params = { count: 5 }');
      await opened.part('estimate').getByText('5 rows').waitFor();
      await host.database.pool.query('insert into broken values (1)');
      await opened.part('start').click();
      await opened.panel.getByText('The export did not succeed').waitFor();
      await look(opened, name, '8-failed');
      await opened.page.evaluate(`button.token = 'x.y.z'; button.params = { count: 6 }`);
      await opened.panel.getByText('Your session has ended').waitFor();
      await look(opened, name, '9-session-over');
    },
  );

  /** For the documentation alone: what it shows is tested elsewhere. At the pace of a person. */
  if (pictures !== undefined) {
    it('is filmed while an export runs: desktop-light', async () => {
      await host.startWorker();
      const params = JSON.stringify({ count: 40_000, napMs: 12 });
      const opened = await host.open({ attributes: { params, ...noDownload } });
      const recording = film(opened.page, pictures);
      await opened.page.waitForTimeout(800);
      await opened.trigger.click();
      await opened.part('estimate').getByText('40,000 rows').waitFor();
      await opened.page.waitForTimeout(1500);
      await opened.part('start').click();
      await opened.panel.getByText('Your file is ready').waitFor();
      await recording.stop();
    });
  }

  it('keeps its height from the choice to the file', async () => {
    const opened = await host.open({ attributes: noDownload });
    const heights = new Set<number>();
    const measure = async () => heights.add((await opened.panel.boundingBox())?.height ?? 0);
    await opened.trigger.click();
    await measure();
    await opened.part('estimate').getByText('3 rows').waitFor();
    await opened.part('start').click();
    await opened.panel.getByText('Waiting to start').waitFor();
    await measure();
    await host.startWorker();
    await opened.panel.getByText('Your file is ready').waitFor();
    await measure();
    expect(Math.max(...heights) - Math.min(...heights)).toBeLessThan(8);
  });

  it('has each format on one line, however many there are', async () => {
    const opened = await host.open();
    await opened.trigger.click();
    await opened.part('estimate').getByText('3 rows').waitFor();
    const labels = await opened.part('formats').locator('label').all();
    const boxes = await Promise.all(labels.map((label) => label.boundingBox()));
    expect(boxes).toHaveLength(6);
    // With its padding; a second line would make it 60 pixels.
    expect(Math.max(...boxes.map((box) => box?.height ?? 0))).toBeLessThan(50);
  });

  it('is used by the keyboard alone, and the focus is never lost', async () => {
    const opened = await host.open({ attributes: noDownload });
    const { keyboard } = opened.page;
    const focused = () =>
      opened.page.evaluate(
        `button.shadowRoot.activeElement?.part.value || button.shadowRoot.activeElement?.id`,
      );
    await opened.trigger.waitFor();
    await keyboard.press('Tab');
    expect(await focused()).toBe('button');
    await keyboard.press('Enter');
    await opened.part('estimate').getByText('3 rows').waitFor();
    expect(await focused()).toBe('panel');
    await keyboard.press('Tab');
    expect(await focused()).toBe('close');
    await keyboard.press('Tab');
    await keyboard.press('ArrowRight');
    await keyboard.press('Tab');
    await keyboard.press('Space');
    await keyboard.press('Enter');
    await opened.panel.getByText('Waiting to start').waitFor();
    expect(await focused()).toBe('panel');
    await host.startWorker();
    await opened.panel.getByText('Your file is ready').waitFor();
    await keyboard.press('Escape');
    await opened.panel.waitFor({ state: 'hidden' });
    expect(await focused()).toBe('button');
    expect(await opened.exports()).toMatchObject([{ format: 'json', status: 'completed' }]);
  });

  it('tells a screen reader what begins and ends, and not every second', async () => {
    const script = `window.news = [];
      const listen = () => {
        const region = button.shadowRoot.querySelector('[role=status]');
        if (region === null) requestAnimationFrame(listen);
        else new MutationObserver(() => news.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
      };
      listen();`;
    const params = JSON.stringify({ count: 4000, napMs: 80 });
    const opened = await host.open({ attributes: { params, ...noDownload }, script });
    await host.startWorker();
    await begin(opened);
    await opened.panel.getByText('Your file is ready').waitFor();
    const news = await opened.page.evaluate<string[]>('news');
    expect(news.at(-1)).toBe('Your file is ready');
    expect(news).toContain('Writing the file');
    expect(news.length).toBeLessThan(10);
    expect(new Set(news).size).toBe(news.length);
  });

  it('speaks German, and the words of the page', async () => {
    const script = `button.strings = { label: 'Tagebuch mitnehmen' };`;
    const opened = await host.open({ attributes: { lang: 'de' }, script });
    await opened.trigger.getByText('Tagebuch mitnehmen').waitFor();
    await opened.trigger.click();
    await opened.part('estimate').getByText('3 Zeilen').waitFor();
    await opened.part('start').getByText('Export starten').click();
    await opened.panel.getByText('Wartet auf den Start').waitFor();
  });

  it('takes colours, shape, parts and slots from the page', async () => {
    const opened = await host.open({
      // Its own `--accent` is another one.
      style: `:root { --accent: rgb(120, 0, 90); }
        rowferry-export-button { --rowferry-accent: var(--accent); --rowferry-radius: 0px; }
        rowferry-export-button::part(button) { text-transform: uppercase; }`,
      content: `<rowferry-export-button dataset="diary">Take it home</rowferry-export-button>`,
    });
    await opened.trigger.click();
    const styleOf = (part: string, name: string) =>
      opened.part(part).evaluate((element, property) => {
        // It runs in the browser, whose types the tests do not have.
        const { getComputedStyle } = globalThis as unknown as {
          getComputedStyle: (of: unknown) => Record<string, string>;
        };
        return getComputedStyle(element)[property];
      }, name);
    await opened.page.getByText('Take it home').waitFor();
    expect(await styleOf('start', 'backgroundColor')).toBe('rgb(120, 0, 90)');
    expect(await styleOf('button', 'borderRadius')).toBe('0px');
    expect(await styleOf('button', 'textTransform')).toBe('uppercase');
  });

  it('moves nothing for those who want no motion', async () => {
    const opened = await host.open({ attributes: { params: once }, context: { reducedMotion: 'reduce' } });
    await host.startWorker();
    await begin(opened);
    await opened
      .part('figures')
      .getByText(/^[1-9].* rows/)
      .waitFor();
    const script = `button.shadowRoot.getAnimations().length`;
    expect(await opened.page.evaluate(script)).toBe(0);
  });

  it('tells the page of each state, and lets it take the download over', async () => {
    const script = `window.states = []; window.urls = [];
      document.addEventListener('rowferry-state', ({ detail }) => states.push(detail.state));
      button.addEventListener('rowferry-download', (event) => { event.preventDefault(); urls.push(event.detail.url); });`;
    const opened = await host.open({ script });
    await host.startWorker();
    await begin(opened);
    await vi.waitFor(async () => expect(await opened.page.evaluate('urls.length')).toBe(1), 10_000);
    const states = await opened.page.evaluate<string[]>('states');
    expect(states[0]).toBe('starting');
    expect(states.at(-1)).toBe('completed');
    expect(await opened.page.evaluate<string>('urls[0]')).toMatch(/^http.*X-Amz-Signature=/);
  });
});
