import { createHash } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsChunkedDecoder } from '../../src/embedded/s3/aws-chunked.ts';
import { ChunkSigner, signingKey } from '../../src/embedded/s3/sigv4-signing.ts';

// "Signature calculations for the Authorization header: transferring payload in multiple chunks (chunked upload)" and
// "... including trailing headers", both in the S3 API reference: the example of a file of 66,560 times `a`.
const scope = { date: '20130524', region: 'us-east-1', service: 's3' };
const key = signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope);
const timestamp = '20130524T000000Z';
const seed = '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9';
const trailerSeed = '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e';
const documented = framed([
  '10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
  'a'.repeat(65_536),
  '400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
  'a'.repeat(1024),
  '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  '',
]);
const documentedTrailer = framed([
  '10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
  'a'.repeat(65_536),
  '400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
  'a'.repeat(1024),
  '0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
  'x-amz-checksum-crc32c:sOO8/Q==\n',
  'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
  '',
]);

function framed(lines: string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\r\n`).join(''));
}

async function decode(pieces: Buffer[], decoder: AwsChunkedDecoder): Promise<Buffer> {
  const decoded: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      decoded.push(Buffer.from(chunk));
      callback();
    },
  });
  await pipeline(Readable.from(pieces), decoder, sink);
  return Buffer.concat(decoded);
}

function unsigned(trailers: readonly string[] = []): AwsChunkedDecoder {
  return new AwsChunkedDecoder({ signer: undefined, trailers });
}

/** Cuts at these places, which may repeat: empty pieces are part of the bargain. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

const places = fc.array(fc.nat(), { maxLength: 12 });

describe('AwsChunkedDecoder', () => {
  it('gives the same bytes however the input is split', async () => {
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(chunks, places, fc.boolean(), async (parts, where, signed) => {
        const trailers = ['x-amz-checksum-crc32'];
        const options = { key, timestamp, scope, seed };
        const signer = new ChunkSigner(options);
        const lines: Buffer[] = [];
        for (const part of [...parts, new Uint8Array()]) {
          const signature = signer.chunk(createHash('sha256').update(part).digest('hex'));
          lines.push(
            Buffer.from(`${part.length.toString(16)}${signed ? `;chunk-signature=${signature}` : ''}\r\n`),
          );
          if (part.length > 0) lines.push(Buffer.from(part), Buffer.from('\r\n'));
        }
        const trailer = 'x-amz-checksum-crc32:AAAAAA==';
        const signature = signer.trailer(`${trailer}\n`);
        lines.push(framed([trailer, ...(signed ? [`x-amz-trailer-signature:${signature}`] : []), '']));
        const decoder = new AwsChunkedDecoder({
          signer: signed ? new ChunkSigner(options) : undefined,
          trailers,
        });
        const decoded = await decode(cut(Buffer.concat(lines), where), decoder);
        expect(decoded.equals(Buffer.concat(parts))).toBe(true);
        expect([...decoder.trailers]).toEqual([['x-amz-checksum-crc32', 'AAAAAA==']]);
      }),
    );
  });

  it('fails on every proper beginning of a body, however it is split', async () => {
    const body = framed(['5', 'hello', '3', 'abc', '0', 'x-amz-checksum-crc32:AAAAAA==', '']);
    const trailers = ['x-amz-checksum-crc32'];
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: body.length - 1 }), places, async (length, where) => {
        const beginning = cut(body.subarray(0, length), where);
        await expect(decode(beginning, unsigned(trailers))).rejects.toMatchObject({ code: 'IncompleteBody' });
      }),
    );
  });

  it('agrees with the documented examples', async () => {
    const signer = new ChunkSigner({ key, timestamp, scope, seed });
    const plain = await decode([documented], new AwsChunkedDecoder({ signer, trailers: [] }));
    expect(plain.equals(Buffer.alloc(66_560, 'a'))).toBe(true);
    const trailers = ['x-amz-checksum-crc32c'];
    const second = new ChunkSigner({ key, timestamp, scope, seed: trailerSeed });
    const decoder = new AwsChunkedDecoder({ signer: second, trailers });
    expect((await decode([documentedTrailer], decoder)).length).toBe(66_560);
    expect(decoder.trailers.get('x-amz-checksum-crc32c')).toBe('sOO8/Q==');
  });

  it('refuses a changed byte in any chunk, any signature and the trailer', async () => {
    for (const place of ['ad80c7', '005562', 'b6c6ea']) {
      const bytes = Buffer.from(documented.toString().replace(place, 'ffffff'));
      const signer = new ChunkSigner({ key, timestamp, scope, seed });
      const decoder = new AwsChunkedDecoder({ signer, trailers: [] });
      await expect(decode([bytes], decoder)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
    }
    for (const [from, to] of [
      ['sOO8', 'sOO9'],
      ['d81f82', 'ffffff'],
    ] as const) {
      const bytes = Buffer.from(documentedTrailer.toString().replace(from, to));
      const signer = new ChunkSigner({ key, timestamp, scope, seed: trailerSeed });
      const decoder = new AwsChunkedDecoder({ signer, trailers: ['x-amz-checksum-crc32c'] });
      await expect(decode([bytes], decoder)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
    }
  });

  it('refuses framing it cannot read', async () => {
    const cases = {
      'no size': ['', 'hello', '0', ''],
      'a size that is no number': ['5x', 'hello', '0', ''],
      'a chunk longer than its size': ['4', 'hello', '0', ''],
      'bytes after the end': ['5', 'hello', '0', '', 'more'],
      'a line without end': ['5'.repeat(2000)],
      'an announced trailer that is missing': ['0', ''],
      'a trailer nobody announced': ['0', 'x-amz-meta-a:b', ''],
    };
    for (const [what, lines] of Object.entries(cases)) {
      const trailers = what.startsWith('an announced') ? ['x-amz-checksum-crc32'] : [];
      await expect(decode([framed(lines)], unsigned(trailers)), what).rejects.toMatchObject({
        name: 'S3Error',
      });
    }
  });
});
