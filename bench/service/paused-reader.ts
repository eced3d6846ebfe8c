// Entry of a process of its own: reads the first rows of a query, then nothing more for a while, and prints how much
// memory that took. Arguments: connection string, way, SQL.
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import QueryStream from 'pg-query-stream';
import { ByteSource } from '../../src/export/byte-path/byte-source.ts';
import { RowSource } from '../../src/export/row-source.ts';
import { openSourceClient } from '../../src/export/source-client.ts';

const PAUSE_MS = 3000;
const [connectionString = '', way = '', text = ''] = process.argv.slice(2);
const query = { text, values: [] };

const before = process.memoryUsage().rss;
let peak = before;
const sampler = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 20);
if (way === 'pg-cursor') await readAllByCursor();
else await readFirst();
clearInterval(sampler);
const mebibytes = (bytes: number) => Math.round(bytes / 1024 ** 2);
process.stdout.write(JSON.stringify({ rssBeforeMiB: mebibytes(before), rssPeakMiB: mebibytes(peak) }));
process.exit(0);

async function readFirst(): Promise<void> {
  const source = { query, columnNames: ['n', 'filler'], maxFieldBytes: 2 ** 28, stallTimeoutMs: 60_000 };
  const client = await openSourceClient({ connectionString, applicationName: 'bench', deadlineMs: 600_000 });
  const rows =
    way === 'bytes'
      ? new ByteSource({ ...source, client, header: '', maxRows: Infinity })
      : new RowSource({ ...source, client, batchRows: 1000, batchBytes: 4 * 1024 ** 2 });
  const first = await rows.iterator({ destroyOnReturn: false }).next();
  if (first.done === true) throw new Error('no rows came');
  await pause(PAUSE_MS);
}

/** Without a row limit pg-cursor calls back once, with every row there is. */
async function readAllByCursor(): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  const stream = new QueryStream(text, [], { rowMode: 'array' });
  client.query(stream);
  const cursor = stream.cursor as { read(rows: number, done: (error?: Error) => void): void };
  await new Promise<void>((resolve, reject) => {
    cursor.read(0, (error) => (error ? reject(error) : resolve()));
  });
}
