import { describe, expect, it } from 'vitest';
import { authenticate } from '../../src/embedded/s3/sigv4.ts';
import { canonicalRequest, sign, signingKey, stringToSign } from '../../src/embedded/s3/sigv4-signing.ts';
import type { SignedRequest } from '../../src/embedded/s3/sigv4-signing.ts';

// The examples of "Signature calculations for the Authorization header: transferring payload in a single chunk" and
// "Authenticating requests: using query parameters" in the S3 API reference.
const credential = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
};
const host = 'examplebucket.s3.amazonaws.com';
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const timestamp = '20130524T000000Z';
const scope = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';
const now = new Date('2013-05-24T00:00:00Z');

function signed(
  request: { method?: string; path: string; query?: SignedRequest['query'] },
  headers: Record<string, string>,
  signature: string,
): SignedRequest {
  const all = { host, 'x-amz-content-sha256': emptyHash, 'x-amz-date': timestamp, ...headers };
  const names = Object.keys(all).sort().join(';');
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=${names},Signature=${signature}`;
  return {
    method: 'GET',
    query: [],
    ...request,
    headers: new Map(Object.entries({ ...all, authorization })),
  };
}

const presigned: SignedRequest = {
  method: 'GET',
  path: '/test.txt',
  query: [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', scope],
    ['X-Amz-Date', timestamp],
    ['X-Amz-Expires', '86400'],
    ['X-Amz-SignedHeaders', 'host'],
    ['X-Amz-Signature', 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404'],
  ],
  headers: new Map([['host', host]]),
};

describe('authenticate', () => {
  it('accepts the documented examples', () => {
    const examples = [
      signed(
        { path: '/test.txt' },
        { range: 'bytes=0-9' },
        'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
      ),
      signed(
        { method: 'PUT', path: '/test$file.text' },
        {
          date: 'Fri, 24 May 2013 00:00:00 GMT',
          'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
          'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        },
        '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
      ),
      signed(
        { path: '/', query: [['lifecycle', '']] },
        {},
        'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
      ),
      signed(
        {
          path: '/',
          query: [
            ['prefix', 'J'],
            ['max-keys', '2'],
          ],
        },
        {},
        '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
      ),
    ];
    for (const example of examples) expect(authenticate(example, credential, now).presigned).toBe(false);
    expect(authenticate(presigned, credential, now)).toMatchObject({
      presigned: true,
      payloadHash: 'UNSIGNED-PAYLOAD',
    });
  });

  it('knows the last second of a presigned request', () => {
    expect(() => authenticate(presigned, credential, new Date('2013-05-25T00:00:00Z'))).not.toThrow();
    expect(() => authenticate(presigned, credential, new Date('2013-05-25T00:00:01Z'))).toThrow(
      'Request has expired',
    );
    expect(() => authenticate(presigned, credential, new Date('2013-05-23T23:44:59Z'))).toThrow(
      'not yet valid',
    );
  });

  it('refuses a signature in the header and another in the query', () => {
    const headers = new Map([...presigned.headers, ['authorization', 'AWS4-HMAC-SHA256 Credential=x']]);
    expect(() => authenticate({ ...presigned, headers }, credential, now)).toThrow('Only one auth mechanism');
  });

  it('wants the host signed', () => {
    const parts = { date: '20130524', region: 'us-east-1', service: 's3' };
    const headers = new Map([
      ['host', host],
      ['x-amz-content-sha256', emptyHash],
      ['x-amz-date', timestamp],
    ]);
    const request = { method: 'GET', path: '/', query: [], headers };
    const names = ['x-amz-content-sha256', 'x-amz-date'];
    const text = stringToSign(timestamp, parts, canonicalRequest(request, names, emptyHash));
    const signature = sign(signingKey(credential.secretAccessKey, parts), text);
    const value = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
    headers.set('authorization', value);
    expect(() => authenticate(request, credential, now)).toThrow('not signed');
  });
});
