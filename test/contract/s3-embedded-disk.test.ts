import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startS3Server } from '../../src/embedded/s3/server.ts';
import type { S3Server } from '../../src/embedded/s3/server.ts';
import { beginUpload, embeddedTarget, filesUnder } from './s3-embedded-process.ts';
import { awkwardKeys } from './s3-suite-objects.ts';
import { createClient, listKeys, sendSigned } from './s3-target.ts';
import type { S3Target } from './s3-target.ts';

const credentials = { accessKeyId: 'rowferry', secretAccessKey: 'secret' };
const bucket = 'exports';
const soon = { timeout: 40_000, interval: 20 };
let directory: string;
let server: S3Server;
let target: S3Target;
let client: ReturnType<typeof createClient>;

async function start(): Promise<void> {
  server = await startS3Server({ directory, port: 0, region: 'us-east-1', ...credentials });
  target = embeddedTarget(server.url, credentials);
  client = createClient(target);
}

async function restart(): Promise<void> {
  client.destroy();
  await server.close();
  await start();
}

function data(): Promise<string[]> {
  return filesUnder(join(directory, 'buckets', bucket, 'data'));
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rowferry-s3-'));
  await start();
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
});

afterEach(async () => {
  client.destroy();
  await server.close();
  await rm(directory, { recursive: true });
});

describe('the directory of the embedded server', () => {
  it('holds awkward keys in safe names that only the owner can read', async () => {
    for (const Key of awkwardKeys)
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      expect(entry.name).toMatch(/^[a-z0-9.-]{1,100}$/);
      const { mode } = await stat(join(entry.parentPath, entry.name));
      expect(mode & 0o777, entry.name).toBe(entry.isDirectory() ? 0o700 : 0o600);
    }
    const files = await filesUnder(directory);
    expect(files).toHaveLength(1 + 2 * awkwardKeys.length);
    expect((await readdir(join(directory, '..'))).filter((name) => name === 'etc')).toEqual([]);
  });

  it('gives everything back after a restart', async () => {
    const put = {
      Bucket: bucket,
      Key: 'a/../b',
      Body: 'x',
      ContentType: 'text/csv',
      Metadata: { rows: '1' },
    };
    await client.send(new PutObjectCommand(put));
    const upload = { Bucket: bucket, Key: 'k', ChecksumAlgorithm: 'CRC32' } as const;
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload));
    const part = { Bucket: bucket, Key: 'k', UploadId, PartNumber: 1 };
    await client.send(new UploadPartCommand({ ...part, Body: 'replaced' }));
    const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand({ ...part, Body: 'part' }));
    await restart();
    const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'a/../b' }));
    expect(await got.Body?.transformToString()).toBe('x');
    expect(got).toMatchObject({ ContentType: 'text/csv', Metadata: { rows: '1' } });
    const { Parts: parts } = await client.send(new ListPartsCommand({ Bucket: bucket, Key: 'k', UploadId }));
    expect(parts).toMatchObject([{ PartNumber: 1, ETag, ChecksumCRC32, Size: 4 }]);
    await client.send(
      new CompleteMultipartUploadCommand({
        Bucket: bucket,
        Key: 'k',
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] },
      }),
    );
    await restart();
    expect(await listKeys(client, bucket)).toEqual(['a/../b', 'k']);
  });

  it('is cleared at start of what a crash left, and of nothing else', async () => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'whole', Body: 'whole' }));
    const { UploadId = '' } = await client.send(
      new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'k' }),
    );
    const { ETag } = await client.send(
      new UploadPartCommand({ Bucket: bucket, Key: 'k', UploadId, PartNumber: 1, Body: 'part' }),
    );
    const uploadDirectory = join(directory, 'buckets', bucket, 'data', UploadId);
    const Key = 'completed';
    const second = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
    const completed = join(directory, 'buckets', bucket, 'data', second.UploadId ?? '');
    const secondRecord = await readFile(join(completed, 'upload.json'));
    const where = { Bucket: bucket, Key, UploadId: second.UploadId };
    const part = await client.send(new UploadPartCommand({ ...where, PartNumber: 1, Body: 'done' }));
    await client.send(
      new CompleteMultipartUploadCommand({
        ...where,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] },
      }),
    );
    const expected = await filesUnder(directory);
    client.destroy();
    await server.close();
    // A temporary file, content that was moved into place but never recorded, a part without its record, an abort that
    // got as far as `upload.json`, and an upload that was completed but not tidied up.
    await writeFile(join(directory, 'tmp', 'half'), 'x');
    await writeFile(join(directory, 'buckets', bucket, 'data', 'orphan'), 'x');
    await writeFile(join(uploadDirectory, 'part-00002-lost'), 'x');
    await mkdir(join(directory, 'buckets', bucket, 'data', 'aborted'));
    await writeFile(join(directory, 'buckets', bucket, 'data', 'aborted', 'part-00001-x'), 'x');
    await writeFile(join(completed, 'upload.json'), secondRecord);
    await start();
    expect(await filesUnder(directory)).toEqual(expected);
    expect(await listKeys(client, bucket)).toEqual(['completed', 'whole']);
    const { Uploads: uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    expect(uploads?.map(({ UploadId: id }) => id)).toEqual([UploadId]);
    const { Parts: parts } = await client.send(new ListPartsCommand({ Bucket: bucket, Key: 'k', UploadId }));
    expect(parts?.map((found) => found.ETag)).toEqual([ETag]);
  });

  it('holds no byte twice: completing an upload writes no content', async () => {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'k' }));
    const where = { Bucket: bucket, Key: 'k', UploadId };
    const parts = [];
    for (const PartNumber of [1, 2]) {
      const Body = Buffer.alloc(5 * 1024 ** 2, `${PartNumber}`);
      const { ETag } = await client.send(new UploadPartCommand({ ...where, PartNumber, Body }));
      parts.push({ PartNumber, ETag });
    }
    const inodes = async () =>
      Promise.all(
        (await data())
          .filter((name) => !name.endsWith('.json'))
          .map(async (name) => (await stat(join(directory, 'buckets', bucket, 'data', name))).ino),
      );
    const before = await inodes();
    await client.send(new CompleteMultipartUploadCommand({ ...where, MultipartUpload: { Parts: parts } }));
    expect(await inodes()).toEqual(before);
    expect(await data()).toHaveLength(2);
  });
});

