import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it } from 'vitest';
import { bucketTest, createClient, listKeys, prepare, send, sendUrl } from './s3-target.ts';
import type { S3Target } from './s3-target.ts';

const minute = 60_000;

export function defineSignatureTests(target: S3Target): void {
  describe('signatures in the header', () => {
    bucketTest(target, 'cover method, path, query, headers and payload', async ({ bucket, client }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x' }));
      const honest = () =>
        prepare(target, {
          method: 'GET',
          path: `/${bucket}/k`,
          query: { a: 'b' },
          headers: { 'x-amz-meta-a': '1' },
        });
      expect((await send(honest())).status).toBe(200);
      const tampered = {
        method: { method: 'DELETE' },
        path: { target: `/${bucket}/other?a=b` },
        query: { target: `/${bucket}/k?a=c` },
        'more query': { target: `/${bucket}/k?a=b&response-content-type=text/html` },
        header: { headers: { ...honest().headers, 'x-amz-meta-a': '2' } },
        payload: { headers: { ...honest().headers, 'x-amz-content-sha256': sha256('') } },
        signature: {
          headers: { ...honest().headers, authorization: flipLast(honest().headers['authorization'] ?? '') },
        },
      };
      for (const [what, change] of Object.entries(tampered)) {
        const answer = await send({ ...honest(), ...change });
        expect([answer.status, answer.code], what).toEqual([403, 'SignatureDoesNotMatch']);
      }
      expect(await listKeys(client, bucket)).toEqual(['k']);
    });

    it('are needed', async () => {
      const request = prepare(target, { method: 'GET', path: '/' });
      delete request.headers['authorization'];
      const answer = await send(request);
      if (target.capabilities.anonymousIsDenied) {
        expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
      } else {
        expect(answer.status).toBeGreaterThanOrEqual(400);
      }
    });

    it('need the right secret, access key and region', async () => {
      const { credentials } = target;
      const secret = createClient({ ...target, credentials: { ...credentials, secretAccessKey: 'another' } });
      await expect(secret.send(new ListBucketsCommand({}))).rejects.toMatchObject({
        name: 'SignatureDoesNotMatch',
        $metadata: { httpStatusCode: 403 },
      });
      const unknown = createClient({
        ...target,
        credentials: { ...credentials, accessKeyId: 'nobody:nobody' },
      });
      await expect(unknown.send(new ListBucketsCommand({}))).rejects.toMatchObject({
        name: target.capabilities.tellsUnknownKeys ? 'InvalidAccessKeyId' : 'SignatureDoesNotMatch',
        $metadata: { httpStatusCode: 403 },
      });
      const elsewhere = createClient({ ...target, region: 'mars-north-1' });
      await expect(elsewhere.send(new ListBucketsCommand({}))).rejects.toMatchObject({
        name: 'AuthorizationHeaderMalformed',
      });
    });

    it('are refused when the clocks are more than 15 minutes apart', async () => {
      for (const offset of [-16 * minute, 16 * minute]) {
        const date = new Date(Date.now() + offset);
        const answer = await send(prepare(target, { method: 'GET', path: '/', date }));
        expect([answer.status, answer.code]).toEqual([403, 'RequestTimeTooSkewed']);
      }
      const date = new Date(Date.now() - 14 * minute);
      // The scope of a signature is a day: shortly after midnight the request is one of yesterday.
      expect((await send(prepare(target, { method: 'GET', path: '/', date }))).status).toBe(200);
    });

    bucketTest(
      target,
      'must cover every x-amz- header',
      async ({ bucket }) => {
        const request = prepare(target, { method: 'PUT', path: `/${bucket}/k`, body: 'x' });
        request.headers['x-amz-meta-added'] = 'on the way';
        const answer = await send(request);
        expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
      },
      { when: target.capabilities.refusesUnsignedHeaders },
    );
  });

  describe('signatures in the query', () => {
    bucketTest(target, 'let a browser download and upload', async ({ bucket, client }) => {
      const where = { Bucket: bucket, Key: 'dir/ü b+c.csv' };
      const put = new PutObjectCommand({ ...where, ContentType: 'text/csv', Metadata: { rows: '3' } });
      const lenient = createClient(target, 'WHEN_REQUIRED');
      const putUrl = await getSignedUrl(lenient, put, { signableHeaders: new Set(['content-type']) });
      const stored = await sendUrl(putUrl, {
        method: 'PUT',
        body: 'a,b\n',
        headers: { 'content-type': 'text/csv' },
      });
      expect(stored.status).toBe(200);
      const answer = await sendUrl(
        await getSignedUrl(client, new GetObjectCommand(where), { expiresIn: 60 }),
      );
      expect([answer.status, answer.body]).toEqual([200, 'a,b\n']);
      expect(answer.headers['content-type']).toBe('text/csv');
      if (target.capabilities.obeysHoistedHeaders) {
        const { Metadata: metadata } = await client.send(new HeadObjectCommand(where));
        expect(metadata).toEqual({ rows: '3' });
      }
    });

    bucketTest(target, 'are refused when anything was changed', async ({ bucket, client }) => {
      for (const Key of ['k', 'other'])
        await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
      const command = new GetObjectCommand({ Bucket: bucket, Key: 'k', ResponseContentType: 'text/csv' });
      const url = await getSignedUrl(client, command, { expiresIn: 60 });
      expect((await sendUrl(url)).status).toBe(200);
      const parameters = [...new URL(url).searchParams.keys()];
      expect(parameters.length).toBeGreaterThan(6);
      for (const name of parameters) {
        const changed = new URL(url);
        changed.searchParams.set(name, flipLast(changed.searchParams.get(name) ?? ''));
        const { status } = await sendUrl(changed.href);
        // What can no longer be read is 400; nothing is ever served.
        expect([400, 403], `${name} changed`).toContain(status);
        const removed = new URL(url);
        removed.searchParams.delete(name);
        expect([400, 403], `${name} removed`).toContain((await sendUrl(removed.href)).status);
      }
      const longer = new URL(url);
      longer.searchParams.set('X-Amz-Expires', '600');
      expect(await sendUrl(longer.href)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
      const elsewhere = new URL(url);
      elsewhere.pathname = `/${bucket}/other`;
      expect(await sendUrl(elsewhere.href)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
      expect(await sendUrl(url, { method: 'DELETE' })).toMatchObject({
        status: 403,
        code: 'SignatureDoesNotMatch',
      });
      expect(await listKeys(client, bucket)).toEqual(['k', 'other']);
    });

    bucketTest(target, 'expire', async ({ bucket, client }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x' }));
      const command = new GetObjectCommand({ Bucket: bucket, Key: 'k' });
      const expired = await getSignedUrl(client, command, {
        expiresIn: 60,
        signingDate: new Date(Date.now() - 2 * minute),
      });
      const answer = await sendUrl(expired);
      expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
      expect(answer.body).toContain('expired');
      const alive = await getSignedUrl(client, command, {
        expiresIn: 3600,
        signingDate: new Date(Date.now() - 30 * minute),
      });
      expect((await sendUrl(alive)).status).toBe(200);
    });

    bucketTest(target, 'are good for a week at most', async ({ bucket, client }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x' }));
      const url = await getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: 'k' }), {
        expiresIn: 604_800,
      });
      expect((await sendUrl(url)).status).toBe(200);
      for (const expires of ['604801', '-1']) {
        const changed = new URL(url);
        changed.searchParams.set('X-Amz-Expires', expires);
        expect(await sendUrl(changed.href)).toMatchObject({
          status: 400,
          code: 'AuthorizationQueryParametersError',
        });
      }
    });
  });
}

function flipLast(text: string): string {
  return text.slice(0, -1) + (text.endsWith('0') ? '1' : '0');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
