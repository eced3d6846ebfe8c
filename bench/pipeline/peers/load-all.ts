import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { writeToBuffer } from 'fast-csv';
import { Client } from 'pg';
import type { PassOptions } from './pass-options.ts';
import type { PassReport } from './peer.ts';
import { bucket, defaultClient } from './sinks.ts';

let s3: S3Client | undefined;

/** The shortest program: all rows into memory, all text into memory, one PUT. */
export async function runLoadAll({ postgresUrl, query, key }: PassOptions): Promise<PassReport> {
  s3 ??= defaultClient();
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(query);
    const Body = await writeToBuffer(rows, { headers: true });
    await s3.send(new PutObjectCommand({ Bucket: bucket(), Key: key, Body }));
    return { rows: rows.length };
  } finally {
    await client.end();
  }
}
