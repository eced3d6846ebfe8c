import { createServer, request as sendRequest } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { projectDatasets } from '../../src/cli/context.ts';
import { startWorker } from '../../src/cli/worker-process.ts';
import { loadConfig } from '../../src/config.ts';
import { shutDown } from '../../src/shutdown.ts';
import { collectComplaints, launchBrowser } from './browser.ts';
import { TEST_PREFIX } from './template-database.ts';
import { useTestApi } from './test-api.ts';
import { useTestDatabase } from './test-database.ts';
import { useTestStore } from './test-store.ts';
import { AUDIENCE, ISSUER, SECRET, hs256 } from './tokens.ts';

const BUTTON_SETTINGS = {
  DATASETS_DIR: fileURLToPath(new URL('button-datasets', import.meta.url)),
  CORS_ORIGINS: '*',
  AUTH_JWT_SECRET: SECRET,
  AUTH_JWT_ISSUER: ISSUER,
  AUTH_JWT_AUDIENCE: AUDIENCE,
  LIMIT_SUBJECT_CONCURRENT_EXPORTS: '1',
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'Exports <exports@example.org>',
  PUBLIC_URL: 'https://exports.example.org',
  EXPORT_MAX_ATTEMPTS: '1',
};

/** What stands between the page and the API: it passes all on, and may answer in its stead. */
interface ButtonProxy {
  url: string;
  /** Method and path of each request but preflights. */
  seen: string[];
  /** Breaks what is open. */
  cut(): void;
  /** Returns whether it has answered, or will. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>) | undefined;
}

export interface OpenPage {
  page: Page;
  /** The element; its parts and texts are found through it. */
  button: Locator;
  /** What opens the panel. */
  trigger: Locator;
  panel: Locator;
  part: (name: string) => Locator;
  subject: string;
  /** The page once more, in the same browser. */
  reload(): Promise<void>;
  exports(): Promise<{ id: string; status: string; format: string }[]>;
}

export interface OpenOptions {
  attributes?: Record<string, string>;
  /** Runs in the page; `button` is the element and `token` a good token. */
  script?: string;
  style?: string;
  content?: string;
  context?: BrowserContextOptions;
  claims?: Record<string, unknown>;
}

let subjects = 0;

/** The export button in a page of another origin, under a strict policy, in front of a real API. */
export function useButtonPage() {
  const database = useTestDatabase();
  const storage = useTestStore();
  const queue = { kind: 'postgres', connectionString: database.url, prefix: TEST_PREFIX } as const;
  const api = useTestApi(database, storage, queue, { settings: BUTTON_SETTINGS });
  const servers: Server[] = [];
  const proxy: ButtonProxy = {
    url: '',
    seen: [],
    intercept: undefined,
    cut: () => servers[0]?.closeAllConnections(),
  };
  const pages = new Map<string, { html: string; script: string; style: string }>();
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  let browser: Browser;
  let origin = '';
  let endWorker: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
    await database.pool.query('create table broken (n int)');
    proxy.url = await listen(servers, (request, response) => void forward(api.url, proxy, request, response));
    origin = await listen(servers, (request, response) => {
      const [, name = '', file = ''] = (request.url ?? '').split('/');
      const found = pages.get(name);
      const body = file === 'host.js' ? found?.script : file === 'host.css' ? found?.style : found?.html;
      const type = file === 'host.js' ? 'text/javascript' : file === 'host.css' ? 'text/css' : 'text/html';
      response.setHeader('Content-Type', `${type}; charset=utf-8`);
      response.setHeader(
        'Content-Security-Policy',
        `default-src 'none'; script-src 'self' ${proxy.url}; style-src 'self'; connect-src ${proxy.url}; img-src data:; base-uri 'none'`,
      );
      response.writeHead(found === undefined ? 404 : 200).end(body);
    });
  }, 60_000);
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    await endWorker?.();
    endWorker = undefined;
    proxy.intercept = undefined;
    proxy.seen.length = 0;
    await database.pool.query('truncate broken');
    await database.pool.query(
      `update rowferry.exports set status = 'cancelled' where status in ('queued', 'running')`,
    );
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  return {
    database,
    api,
    proxy,
    /** Takes what is queued, until the test is over. */
    async startWorker(settings: Record<string, string> = {}) {
      const config = loadConfig({ DATABASE_URL: database.url, ...BUTTON_SETTINGS, ...settings });
      const endpoints = {
        databaseUrl: database.url,
        sources: { default: database.url },
        queue,
        s3: storage.options,
      };
      const logger = pino({ level: 'silent' });
      const { phases } = await startWorker(config, endpoints, await projectDatasets(config), logger, {
        graceMs: 100,
      });
      endWorker = () => shutDown(phases, { info: () => undefined, warn: () => undefined });
    },
    /** A page of somebody who has no export yet. */
    async open({
      attributes = {},
      script = '',
      style = '',
      content,
      context: options,
      claims,
    }: OpenOptions = {}) {
      const subject = `${++subjects}`;
      const exp = Math.floor(Date.now() / 1000) + 3600;
      const token = await hs256({ sub: subject, email: `user-${subject}@example.org`, exp, ...claims });
      const all = { dataset: 'diary', ...attributes };
      const list = Object.entries(all).map(([name, value]) => `${name}='${value}'`);
      const element = `<rowferry-export-button ${list.join(' ')}></rowferry-export-button>`;
      pages.set(subject, {
        html: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Diary</title>
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <link rel="stylesheet" href="/${subject}/host.css"><link rel="icon" href="data:,">
          <script type="module" src="${proxy.url}/v1/elements/export-button.js"></script>
          <script type="module" src="/${subject}/host.js"></script>
          <main><h1>Film diary</h1>${content ?? element}</main></html>`,
        script: `const button = document.querySelector('rowferry-export-button');
          const token = ${JSON.stringify(token)};
          window.button = button;
          button.token = token;
          ${script}`,
        style: `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
          body { margin: 2rem; } ${style}`,
      });
      const context = await browser.newContext({ viewport: { width: 900, height: 700 }, ...options });
      contexts.push(context);
      const page = await context.newPage();
      page.setDefaultTimeout(40_000);
      collectComplaints(page, complaints);
      page.on('request', (request) => {
        const url = request.url();
        const known = [proxy.url, origin, storage.options.endpoint ?? '', 'data:'];
        if (!known.some((start) => url.startsWith(start))) complaints.push(`asks ${url}`);
      });
      await page.goto(`${origin}/${subject}/`);
      const button = page.locator('rowferry-export-button');
      const opened: OpenPage = {
        page,
        button,
        trigger: button.locator('#button'),
        panel: button.locator('#panel'),
        part: (name) => button.locator(`[part="${name}"]`),
        subject,
        reload: async () => {
          await page.reload();
        },
        exports: async () => {
          const { rows } = await database.pool.query<{ id: string; status: string; format: string }>(
            'select id, status, format from rowferry.exports where subject = $1 order by created_at',
            [subject],
          );
          return rows;
        },
      };
      return opened;
    },
  };
}

async function listen(
  servers: Server[],
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(handle);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function forward(
  target: string,
  proxy: ButtonProxy,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '', headers } = request;
  if (method !== 'OPTIONS') {
    proxy.seen.push(`${method} ${url}`);
    if ((await proxy.intercept?.(request, response)) === true) return;
  }
  const passed = sendRequest(target + url, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  passed.on('error', () => response.destroy());
  response.on('close', () => passed.destroy());
  request.pipe(passed);
}