describe('uploads to the embedded server that do not end well', () => {
  it('leave no file when the client disconnects', async () => {
    const before = await filesUnder(directory);
    const { UploadId = '' } = await client.send(
      new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'k' }),
    );
    const withUpload = await filesUnder(directory);
    const uploads = [
      beginUpload(target, { method: 'PUT', path: `/${bucket}/cut` }, 1024 ** 2),
      beginUpload(
        target,
        { method: 'PUT', path: `/${bucket}/k`, query: { partNumber: '1', uploadId: UploadId } },
        1024 ** 2,
      ),
    ];
    await expect.poll(() => readdir(join(directory, 'tmp')), soon).toHaveLength(2);
    for (const upload of uploads) upload.destroy();
    await expect.poll(() => filesUnder(directory), soon).toEqual(withUpload);
    expect(await listKeys(client, bucket)).toEqual([]);
    await sendSigned(target, { method: 'DELETE', path: `/${bucket}/k`, query: { uploadId: UploadId } });
    expect(await filesUnder(directory)).toEqual(before);
  });

  it('leave no file when the upload is aborted while a part is on its way', async () => {
    const { UploadId = '' } = await client.send(
      new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'k' }),
    );
    const query = { partNumber: '1', uploadId: UploadId };
    const part = beginUpload(target, { method: 'PUT', path: `/${bucket}/k`, query }, 512 * 1024);
    await expect.poll(() => readdir(join(directory, 'tmp')), soon).toHaveLength(1);
    const aborted = await sendSigned(target, {
      method: 'DELETE',
      path: `/${bucket}/k`,
      query: { uploadId: UploadId },
    });
    expect(aborted.status).toBe(204);
    const status = new Promise((resolve) =>
      part.on('response', (response) => resolve(response.resume().statusCode)),
    );
    part.end(Buffer.alloc(256 * 1024, 'x'));
    expect(await status).toBe(404);
    expect(await filesUnder(directory)).toEqual([`buckets/${bucket}/bucket.json`]);
    expect(await readdir(join(directory, 'buckets', bucket, 'data'))).toEqual([]);
  });

  it('leave no file when nothing more comes', async () => {
    await server.close();
    server = await startS3Server({
      directory,
      port: 0,
      region: 'us-east-1',
      ...credentials,
      idleTimeoutMs: 200,
    });
    target = embeddedTarget(server.url, credentials);
    const stalled = beginUpload(target, { method: 'PUT', path: `/${bucket}/stalled` }, 1024 ** 2);
    const closed = new Promise((resolve) => stalled.on('close', resolve));
    await closed;
    await expect.poll(() => filesUnder(directory), soon).toEqual([`buckets/${bucket}/bucket.json`]);
  });

  it('do not keep the server from closing', async () => {
    await server.close();
    const options = { directory, port: 0, region: 'us-east-1', ...credentials, closeTimeoutMs: 200 };
    server = await startS3Server(options);
    target = embeddedTarget(server.url, credentials);
    beginUpload(target, { method: 'PUT', path: `/${bucket}/stalled` }, 1024 ** 2);
    await expect.poll(() => readdir(join(directory, 'tmp')), soon).toHaveLength(1);
    await server.close();
    expect(await filesUnder(directory)).toEqual([`buckets/${bucket}/bucket.json`]);
    await expect(fetch(server.url)).rejects.toThrow();
  });
});

describe('downloads from the embedded server', () => {
  it('end with the version they began with, whose files go afterwards', async () => {
    const old = Buffer.alloc(32 * 1024 ** 2, 'o');
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: old }));
    const oldFiles = await data();
    const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'new' }));
    expect(await data()).toEqual(expect.arrayContaining(oldFiles));
    expect(Buffer.from((await body?.transformToByteArray()) ?? []).equals(old)).toBe(true);
    await expect.poll(data, soon).toHaveLength(1);
    const now = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
    expect(await now.Body?.transformToString()).toBe('new');
  });

  it('break off when content is missing, instead of ending short', async () => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: Buffer.alloc(100_000, 'x') }));
    const [file = ''] = await data();
    await writeFile(join(directory, 'buckets', bucket, 'data', file), 'x');
    const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
    await expect(body?.transformToByteArray()).rejects.toThrow();
  });
});
