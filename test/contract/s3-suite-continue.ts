import { connect } from 'node:net';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect } from 'vitest';
import { bucketTest, listKeys, prepare, send } from './s3-target.ts';
import type { PreparedRequest, S3Target } from './s3-target.ts';

const body = 'name,rating\nSolaris,5\n';

export function defineContinueTests(target: S3Target): void {
  describe('Expect: 100-continue', () => {
    bucketTest(
      target,
      'is answered before the body is sent, or the request is refused',
      async ({ bucket, client }) => {
        const request = prepare(target, { method: 'PUT', path: `/${bucket}/k`, body, headers: {} });
        request.headers['expect'] = '100-continue';
        const accepted = await exchange(request);
        expect(accepted).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
        const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
        expect(await got.Body?.transformToString()).toBe(body);
        request.headers['authorization'] = (request.headers['authorization'] ?? '').replace(/.$/, 'x');
        expect(await exchange(request)).toMatch(/^HTTP\/1\.1 403 /);
        expect(await listKeys(client, bucket)).toEqual(['k']);
      },
    );

    bucketTest(
      target,
      'a body without a length is refused',
      async ({ bucket }) => {
        const request = prepare(target, { method: 'PUT', path: `/${bucket}/k`, body });
        delete request.headers['content-length'];
        request.headers['transfer-encoding'] = 'chunked';
        expect(await send(request)).toMatchObject({ status: 411, code: 'MissingContentLength' });
      },
      { when: target.capabilities.demandsLength },
    );
  });
}

/** What comes over the wire when the body is sent only after `100 Continue`. */
async function exchange({ method, url, target, headers, body: content }: PreparedRequest): Promise<string> {
  const head = Object.entries({ ...headers, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(url.port), url.hostname, () => {
      socket.write(`${method} ${target} HTTP/1.1\r\n${head.join('')}\r\n`);
    });
    socket.on('data', (chunk) => {
      const waiting = !received.startsWith('HTTP/1.1 100 ');
      received += chunk.toString('latin1');
      if (waiting && received.startsWith('HTTP/1.1 100 ')) socket.write(content);
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}
