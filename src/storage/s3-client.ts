import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { S3Client } from '@aws-sdk/client-s3';
import { guardsOf, leavePayloadsUnsigned } from './payload-guards.ts';
import type { ChecksumPolicy, PayloadSigning } from './payload-guards.ts';

// The SDK's releases are pinned to those that support Node.js 20; its reminder to upgrade would only alarm people.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

export interface S3Options {
  bucket: string;
  region: string;
  /** Not set: AWS. */
  endpoint?: string;
  /** Endpoint as clients see it: the host is part of a signature. Default: `endpoint`. */
  publicEndpoint?: string;
  forcePathStyle: boolean;
  /** Not set: the AWS credential chain (environment, profile, web identity, instance role …). */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** Whether uploads carry a CRC32. `auto`, the default: where the signature does not cover the bytes already. */
  checksums?: ChecksumPolicy;
  /** Whether the signature covers what is uploaded. `auto`, the default: unless TLS protects it. */
  payloadSigning?: PayloadSigning;
  requestTimeoutMs: number;
  maxAttempts: number;
}

/** Time to get a connection, in milliseconds; a host that is gone should not cost the whole request time-out. */
const CONNECTION_TIMEOUT_MS = 5000;

/**
 * A client that gives up: without `throwOnRequestTimeout` the SDK only warns, and without an agent of our own each part
 * asks `Expect: 100-continue` on a fresh connection.
 */
export function createS3Client(options: S3Options): S3Client {
  const guards = guardsOf(options);
  const checksums = guards.crc32 ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED';
  const agent = { keepAlive: true, maxSockets: 64 };
  const client = new S3Client({
    ...connection(options, options.endpoint),
    maxAttempts: options.maxAttempts,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    expectContinueHeader: false,
    requestHandler: {
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent),
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: options.requestTimeoutMs,
      // The one above ends with the first byte of an answer; this one is for answers that stop in the middle.
      socketTimeout: options.requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  });
  if (!guards.signed) leavePayloadsUnsigned(client);
  return client;
}

/** A client that only signs: it never opens a connection, and signs for the host that clients see. */
export function createSigningClient(options: S3Options): S3Client {
  return new S3Client({
    ...connection(options, options.publicEndpoint ?? options.endpoint),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

function connection(options: S3Options, endpoint: string | undefined) {
  return {
    region: options.region,
    forcePathStyle: options.forcePathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  };
}
