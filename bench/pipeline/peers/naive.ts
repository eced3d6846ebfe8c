import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { format } from 'fast-csv';
import { Client } from 'pg';
import QueryStream from 'pg-query-stream';
import type { PassOptions } from './pass-options.ts';
import type { PassReport } from './peer.ts';
import { sinkOf } from './sinks.ts';

/** As the documentation of each library shows it, all with their defaults: row objects, parsed values, batches of 100. */
export async function runNaive({ postgresUrl, query, sink, key }: PassOptions): Promise<PassReport> {
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    const rows = client.query(new QueryStream(query));
    const body = new PassThrough();
    const take = await sinkOf(sink);
    const csv = format({ headers: true });
    await Promise.all([pipeline(rows, csv, body), take(body, key)]);
    return {};
  } finally {
    await client.end();
  }
}
