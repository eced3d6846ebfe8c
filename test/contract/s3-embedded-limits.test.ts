import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startS3Server } from '../../src/embedded/s3/server.ts';
import type { S3Server } from '../../src/embedded/s3/server.ts';
import { beginUpload, embeddedTarget, filesUnder } from './s3-embedded-process.ts';
import { createClient, listKeys, prepare, send, sendSigned } from './s3-target.ts';
import type { RawRequest, S3Target } from './s3-target.ts';

const credentials = { accessKeyId: 'rowferry', secretAccessKey: 'secret' };
const bucket = 'exports';
let directory: string;
let server: S3Server;
let target: S3Target;
let client: ReturnType<typeof createClient>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rowferry-s3-'));
  server = await startS3Server({ directory, port: 0, region: 'eu-west-1', ...credentials });
  target = { ...embeddedTarget(server.url, credentials), region: 'eu-west-1' };
  client = createClient(target);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x' }));
});

afterAll(async () => {
  client.destroy();
  await server.close();
  await rm(directory, { recursive: true });
});

async function code(request: Partial<RawRequest>): Promise<[number, string | undefined]> {
  const answer = await sendSigned(target, { method: 'GET', path: `/${bucket}/k`, ...request });
  return [answer.status, answer.code];
}

describe('what the embedded server does not do', () => {
  it('is refused by name, never ignored', async () => {
    const notImplemented = [501, 'NotImplemented'];
    for (const name of ['acl', 'tagging', 'versionId', 'partNumber', 'attributes', 'retention', 'torrent']) {
      expect(await code({ query: { [name]: '1' } }), name).toEqual(notImplemented);
    }
    for (const name of ['versioning', 'versions', 'lifecycle', 'policy', 'cors', 'object-lock', 'website']) {
      expect(await code({ path: `/${bucket}`, query: { [name]: '' } }), name).toEqual(notImplemented);
    }
    expect(await code({ path: `/${bucket}` }), 'ListObjects').toEqual(notImplemented);
    expect(await code({ path: `/${bucket}`, method: 'POST' }), 'POST form').toEqual(notImplemented);
    expect(await code({ method: 'PATCH' })).toEqual([405, 'MethodNotAllowed']);
  });

  it('is refused in headers of writes, and nothing is stored', async () => {
    const headers = {
      'x-amz-copy-source': `/${bucket}/k`,
      'x-amz-tagging': 'a=b',
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-server-side-encryption-customer-algorithm': 'AES256',
      'x-amz-object-lock-mode': 'GOVERNANCE',
      'x-amz-acl': 'public-read',
      'x-amz-storage-class': 'GLACIER',
      'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=',
      'if-none-match': '"0123"',
    };
    for (const [name, value] of Object.entries(headers)) {
      const put = { method: 'PUT', path: `/${bucket}/new`, headers: { [name]: value }, body: 'x' };
      expect(await code(put), name).toEqual([501, 'NotImplemented']);
    }
    for (const [name, value] of [
      ['x-amz-checksum-type', 'FULL_OBJECT'],
      ['x-amz-checksum-algorithm', 'CRC64NVME'],
    ] as const) {
      const create = {
        method: 'POST',
        path: `/${bucket}/new`,
        query: { uploads: '' },
        headers: { [name]: value },
      };
      expect(await code(create), name).toEqual([501, 'NotImplemented']);
    }
    expect(await listKeys(client, bucket)).toEqual(['k']);
  });
});

describe('limits of the embedded server', () => {
  it('are 5 GiB for a body, refused before it is sent', async () => {
    const put = { method: 'PUT', path: `/${bucket}/huge` };
    const upload = beginUpload(target, put, 5 * 1024 ** 3 + 1);
    const status = await new Promise((resolve) =>
      upload.on('response', (response) => resolve([response.statusCode, response.headers.connection])),
    );
    upload.destroy();
    expect(status).toEqual([400, 'close']);
    const decoded = { 'x-amz-decoded-content-length': String(5 * 1024 ** 3 + 1) };
    const payloadHash = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
    expect(await code({ ...put, headers: decoded, payloadHash })).toEqual([400, 'EntityTooLarge']);
    expect((await filesUnder(directory)).filter((name) => name.startsWith('tmp/'))).toEqual([]);
  });

  it('are 2 MiB for XML, without document types', async () => {
    const request = { method: 'POST', path: `/${bucket}`, query: { delete: '' } };
    const md5 = { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' };
    const body = Buffer.alloc(2 * 1024 ** 2 + 1, ' ');
    expect(await code({ ...request, headers: md5, body })).toEqual([400, 'EntityTooLarge']);
    const bomb = '<!DOCTYPE a [<!ENTITY b "c">]><Delete><Object><Key>&b;</Key></Object></Delete>';
    const checksum = (text: string) => ({ 'x-amz-checksum-sha256': sha256(text) });
    expect(await code({ ...request, headers: checksum(bomb), body: bomb })).toEqual([400, 'MalformedXML']);
    const fine = '<Delete><Object><Key>nothing</Key></Object></Delete>';
    expect(await code({ ...request, body: fine })).toEqual([400, 'InvalidRequest']);
    expect((await code({ ...request, headers: checksum(fine), body: fine }))[0]).toBe(200);
  });

  it('are one region and one location', async () => {
    const configuration = { LocationConstraint: 'us-west-2' } as const;
    const elsewhere = new CreateBucketCommand({
      Bucket: 'elsewhere',
      CreateBucketConfiguration: configuration,
    });
    await expect(client.send(elsewhere)).rejects.toMatchObject({
      name: 'IllegalLocationConstraintException',
    });
  });

  it('leave it alive after requests that cannot be read', async () => {
    for (const path of ['/%zz', '/exports/%ff']) {
      const request = { ...prepare(target, { method: 'GET', path: '/' }), target: path };
      expect(await send(request), path).toMatchObject({ status: 400, code: 'InvalidURI' });
    }
    const request = prepare(target, { method: 'GET', path: '/' });
    for (const authorization of [
      'AWS4-HMAC-SHA256',
      'AWS4-HMAC-SHA256 Credential=a/b',
      'AWS a:b',
      'Basic eDp5',
      '',
    ]) {
      const { status } = await send({ ...request, headers: { ...request.headers, authorization } });
      expect([400, 403], authorization).toContain(status);
    }
    for (const headers of [Object.fromEntries([['__proto__', 'a']])]) {
      const { status } = await send({ ...request, headers: { ...request.headers, ...headers } });
      expect(status).toBe(200);
    }
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
