import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginUpload, filesUnder, startServerProcess } from './s3-embedded-process.ts';
import type { ServerProcess } from './s3-embedded-process.ts';
import { createClient, listKeys, prepare, sendSigned } from './s3-target.ts';

const bucket = 'exports';
const gibibyte = 1024 ** 3;
const soon = { timeout: 40_000, interval: 20 };
let directory: string;
let child: ServerProcess | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rowferry-s3-'));
});

afterEach(async () => {
  await child?.stop();
  child = undefined;
  await rm(directory, { recursive: true });
});

describe('the embedded server in a process of its own', () => {
  it('takes 1 GiB, and sends a quarter of it, in less than 200 MB', async () => {
    child = await startServerProcess(directory);
    const { target } = child;
    const client = createClient(target);
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    const idle = await child.peakRssBytes();
    await putZeros(child, gibibyte);
    const { Body: body, ContentLength: length } = await client.send(
      new GetObjectCommand({ Bucket: bucket, Key: 'big', Range: `bytes=-${gibibyte / 4}` }),
    );
    expect(length).toBe(gibibyte / 4);
    let received = 0;
    await pipeline(
      body as Readable,
      new Writable({
        write(chunk: Buffer, _encoding, callback) {
          received += chunk.length;
          callback();
        },
      }),
    );
    expect(received).toBe(gibibyte / 4);
    const peak = await child.peakRssBytes();
    // The figure that docs/embedded-s3.md gives.
    process.stdout.write(`embedded S3, 1 GiB: idle ${megabytes(idle)} MB, peak ${megabytes(peak)} MB\n`);
    expect(peak).toBeLessThan(200e6);
    client.destroy();
    // It writes 1 GiB to the disk, whatever disk that is.
  }, 180_000);

  it('takes many parts at a time in less than 200 MB', async () => {
    child = await startServerProcess(directory);
    const client = createClient(child.target, 'WHEN_REQUIRED');
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    const block = Buffer.alloc(1024 ** 2);
    const Body = Readable.from(Array.from({ length: 128 }, () => block)).pipe(new PassThrough());
    await new Upload({
      client,
      params: { Bucket: bucket, Key: 'parts', Body },
      partSize: 8 * 1024 ** 2,
      queueSize: 8,
    }).done();
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'parts' }));
    expect(head.ContentLength).toBe(128 * 1024 ** 2);
    expect(await child.peakRssBytes()).toBeLessThan(200e6);
    client.destroy();
  });

  it('is whole again after a crash in the middle of uploads', async () => {
    child = await startServerProcess(directory);
    const client = createClient(child.target);
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'before', Body: 'x' }));
    const expected = await filesUnder(directory);
    const uploads = ['a', 'b'].map((key) => {
      return beginUpload(
        (child as ServerProcess).target,
        { method: 'PUT', path: `/${bucket}/${key}` },
        1024 ** 2,
      );
    });
    await expect.poll(() => readdir(join(directory, 'tmp')), soon).toHaveLength(2);
    await child.kill();
    for (const upload of uploads) upload.destroy();
    child = await startServerProcess(directory);
    expect(await filesUnder(directory)).toEqual(expected);
    expect(await listKeys(createClient(child.target), bucket)).toEqual(['before']);
  });

  const mount = `mount -t tmpfs -o size=24m,mode=700 tmpfs "$1"`;
  const canMount = spawnSync('unshare', ['-rm', 'sh', '-c', mount, 'sh', tmpdir()]).status === 0;
  it.runIf(canMount)('survives a full disk (needs unshare)', async () => {
    const script = `dir="$1"; shift; set -e; mount -t tmpfs -o size=24m,mode=700 tmpfs "$dir"; exec "$@"`;
    child = await startServerProcess(directory, {
      wrapper: ['unshare', '-rm', 'sh', '-c', script, 'sh', directory],
    });
    const { target } = child;
    const client = createClient(target);
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    for (let round = 0; round < 3; round += 1) {
      const answer = await sendSigned(target, {
        method: 'PUT',
        path: `/${bucket}/too-big`,
        body: Buffer.alloc(32 * 1024 ** 2),
      });
      expect([answer.status, answer.code]).toEqual([507, 'InsufficientStorage']);
    }
    expect(await listKeys(client, bucket)).toEqual([]);
    // Only a server that kept nothing of the three has room for this one.
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: 'fits', Body: Buffer.alloc(20 * 1024 ** 2) }),
    );
    expect(await listKeys(client, bucket)).toEqual(['fits']);
    client.destroy();
  });
});

async function putZeros(server: ServerProcess, bytes: number): Promise<void> {
  const { url, target, headers } = prepare(server.target, { method: 'PUT', path: `/${bucket}/big` });
  const block = Buffer.alloc(1024 ** 2);
  const options = { method: 'PUT', host: url.hostname, port: url.port, path: target };
  const upload = request({ ...options, headers: { ...headers, 'content-length': String(bytes) } });
  const status = new Promise((resolve, reject) => {
    upload.on('response', (response) => resolve(response.resume().statusCode));
    upload.on('error', reject);
  });
  await pipeline(function* () {
    for (let sent = 0; sent < bytes; sent += block.length) yield block;
  }, upload);
  expect(await status).toBe(200);
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
