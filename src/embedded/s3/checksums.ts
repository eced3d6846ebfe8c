import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { S3Error } from './errors.ts';

export const checksumAlgorithms = ['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** A checksum as S3 writes it: base64; `COMPOSITE` values are the checksum of the parts' checksums, `-`, their number. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

/** Takes bytes, then gives the digest once. */
export interface Digest {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

const bytesOf: Readonly<Record<ChecksumAlgorithm, number>> = { CRC32: 4, CRC32C: 4, SHA1: 20, SHA256: 32 };

/** A running digest of one of S3's checksum algorithms ("Checking object integrity" in the S3 user guide). */
export function createChecksum(algorithm: ChecksumAlgorithm): Digest {
  switch (algorithm) {
    case 'CRC32':
      return createCrc((bytes, value) => crc32(bytes, value));
    case 'CRC32C':
      return createCrc(crc32c);
    case 'SHA1':
    case 'SHA256':
      return createHash(algorithm.toLowerCase());
  }
}

function createCrc(step: (bytes: Uint8Array, value: number) => number): Digest {
  let value = 0;
  return {
    update(bytes) {
      value = step(bytes, value);
    },
    digest() {
      const result = Buffer.alloc(4);
      result.writeUInt32BE(value);
      return result;
    },
  };
}

// The Castagnoli polynomial, reflected (RFC 3720 appendix B.4).
const crc32cTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

/** CRC-32C of `bytes`, going on from `previous`. */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  let value = ~previous;
  for (const byte of bytes) value = (crc32cTable[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return ~value >>> 0;
}

/**
 * The algorithm of that name.
 * @throws S3Error `NotImplemented` for the algorithms of S3 that this server does not know, CRC64NVME among them
 */
export function parseChecksumAlgorithm(name: string): ChecksumAlgorithm {
  const algorithm = checksumAlgorithms.find((known) => known === name.toUpperCase());
  if (algorithm !== undefined) return algorithm;
  throw new S3Error(
    'NotImplemented',
    `The checksum algorithm ${name.toUpperCase()} is not supported here; use one of ${checksumAlgorithms.join(', ')}.`,
  );
}

/** The name of the header and trailer that carries a checksum. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The name of the XML element that carries a checksum. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

/**
 * The algorithm of a header or trailer, `undefined` when it does not carry a checksum.
 * @throws S3Error `NotImplemented` for unknown algorithms
 */
export function algorithmOfHeader(name: string): ChecksumAlgorithm | undefined {
  const suffix = /^x-amz-checksum-(.+)$/.exec(name)?.[1];
  if (suffix === undefined || suffix === 'algorithm' || suffix === 'mode' || suffix === 'type')
    return undefined;
  return parseChecksumAlgorithm(suffix);
}

/** Whether `value` is base64 of as many bytes as the algorithm gives. */
export function isChecksumValue(algorithm: ChecksumAlgorithm, value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === bytesOf[algorithm] && bytes.toString('base64') === value;
}

/** The checksum of a multipart object: of the raw checksums of its parts, one after the other. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly string[]): Checksum {
  const digest = createChecksum(algorithm);
  for (const part of parts) digest.update(Buffer.from(part, 'base64'));
  return { algorithm, type: 'COMPOSITE', value: `${digest.digest().toString('base64')}-${parts.length}` };
}
