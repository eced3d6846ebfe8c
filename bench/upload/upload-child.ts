// Brings bytes into S3 in one way and says what that cost this process. Started by the scenario "upload-knobs".
import { once } from 'node:events';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { FileMeter } from '../../src/export/file-meter.ts';
import { createS3Client } from '../../src/storage/s3-client.ts';
import type { S3Options } from '../../src/storage/s3-client.ts';
import { S3ObjectStore } from '../../src/storage/s3-object-store.ts';
import type { UploadCost, UploadOrder } from './upload-variant.ts';

const REGION = 'us-east-1';
/** Enough for the compiler and the allocator to settle. */
const WARM_UP_BYTES = 64 * 1024 * 1024;
const LINE =
  'Pulp Fiction,1994,Quentin Tarantino,8.5,"Again, and better than the first time.",2025-03-14,tt0110912\n';

/** Bytes as an encoder makes them, each buffer written anew, hashed as every file is. */
function fileOf(bytes: number, chunkBytes: number): Readable {
  const text = Buffer.from(LINE.repeat(Math.ceil(chunkBytes / LINE.length)));
  function* chunks() {
    for (let left = bytes; left > 0; left -= chunkBytes) {
      const chunk = Buffer.allocUnsafe(Math.min(left, chunkBytes));
      text.copy(chunk);
      yield chunk;
    }
  }
  const meter = new FileMeter({ maxBytes: bytes });
  // Its failure is the body's, which whoever reads it hears of.
  pipeline(Readable.from(chunks(), { objectMode: false }), meter).catch(() => undefined);
  return meter;
}

type Run = (body: Readable, key: string, bytes: number) => Promise<void>;

function runOf({ variant, endpoint, bucket, credentials }: UploadOrder): Run {
  const connection = { region: REGION, endpoint, credentials, forcePathStyle: true };
  const { partBytes, partsInFlight, checksum, signedPayload } = variant;
  const options: S3Options = {
    ...connection,
    bucket,
    requestTimeoutMs: 60_000,
    maxAttempts: 1,
    checksums: checksum === 'none' ? 'when_required' : 'when_supported',
    payloadSigning: signedPayload ? 'always' : 'never',
  };
  switch (variant.kind) {
    case 'nothing':
      return (body) => pipeline(body, new Writable({ write: (_chunk, _encoding, callback) => callback() }));
    case 'put':
      return putter(new S3Client({ ...connection, requestChecksumCalculation: 'WHEN_REQUIRED' }), bucket);
    case 'defaults': {
      const client = new S3Client(connection);
      return async (Body, Key) => {
        await new Upload({ client, params: { Bucket: bucket, Key, Body } }).done();
      };
    }
    case 'lib-storage': {
      const client = createS3Client(options);
      const ChecksumAlgorithm = checksum === 'none' ? {} : { ChecksumAlgorithm: checksum };
      return async (Body, Key) => {
        const params = { Bucket: bucket, Key, Body, ...ChecksumAlgorithm };
        await new Upload({ client, params, partSize: partBytes, queueSize: partsInFlight }).done();
      };
    }
    case 'store': {
      const store = new S3ObjectStore({ ...options, partSizeBytes: partBytes, partsInFlight });
      const signal = new AbortController().signal;
      return (body, key) => store.upload({ key, body, contentType: 'text/csv', signal });
    }
  }
}

/** One request with all bytes, the least that bringing them over can cost. */
function putter(client: S3Client, bucket: string): Run {
  const agents = {
    'http:': new HttpAgent({ keepAlive: true }),
    'https:': new HttpsAgent({ keepAlive: true }),
  };
  return async (body, key, bytes) => {
    const url = new URL(await getSignedUrl(client, new PutObjectCommand({ Bucket: bucket, Key: key })));
    const https = url.protocol === 'https:';
    const outgoing = (https ? httpsRequest : httpRequest)(url, {
      method: 'PUT',
      headers: { 'content-length': bytes },
      agent: https ? agents['https:'] : agents['http:'],
    });
    const answered = once(outgoing, 'response') as Promise<[Readable & { statusCode?: number }]>;
    await Promise.all([pipeline(body, outgoing), answered]);
    const [response] = await answered;
    response.resume();
    await once(response, 'end');
    if (response.statusCode !== 200) throw new Error(`PUT: ${response.statusCode ?? 'no status'}`);
  };
}

async function measure(order: UploadOrder): Promise<UploadCost> {
  const run = runOf(order);
  const { chunkBytes } = order.variant;
  await run(fileOf(WARM_UP_BYTES, chunkBytes), 'warm-up', WARM_UP_BYTES);
  const startedAt = performance.now();
  const before = process.cpuUsage();
  await run(fileOf(order.bytes, chunkBytes), 'measured', order.bytes);
  const { user, system } = process.cpuUsage(before);
  return {
    cpuSeconds: (user + system) / 1e6,
    wallSeconds: (performance.now() - startedAt) / 1000,
    peakRssMiB: process.resourceUsage().maxRSS / 1024,
  };
}

process.once('message', (order: UploadOrder) => {
  void measure(order).then(
    (cost) => process.send?.(cost, () => process.exit(0)),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exit(1);
    },
  );
});
