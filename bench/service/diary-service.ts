import type { HttpClient } from './http-client.ts';
import { openInstallation, startApi, startWorker } from './installation.ts';
import type { InstallationOptions } from './installation.ts';
import type { RowferryProcess } from './rowferry-process.ts';

export interface DiaryService {
  databaseUrl: string;
  client: HttpClient;
  api: RowferryProcess;
  worker: RowferryProcess;
  /** Asks for a diary and resolves to the export's id. */
  request(params: { userId: string }): Promise<string>;
  close(): Promise<void>;
}

/** An installation with its API and one worker, as they run in production: each a process of its own. */
export async function startDiaryService(options: InstallationOptions): Promise<DiaryService> {
  const installation = await openInstallation(options);
  const stops = [() => installation.close()];
  const close = async () => {
    for (const stop of stops.reverse()) await stop();
  };
  try {
    const api = await startApi(installation);
    stops.push(() => api.stop());
    const worker = await startWorker(installation);
    stops.push(() => worker.stop());
    const client = installation.client(api.url);
    stops.push(() => {
      client.close();
      return Promise.resolve();
    });
    return {
      databaseUrl: installation.databaseUrl,
      client,
      api,
      worker,
      request: (params) => requestDiary(client, params),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws Error when the API does not accept it */
export async function requestDiary(client: HttpClient, params: { userId: string }): Promise<string> {
  const { status, body } = await client.send('POST', '/v1/exports', { dataset: 'diary', params });
  const { id } = JSON.parse(body) as { id?: string };
  if (status !== 202 || id === undefined) throw new Error(`POST /v1/exports: ${status} ${body}`);
  return id;
}
