import { PassThrough } from 'node:stream';
import { parseStream } from 'fast-csv';
import type { DownloadedFile, RowferryClient } from '../client/index.ts';
import { AppError } from '../errors.ts';

/** Enough for some lines of any table that is shown. */
const BEGINNING_BYTES = 4096;

/** The first lines of a file, without fetching the rest. */
export async function firstLines(link: string, count: number): Promise<string[]> {
  const response = await fetch(link, { headers: { range: `bytes=0-${BEGINNING_BYTES - 1}` } });
  if (!response.ok) {
    throw new AppError('download_failed', `The signed link answered ${response.status}.`);
  }
  return (await response.text()).split('\n').slice(0, count);
}

/** Downloads a CSV and counts its rows by reading it back: nothing is taken from the one who wrote it. */
export async function downloadAndCount(
  client: RowferryClient,
  id: string,
  signal: AbortSignal,
): Promise<DownloadedFile & { rows: number }> {
  const body = new PassThrough();
  const counted = new Promise<number>((resolve, reject) => {
    body.on('error', reject);
    parseStream(body, { headers: true, strictColumnHandling: true })
      .on('error', reject)
      .on('data-invalid', (row: unknown) =>
        reject(new Error(`a row of another width: ${JSON.stringify(row)}`)),
      )
      .on('data', () => undefined)
      .on('end', (rows: number) => resolve(rows));
  });
  const [file, rows] = await Promise.all([client.download(id, body, { signal }), counted]);
  return { ...file, rows };
}
