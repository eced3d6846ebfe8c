import { createHash } from 'node:crypto';
import { z } from 'zod';
import { checksumAlgorithms } from './checksums.ts';

const partialChecksum = z.object({ algorithm: z.enum(checksumAlgorithms), value: z.string() });

const described = {
  key: z.string(),
  /** Headers of the upload that downloads get back, by lower-case name. */
  headers: z.record(z.string(), z.string()),
  /** User metadata, by name without `x-amz-meta-`. */
  metadata: z.record(z.string(), z.string()),
};

/** What the disk says about an object, and memory too: one file, whose rename into place is the PUT. */
export const objectRecordSchema = z.object({
  ...described,
  sizeBytes: z.number(),
  /** Without quotes. */
  etag: z.string(),
  lastModifiedMs: z.number(),
  checksum: partialChecksum.extend({ type: z.enum(['FULL_OBJECT', 'COMPOSITE']) }).optional(),
  /** File or directory in the bucket's `data` directory that belongs to this object alone. */
  data: z.string(),
  /** Files of the content in their order, relative to the bucket's `data` directory. */
  files: z.array(z.object({ path: z.string(), sizeBytes: z.number() })),
});
export type ObjectRecord = z.infer<typeof objectRecordSchema>;

/** An upload that was created and not yet completed. */
export const uploadRecordSchema = z.object({
  ...described,
  id: z.string(),
  initiatedMs: z.number(),
  checksumAlgorithm: z.enum(checksumAlgorithms).optional(),
});
export type UploadRecord = z.infer<typeof uploadRecordSchema>;

/** One part of an upload. */
export const partRecordSchema = z.object({
  number: z.number(),
  sizeBytes: z.number(),
  etag: z.string(),
  lastModifiedMs: z.number(),
  checksum: partialChecksum.optional(),
  /** Name of the file in the upload's directory. */
  file: z.string(),
});
export type PartRecord = z.infer<typeof partRecordSchema>;

export const bucketRecordSchema = z.object({ createdMs: z.number() });

/**
 * The file name of a key's record. A digest has no `..`, no slash, no limit of 255 bytes, nothing two file systems read
 * differently, and `a` does not stand in the way of `a/b`.
 */
export function recordName(key: string): string {
  return `${createHash('sha256').update(key).digest('hex')}.json`;
}
