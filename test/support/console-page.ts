import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { projectDatasets } from '../../src/cli/context.ts';
import { startWorker } from '../../src/cli/worker-process.ts';
import { loadConfig } from '../../src/config.ts';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { shutDown } from '../../src/shutdown.ts';
import { launchBrowser } from './browser.ts';
import { TEST_PREFIX } from './template-database.ts';
import { useTestApi } from './test-api.ts';
import { useTestDatabase } from './test-database.ts';
import { useTestStore } from './test-store.ts';

const SETTINGS = {
  DATASETS_DIR: fileURLToPath(new URL('button-datasets', import.meta.url)),
  EXPORT_MAX_ATTEMPTS: '1',
  JANITOR_INTERVAL_SECONDS: '1',
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'Exports <exports@example.org>',
  PUBLIC_URL: 'http://127.0.0.1:9',
  WEBHOOK_SECRET_KEY: 'kNf3vQ0uYb7mZ1pX9tR5wL2cN8dF4gH6',
  CONSOLE_SESSIONS_PER_SUBJECT: '1000',
  // Beside other tests two seconds are over soon, and a page that says so stays as it is until somebody tries again.
  API_ANSWER_TIMEOUT_MS: '20000',
};

/** Somebody with a browser of their own. */
export interface Person {
  subject: string;
  key: string;
  keyId: string;
  context: BrowserContext;
  page: Page;
  /** Another tab of the same browser. */
  tab: () => Promise<Page>;
  /** Asks for an export by the API; resolves to its id. */
  ask: (params?: Record<string, unknown>) => Promise<string>;
}

let people = 0;

/** The console in a real browser, in front of a real API; nothing runs before `startWorker`. */
export function useConsole() {
  const database = useTestDatabase();
  const storage = useTestStore();
  const queue = { kind: 'postgres', connectionString: database.url, prefix: TEST_PREFIX } as const;
  const api = useTestApi(database, storage, queue, { settings: SETTINGS });
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  let browser: Browser;
  let endWorker: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
    await database.pool.query('create table broken (n int)');
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    await endWorker?.();
    endWorker = undefined;
    await database.pool.query('truncate broken');
    await database.pool.query('delete from rowferry.bulk_exports; delete from rowferry.exports');
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(() => browser.close());

  function watch(page: Page): void {
    page.setDefaultTimeout(40_000);
    page.on('console', (message) => {
      // The browser itself writes of each answer that is an error, and of what bull-board loads before it is needed.
      const text = message.text();
      const byItself = /^Failed to load resource|was preloaded using link preload but not used/;
      if (/error|warning/.test(message.type()) && !byItself.test(text)) complaints.push(text);
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      const known = [api.url, storage.options.endpoint ?? '', 'data:'];
      if (!known.some((start) => request.url().startsWith(start))) complaints.push(`asks ${request.url()}`);
    });
  }

  return {
    database,
    storage,
    api,
    /** Takes what is queued, until the test is over. */
    async startWorker() {
      const config = loadConfig({ DATABASE_URL: database.url, ...SETTINGS });
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
    /** Somebody new, whose browser shows this page of the console; signed in unless it says otherwise. */
    async visit(
      path: string,
      {
        role = 'user',
        signedIn = true,
        ...options
      }: BrowserContextOptions & { role?: 'user' | 'admin'; signedIn?: boolean } = {},
    ): Promise<Person> {
      const subject = `${role}-${++people}`;
      const { id: keyId, key } = await new ApiKeys(database.pool).create({ role, subject });
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      contexts.push(context);
      const page = await context.newPage();
      watch(page);
      await page.goto(
        signedIn ? `${api.url}/#token=${key}&to=${encodeURIComponent(path)}` : `${api.url}/#/${path}`,
      );
      await page.locator('h1').waitFor();
      return {
        subject,
        key,
        keyId,
        context,
        page,
        async tab() {
          const other = await context.newPage();
          watch(other);
          await other.goto(`${api.url}/#/${path}`);
          await other.locator('h1').waitFor();
          return other;
        },
        async ask(params = {}) {
          const response = await api.call('POST', '/v1/exports', { key, body: { dataset: 'diary', params } });
          return ((await response.json()) as { id: string }).id;
        },
      };
    },
  };
}
