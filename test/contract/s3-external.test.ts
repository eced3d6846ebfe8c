import { describe, it } from 'vitest';
import { defineS3ProtocolSuite } from './s3-protocol-suite.ts';
import { allCapabilities } from './s3-target.ts';
import type { S3Capabilities } from './s3-target.ts';

const { S3_ENDPOINT, S3_REGION, S3_TEST_WITHOUT, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;

if (S3_ENDPOINT === undefined || AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined) {
  describe('S3 protocol: external server', () => {
    it.skip(
      'lane "external S3" did not run: set S3_ENDPOINT, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (S3_REGION, default us-east-1)',
    );
  });
} else {
  const without = (S3_TEST_WITHOUT ?? '').split(',').filter((name) => name !== '');
  const unknown = without.filter((name) => !(name in allCapabilities));
  if (unknown.length > 0) throw new Error(`S3_TEST_WITHOUT names no capability: ${unknown.join(', ')}`);
  defineS3ProtocolSuite({
    name: S3_ENDPOINT,
    endpoint: S3_ENDPOINT,
    region: S3_REGION ?? 'us-east-1',
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
    capabilities: {
      ...allCapabilities,
      ...(Object.fromEntries(without.map((name) => [name, false])) as Partial<S3Capabilities>),
    },
  });
}
