import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Readable as NodeReadable } from 'node:stream';
import { parseStream } from 'fast-csv';
import { AppError } from '../errors.ts';

/** The part of the API's answers that the journey reads. */
export interface RemoteExport {
  id: string;
  status: string;
  progress: {
    rows: number;
    bytes: number;
    estimatedRows: number | null;
    percent: number | null;
    etaSeconds: number | null;
  };
  file: { name: string; bytes: number; rows: number; sha256: string } | null;
  error: { code: string; message: string } | null;
}

export interface DownloadedFile {
  rows: number;
  bytes: number;
  sha256: string;
}

const POLL_MS = 200;

/** What a person does with the API, over HTTP like anybody else: ask, watch, download. */
export class Journey {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  async request(dataset: string): Promise<RemoteExport> {
    const response = await this.#fetch('/v1/exports', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ dataset, format: 'csv' }),
    });
    return (await response.json()) as RemoteExport;
  }

  /** Polls until the export has ended. @throws AppError `export_failed` when it ended without a file */
  async watch(
    id: string,
    onChange: (state: RemoteExport) => void,
    signal: AbortSignal,
  ): Promise<RemoteExport> {
    for (;;) {
      const state = (await (await this.#fetch(`/v1/exports/${id}`, { signal })).json()) as RemoteExport;
      onChange(state);
      if (state.status === 'completed') return state;
      if (state.status !== 'queued' && state.status !== 'running') {
        throw new AppError(
          'export_failed',
          `The export is ${state.status}: ${state.error?.message ?? 'no reason given'}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** The signed link behind our download address. */
  async link(id: string): Promise<string> {
    const response = await this.#fetch(`/v1/exports/${id}/download`, { redirect: 'manual' });
    return response.headers.get('location') ?? '';
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${this.#key}`);
    const response = await fetch(this.#url + path, { ...init, headers });
    if (response.status >= 400) {
      throw new AppError(
        'api_refused',
        `${init.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`,
      );
    }
    return response;
  }
}

/** The first lines of a file, without fetching the rest. */
export async function firstLines(link: string, count: number): Promise<string[]> {
  const response = await fetch(link, { headers: { range: 'bytes=0-4095' } });
  return (await response.text()).split('\n').slice(0, count);
}

/** Downloads a CSV, hashes it, and counts its rows by reading it back: nothing is taken from the one who wrote it. */
export async function downloadAndCheck(link: string): Promise<DownloadedFile> {
  const response = await fetch(link);
  if (response.status !== 200 || response.body === null) {
    throw new AppError('download_failed', `The signed link answered ${response.status}.`);
  }
  const hash = createHash('sha256');
  let bytes = 0;
  const body: Readable = NodeReadable.fromWeb(response.body);
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    hash.update(chunk);
  });
  const rows = await new Promise<number>((resolve, reject) => {
    parseStream(body, { headers: true, strictColumnHandling: true })
      .on('error', reject)
      .on('data-invalid', (row: unknown) =>
        reject(new Error(`a row of another width: ${JSON.stringify(row)}`)),
      )
      .on('data', () => undefined)
      .on('end', (count: number) => resolve(count));
  });
  return { rows, bytes, sha256: hash.digest('hex') };
}
