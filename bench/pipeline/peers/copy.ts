import { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { PassOptions } from './pass-options.ts';
import type { PassReport } from './peer.ts';
import { sinkOf } from './sinks.ts';

/** COPY: the server writes the CSV, Node.js only passes it on. */
export async function runCopy({ postgresUrl, query, sink, key }: PassOptions): Promise<PassReport> {
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    const copy = client.query(copyTo(`copy (${query}) to stdout with (format csv, header)`));
    await (
      await sinkOf(sink)
    )(copy, key);
    return { rows: copy.rowCount };
  } finally {
    await client.end();
  }
}
