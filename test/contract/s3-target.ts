import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { it } from 'vitest';
import { canonicalRequest, sign, signingKey, stringToSign } from '../../src/embedded/s3/sigv4-signing.ts';
import { uriEncode } from '../../src/embedded/s3/xml.ts';

/** A server to run the contract over. */
export interface S3Target {
  readonly name: string;
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly capabilities: S3Capabilities;
}

/**
 * What AWS S3 and the embedded server do, but not every compatible server. A test that needs one is skipped where the
 * server lacks it, or asks for less; named with each are servers that do.
 */
export const allCapabilities = {
  /** Keys with `.` and `..` between slashes are names like others. */
  keysAsTheyAre: true,
  /** Keeps checksums, gives them back and demands those of the parts that CreateMultipartUpload announced. Not Swift. */
  storedChecksums: true,
  /** `If-None-Match: *` is decided under a lock: of writers at the same time exactly one wins. Not Swift. */
  atomicConditionalWrites: true,
  /** Refuses `x-amz-` headers that the signature does not cover. */
  refusesUnsignedHeaders: true,
  /** Takes `x-amz-meta-…` in a presigned query for headers. Not Swift. */
  obeysHoistedHeaders: true,
  /** Tells an unknown access key from a wrong secret. Not Swift: SignatureDoesNotMatch for both. */
  tellsUnknownKeys: true,
  /** Takes a request without a signature for one of S3. Not Swift: it answers 404 in its own protocol. */
  anonymousIsDenied: true,
  /** Refuses line ends in `response-…` parameters. Not Swift: it sends them, and with them further headers. */
  safeResponseHeaders: true,
  /** User metadata have 2 KB in all. Not Swift: 256 bytes for one value, 4 KB in all. */
  metadataLimit: true,
  /** An entity tag decides before a date does. Not Swift: every condition counts. */
  combinedConditions: true,
  /** Parts have numbers up to 10,000. Not Swift: 1,000 unless configured. */
  tenThousandParts: true,
  /** ListMultipartUploads gives a marker with a page of one upload. Not Swift. */
  smallUploadPages: true,
  /** Refuses a body without Content-Length. Not Swift: it takes `Transfer-Encoding: chunked`. */
  demandsLength: true,
};
export type S3Capabilities = Readonly<typeof allCapabilities>;

export const checksumModes = ['WHEN_SUPPORTED', 'WHEN_REQUIRED'] as const;
export type ChecksumMode = (typeof checksumModes)[number];

export interface BucketContext {
  readonly target: S3Target;
  readonly bucket: string;
  readonly client: S3Client;
}

/** A client as rowferry makes them; one attempt, so that an error is seen as it is. */
export function createClient(
  target: S3Target,
  mode: ChecksumMode = 'WHEN_SUPPORTED',
  more: S3ClientConfig = {},
): S3Client {
  return new S3Client({
    endpoint: target.endpoint,
    region: target.region,
    credentials: target.credentials,
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: mode,
    responseChecksumValidation: mode,
    ...more,
  });
}

export function newBucketName(): string {
  return `rowferry-test-${randomBytes(8).toString('hex')}`;
}

/** Defines a test with a bucket of its own, which is removed afterwards with all it holds. */
export function bucketTest(
  target: S3Target,
  name: string,
  run: (context: BucketContext) => Promise<void>,
  options: { mode?: ChecksumMode; when?: boolean } = {},
): void {
  it.runIf(options.when ?? true)(name, async () => {
    const client = createClient(target, options.mode);
    const bucket = newBucketName();
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    try {
      await run({ target, bucket, client });
    } finally {
      await removeBucket(client, bucket);
      client.destroy();
    }
  });
}

/** Deletes a bucket with its objects and unfinished uploads. */
async function removeBucket(client: S3Client, bucket: string): Promise<void> {
  const { Uploads: uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  for (const { Key, UploadId } of uploads) {
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
  }
  for (;;) {
    const { Contents: contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    if (contents.length === 0) break;
    for (const { Key } of contents) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  }
  await client.send(new DeleteBucketCommand({ Bucket: bucket }));
}

/** All keys of a bucket, in the order of the listing. */
export async function listKeys(client: S3Client, bucket: string): Promise<string[]> {
  const { Contents: contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  return contents.map(({ Key }) => Key ?? '');
}

export interface RawRequest {
  readonly method: string;
  /** Decoded: `/bucket/key`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** `x-amz-content-sha256`. Default UNSIGNED-PAYLOAD. */
  readonly payloadHash?: string;
  readonly date?: Date;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** `Code` of the error document. */
  readonly code: string | undefined;
}

/** A request with everything filled in; change it to tamper with it. */
export interface PreparedRequest {
  method: string;
  url: URL;
  /** The target as it goes over the wire; `URL` would normalise it. */
  target: string;
  headers: Record<string, string>;
  body: Buffer;
  /** What chunks of the body are signed with. */
  seed: {
    key: Buffer;
    timestamp: string;
    scope: { date: string; region: string; service: string };
    seed: string;
  };
}

/** Signs a request in its header. */
export function prepare(target: S3Target, raw: RawRequest): PreparedRequest {
  const url = new URL(target.endpoint);
  const body = Buffer.from(raw.body ?? '');
  const timestamp = (raw.date ?? new Date()).toISOString().replace(/[-:]|\.\d+/g, '');
  const payloadHash = raw.payloadHash ?? 'UNSIGNED-PAYLOAD';
  const signedOnes: Record<string, string> = {
    host: url.host,
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': timestamp,
    ...raw.headers,
  };
  const names = Object.keys(signedOnes).sort();
  const query = Object.entries(raw.query ?? {});
  const scope = { date: timestamp.slice(0, 8), region: target.region, service: 's3' };
  const key = signingKey(target.credentials.secretAccessKey, scope);
  const headers = new Map(Object.entries(signedOnes));
  const canonical = canonicalRequest(
    { method: raw.method, path: raw.path, query, headers },
    names,
    payloadHash,
  );
  const signature = sign(key, stringToSign(timestamp, scope, canonical));
  const credential = `${target.credentials.accessKeyId}/${scope.date}/${scope.region}/s3/aws4_request`;
  const search = query.map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`).join('&');
  return {
    method: raw.method,
    url,
    target: uriEncode(raw.path).replaceAll('%2F', '/') + (search === '' ? '' : `?${search}`),
    headers: {
      ...signedOnes,
      'content-length': String(body.length),
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
    },
    body,
    seed: { key, timestamp, scope, seed: signature },
  };
}

/** Sends a prepared request over a connection of its own. */
export async function send(request: Omit<PreparedRequest, 'seed'>): Promise<RawAnswer> {
  const { method, url, target, headers, body } = request;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { method, host: url.hostname, port: url.port, path: target, headers, agent: false },
      (incoming) => {
        text(incoming).then((answer) => {
          const code = /<Code>(.*?)<\/Code>/.exec(answer)?.[1];
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: answer, code });
        }, reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Signs and sends. */
export async function sendSigned(target: S3Target, raw: RawRequest): Promise<RawAnswer> {
  return send(prepare(target, raw));
}

/** Sends what a presigned URL asks for. */
export async function sendUrl(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<RawAnswer> {
  const parsed = new URL(url);
  const body = Buffer.from(options.body ?? '');
  const { method = 'GET', headers = {} } = options;
  const length = method === 'PUT' ? { 'content-length': String(body.length) } : {};
  return send({
    method,
    url: parsed,
    target: parsed.pathname + parsed.search,
    headers: { host: parsed.host, ...length, ...headers },
    body,
  });
}
