import type { Readable } from 'node:stream';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { pino } from 'pino';
import { openEndpoints } from '../../../src/cli/endpoints.ts';
import { loadConfig } from '../../../src/config.ts';
import { S3ObjectStore } from '../../../src/storage/s3-object-store.ts';
import type { SinkName } from './pass-options.ts';

/** Takes the file; where it ends up is the difference between two peers. */
export type Sink = (body: Readable, key: string) => Promise<void>;

/** One for all passes of a process, as a service has one client. */
const opened = new Map<SinkName, Promise<Sink>>();

export function sinkOf(name: SinkName): Promise<Sink> {
  const known = opened.get(name) ?? open(name);
  opened.set(name, known);
  return known;
}

async function open(name: SinkName): Promise<Sink> {
  switch (name) {
    case 'null':
      return (body) => pipeline(body, new Writable({ write: (_chunk, _encoding, done) => done() }));
    case 'own-store': {
      // By the service's own wiring, so that every setting has the value it has there.
      const { s3 } = await openEndpoints(loadConfig(process.env), pino({ level: 'silent' }));
      const store = new S3ObjectStore(s3);
      const { signal } = new AbortController();
      return (body, key) => store.upload({ key, body, contentType: 'text/csv', signal });
    }
    case 'default-upload': {
      const client = defaultClient();
      return async (Body, Key) => {
        await new Upload({ client, params: { Bucket: bucket(), Key, Body } }).done();
      };
    }
  }
}

/** A client with nothing set but where the server is. */
export function defaultClient(): S3Client {
  const { S3_ENDPOINT: endpoint = '', S3_REGION: region = '' } = process.env;
  return new S3Client({ endpoint, region, forcePathStyle: true });
}

export function bucket(): string {
  return process.env['S3_BUCKET'] ?? '';
}
