import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BenchContext } from '../scenario.ts';
import type { HttpClient } from '../service/http-client.ts';
import { openInstallation, startApi } from '../service/installation.ts';
import { startCompiledWorker } from './process/compiled-rowferry.ts';
import { peakRssMiB, rssMiB } from './process/proc.ts';
import { startThrottleProxy } from './process/throttle-proxy.ts';

const DATASETS_DIR = fileURLToPath(new URL('datasets', import.meta.url));

export interface WorkerMemory {
  idleRssMiB: number;
  peakRssMiB: number;
  seconds: number;
}

/** Memory of a fresh worker process that exports the diary table of so many rows over a slow line. */
export async function measureWorkerMemory(
  { postgresUrl, redisUrl }: BenchContext,
  { rows, bytesPerSecond }: { rows: number; bytesPerSecond: number },
): Promise<WorkerMemory> {
  const stops: (() => Promise<void>)[] = [];
  try {
    const installation = await openInstallation({ postgresUrl, redisUrl, diaries: [] });
    stops.push(() => installation.close());
    const line = await startThrottleProxy(installation.env['S3_ENDPOINT'] ?? '', bytesPerSecond);
    stops.push(() => line.close());
    const { env } = installation;
    const api = await startApi({ env: { ...env, DATASETS_DIR } });
    stops.push(() => api.stop());
    const worker = await startCompiledWorker({
      ...env,
      SOURCE_DATABASE_URL: postgresUrl,
      S3_ENDPOINT: line.url,
    });
    stops.push(() => worker.stop());
    const client = installation.client(api.url);
    stops.push(() => {
      client.close();
      return Promise.resolve();
    });

    const idle = (await rssMiB(worker.pid)) ?? NaN;
    const startedAt = performance.now();
    await exportRows(client, rows);
    const seconds = (performance.now() - startedAt) / 1000;
    return { idleRssMiB: idle, peakRssMiB: (await peakRssMiB(worker.pid)) ?? NaN, seconds };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function exportRows(client: HttpClient, rows: number): Promise<void> {
  const asked = await client.send('POST', '/v1/exports', { dataset: 'diary-table', params: { rows } });
  if (asked.status !== 202) throw new Error(`POST /v1/exports: ${asked.status} ${asked.body}`);
  const { id } = JSON.parse(asked.body) as { id: string };
  for (;;) {
    const { body } = await client.send('GET', `/v1/exports/${id}`);
    const { status, file } = JSON.parse(body) as { status: string; file: { rows: number } | null };
    if (status === 'completed' && file?.rows === rows) return;
    if (!['queued', 'running'].includes(status)) throw new Error(`the export is ${status}: ${body}`);
    await pause(500);
  }
}
