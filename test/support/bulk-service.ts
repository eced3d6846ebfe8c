import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { onTestFinished, vi } from 'vitest';
import { projectDatasets } from '../../src/cli/context.ts';
import { startWorker } from '../../src/cli/worker-process.ts';
import { loadConfig } from '../../src/config.ts';
import type { QueueBackendOptions } from '../../src/queue/queue-backend.ts';
import { shutDown } from '../../src/shutdown.ts';
import { useTestApi } from './test-api.ts';
import type { TestApi } from './test-api.ts';
import type { TestDatabase } from './test-database.ts';
import type { TestStore } from './test-store.ts';

export interface Bulk {
  id: string;
  status: string;
  round: number;
  counts: Record<string, number>;
  progress: { rows: number; bytes: number; percent: number | null; etaSeconds: number | null };
  failures: { code: string; message: string; count: number; subjects: string[] }[];
  manifest: Record<'csv' | 'json', { name: string; bytes: number; sha256: string }> | null;
  error: { code: string; message: string } | null;
  subjects: unknown;
}

const bulkSettings = {
  DATASETS_DIR: fileURLToPath(new URL('bulk-datasets', import.meta.url)),
  JANITOR_INTERVAL_SECONDS: '1',
  EXPORT_RETRY_DELAY_SECONDS: '0',
  EXPORT_MAX_ATTEMPTS: '2',
  // Other files use the same server.
  DATABASE_POOL_SIZE: '5',
  WORKER_CONCURRENCY: '1',
  WORKER_FAST_LANE_CONCURRENCY: '1',
};

/** An API with bulk exports, and workers that a test starts. */
export function useBulkService(
  database: TestDatabase,
  store: TestStore,
  queue: QueueBackendOptions,
  settings: Record<string, string> = {},
) {
  const all = { ...bulkSettings, ...settings };
  const api: TestApi = useTestApi(database, store, queue, { settings: all });
  const service = {
    api,
    /** Gone with the test. */
    async worker(more: Record<string, string> = {}): Promise<void> {
      const config = loadConfig({ DATABASE_URL: database.url, ...all, ...more });
      const addresses = {
        databaseUrl: database.url,
        sources: { default: database.url },
        queue,
        s3: store.options,
      };
      const logger = pino({ level: 'silent' });
      const options = { graceMs: 2000 };
      const worker = await startWorker(config, addresses, await projectDatasets(config), logger, options);
      onTestFinished(() => shutDown(worker.phases, { info: () => undefined, warn: () => undefined }));
    },
    call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
      api.call(method, `/v1/bulk-exports${path}`, {
        key: api.keys.admin,
        ...(body === undefined ? {} : { body }),
        ...(headers === undefined ? {} : { headers }),
      }),
    async start(body: Record<string, unknown>): Promise<string> {
      const response = await service.call('POST', '', { dataset: 'notes', ...body });
      if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
      return ((await response.json()) as Bulk).id;
    },
    async get(id: string): Promise<Bulk> {
      const response = await vi.waitUntil(
        async () => {
          // On a busy machine an answer may come too late, and be told so.
          const answer = await service.call('GET', `/${id}`);
          return answer.status === 503 ? undefined : answer;
        },
        { timeout: 20_000, interval: 200 },
      );
      return (await response.json()) as Bulk;
    },
    /** Waits for a state of the bulk export. */
    until: async (id: string, test: (bulk: Bulk) => boolean, seconds = 50): Promise<Bulk> => {
      let last = await service.get(id);
      await vi.waitUntil(
        async () => {
          last = await service.get(id);
          return test(last);
        },
        { timeout: seconds * 1000, interval: 200 },
      );
      return last;
    },
    ended: (id: string, seconds?: number) => service.until(id, ({ status }) => hasEnded(status), seconds),
    async manifest(id: string, format: 'csv' | 'json'): Promise<Buffer> {
      const { headers } = await service.call('GET', `/${id}/manifest?format=${format}`);
      return Buffer.from(await (await fetch(headers.get('location') ?? '')).arrayBuffer());
    },
  };
  return service;
}

export function hasEnded(status: string): boolean {
  return !['preparing', 'running', 'cancelling'].includes(status);
}
