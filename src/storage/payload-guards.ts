import type { S3Client } from '@aws-sdk/client-s3';

export type PayloadSigning = 'auto' | 'always' | 'never';

export type ChecksumPolicy = 'auto' | 'when_supported' | 'when_required';

/** What protects the bytes of a part on their way: at least one of the two, unless somebody turned both off. */
export interface PayloadGuards {
  /** The request's signature covers their SHA-256. */
  signed: boolean;
  /** A CRC32 goes with them, inside the signature; S3 checks and keeps it. */
  crc32: boolean;
}

interface Policy {
  /** Not set: AWS, over https. */
  endpoint?: string;
  checksums?: ChecksumPolicy;
  payloadSigning?: PayloadSigning;
}

/**
 * Reads each byte once: a signed part's SHA-256 also finds what a CRC32 would find. On a network without TLS anybody on
 * the way could forge a CRC32 together with the bytes, so there the signature has to cover them.
 */
export function guardsOf({ endpoint, checksums = 'auto', payloadSigning = 'auto' }: Policy): PayloadGuards {
  const signed = payloadSigning === 'auto' ? isOpenNetwork(endpoint) : payloadSigning === 'always';
  return { signed, crc32: checksums === 'auto' ? !signed : checksums === 'when_supported' };
}

/** Neither TLS nor the machine's own loopback, which nobody else is on (RFC 1122, section 3.2.1.3; RFC 4291, 2.5.3). */
function isOpenNetwork(endpoint: string | undefined): boolean {
  if (endpoint === undefined) return false;
  const { protocol, hostname } = new URL(endpoint);
  return protocol !== 'https:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Keeps the SDK from hashing what is uploaded. Everything else, XML bodies included, stays signed as a whole. */
export function leavePayloadsUnsigned(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        const { request } = args;
        const isUpload = commandName === 'PutObjectCommand' || commandName === 'UploadPartCommand';
        // The signer takes the header for the hash when it is there.
        if (isUpload && hasHeaders(request)) request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
        return next(args);
      },
    { step: 'build', name: 'leavePayloadsUnsigned' },
  );
}

function hasHeaders(request: unknown): request is { headers: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'headers' in request;
}
