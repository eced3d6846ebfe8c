import { describe } from 'vitest';
import { defineBucketTests } from './s3-suite-buckets.ts';
import { defineConditionalWriteTests } from './s3-suite-conditional-writes.ts';
import { defineContinueTests } from './s3-suite-continue.ts';
import { defineIntegrityTests } from './s3-suite-integrity.ts';
import { defineListingTests } from './s3-suite-listing.ts';
import { defineMultipartTests } from './s3-suite-multipart.ts';
import { defineObjectTests } from './s3-suite-objects.ts';
import { defineReadTests } from './s3-suite-reads.ts';
import { defineSignatureTests } from './s3-suite-signatures.ts';
import type { S3Target } from './s3-target.ts';

/** Defines the tests that every S3 server must pass: the embedded one and the real one see the very same requests. */
export function defineS3ProtocolSuite(target: S3Target): void {
  describe(`S3 protocol: ${target.name}`, () => {
    defineBucketTests(target);
    defineObjectTests(target);
    defineReadTests(target);
    defineListingTests(target);
    defineMultipartTests(target);
    defineConditionalWriteTests(target);
    defineSignatureTests(target);
    defineIntegrityTests(target);
    defineContinueTests(target);
  });
}
