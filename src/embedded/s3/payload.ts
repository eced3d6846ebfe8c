import { createHash } from 'node:crypto';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsChunkedDecoder } from './aws-chunked.ts';
import { algorithmOfHeader, checksumHeader, createChecksum, isChecksumValue } from './checksums.ts';
import type { ChecksumAlgorithm, Digest } from './checksums.ts';
import { S3Error } from './errors.ts';
import type { S3Request } from './request.ts';
import { ChunkSigner } from './sigv4-signing.ts';

/** 5 GiB: the largest body of one PutObject or UploadPart ("Amazon S3 multipart upload limits"). */
export const maximumObjectBodyBytes = 5 * 1024 ** 3;
const maximumXmlBytes = 2 * 1024 ** 2;

/** A body that arrived whole and agrees with every digest the client gave. */
export interface ReceivedPayload {
  readonly sizeBytes: number;
  /** MD5 in hexadecimal, the ETag of what is stored from this body. */
  readonly md5: string;
  /** The checksum the client gave, if any. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined;
}

interface PayloadOptions {
  readonly maximumBytes: number;
  /** Set where the checksum headers speak of something else than the body: the object of CompleteMultipartUpload. */
  readonly ignoreChecksums?: boolean;
}

interface Expectation {
  readonly length: number;
  readonly sha256: string | undefined;
  readonly md5: string | undefined;
  readonly algorithm: ChecksumAlgorithm | undefined;
  /** `undefined` when it comes in a trailer. */
  readonly checksum: string | undefined;
  readonly decoder: AwsChunkedDecoder | undefined;
}

/**
 * Streams the body of a request into `sink`, which is destroyed when anything fails. The request itself stays open, so
 * that the error can still be answered.
 * @throws S3Error `MissingContentLength`, `EntityTooLarge`, `IncompleteBody`, `BadDigest`, `InvalidDigest`,
 * `XAmzContentSHA256Mismatch`, `InvalidRequest`, and what {@link AwsChunkedDecoder} fails with
 */
export async function receivePayload(
  request: S3Request,
  sink: Writable,
  options: PayloadOptions,
): Promise<ReceivedPayload> {
  const expected = readExpectation(request, options);
  if (request.expectsContinue) request.response.writeContinue();
  const md5 = createHash('md5');
  const sha256 = expected.sha256 === undefined ? undefined : createHash('sha256');
  const checksum = expected.algorithm === undefined ? undefined : createChecksum(expected.algorithm);
  let sizeBytes = 0;
  const digests = [md5, sha256, checksum].filter(
    (digest): digest is Digest & typeof digest => digest !== undefined,
  );
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      sizeBytes += chunk.length;
      if (sizeBytes > expected.length) {
        callback(incompleteBody());
        return;
      }
      for (const digest of digests) digest.update(chunk);
      callback(null, chunk);
    },
  });
  // Not the stream itself: `pipeline` would destroy it, and with it the socket that the answer needs.
  const source = request.message.iterator({ destroyOnReturn: false });
  if (expected.decoder === undefined) await pipeline(source, meter, sink);
  else await pipeline(source, expected.decoder, meter, sink);
  if (sizeBytes !== expected.length) throw incompleteBody();
  if (sha256 !== undefined && sha256.digest('hex') !== expected.sha256) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  const md5Digest = md5.digest();
  if (expected.md5 !== undefined && md5Digest.toString('base64') !== expected.md5) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const received = { sizeBytes, md5: md5Digest.toString('hex') };
  const { algorithm } = expected;
  if (algorithm === undefined || checksum === undefined) return { ...received, checksum: undefined };
  const claimed = expected.checksum ?? expected.decoder?.trailers.get(checksumHeader(algorithm));
  const value = checksum.digest().toString('base64');
  if (claimed !== value) {
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
  return { ...received, checksum: { algorithm, value } };
}

/**
 * Reads a small body, an XML document, into memory.
 * @throws S3Error as {@link receivePayload}; `EntityTooLarge` above 2 MiB
 */
export async function receiveText(
  request: S3Request,
  options: Pick<PayloadOptions, 'ignoreChecksums'> = {},
): Promise<{ text: string; payload: ReceivedPayload }> {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      chunks.push(chunk);
      callback();
    },
  });
  const payload = await receivePayload(request, sink, { ...options, maximumBytes: maximumXmlBytes });
  return { text: Buffer.concat(chunks).toString(), payload };
}

function readExpectation(request: S3Request, options: PayloadOptions): Expectation {
  const { maximumBytes, ignoreChecksums = false } = options;
  const { headers, authentication } = request;
  const { payloadHash } = authentication;
  const chunked = payloadHash.startsWith('STREAMING-');
  const length = readLength(headers.get(chunked ? 'x-amz-decoded-content-length' : 'content-length'));
  if (length > maximumBytes) {
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      MaxSizeAllowed: `${maximumBytes}`,
    });
  }
  const trailers = chunked ? readTrailerNames(headers.get('x-amz-trailer')) : [];
  const decoder = chunked ? createDecoder(request, trailers) : undefined;
  const literal = !chunked && payloadHash !== 'UNSIGNED-PAYLOAD';
  if (literal && !/^[0-9a-f]{64}$/.test(payloadHash)) {
    throw new S3Error(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-… or a SHA-256.',
    );
  }
  const md5 = headers.get('content-md5');
  if (md5 !== undefined && Buffer.from(md5, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified is not valid.');
  }
  const none = { algorithm: undefined, checksum: undefined };
  const checksum = ignoreChecksums ? none : readChecksum(headers, trailers);
  return { length, sha256: literal ? payloadHash : undefined, md5, decoder, ...checksum };
}

function createDecoder({ authentication }: S3Request, trailers: readonly string[]): AwsChunkedDecoder {
  const { payloadHash, key, timestamp, scope, signature } = authentication;
  switch (payloadHash) {
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return new AwsChunkedDecoder({ trailers, signer: undefined });
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return new AwsChunkedDecoder({
        trailers,
        signer: new ChunkSigner({ key, timestamp, scope, seed: signature }),
      });
    default:
      throw new S3Error('NotImplemented', `The payload ${payloadHash} is not supported here.`);
  }
}

function readChecksum(
  headers: ReadonlyMap<string, string>,
  trailers: readonly string[],
): Pick<Expectation, 'algorithm' | 'checksum'> {
  const names = [...headers.keys(), ...trailers].filter((name) => algorithmOfHeader(name) !== undefined);
  const [name] = names;
  if (names.length > 1) throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header.');
  const algorithm = name === undefined ? undefined : algorithmOfHeader(name);
  if (name === undefined || algorithm === undefined) {
    if (!headers.has('x-amz-sdk-checksum-algorithm')) return { algorithm: undefined, checksum: undefined };
    throw new S3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  const checksum = headers.get(name);
  if (checksum !== undefined && !isChecksumValue(algorithm, checksum)) {
    throw new S3Error('InvalidRequest', `Value for ${name} header is invalid.`);
  }
  return { algorithm, checksum };
}

function readTrailerNames(header = ''): string[] {
  return header
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}

function readLength(value: string | undefined): number {
  if (value !== undefined && /^\d{1,15}$/.test(value)) return Number(value);
  throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
}

function incompleteBody(): S3Error {
  return new S3Error('IncompleteBody', 'The body is not as long as its Content-Length header says.');
}
