import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { startS3Server } from '../../src/embedded/s3/server.ts';
import { defineS3ProtocolSuite } from './s3-protocol-suite.ts';
import { allCapabilities } from './s3-target.ts';

const directory = await mkdtemp(join(tmpdir(), 'rowferry-s3-'));
const credentials = { accessKeyId: 'rowferry', secretAccessKey: 'a secret / of + this test' };
const server = await startS3Server({ directory, port: 0, region: 'us-east-1', ...credentials });

afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

defineS3ProtocolSuite({
  name: 'embedded server',
  endpoint: server.url,
  region: 'us-east-1',
  credentials,
  capabilities: allCapabilities,
});
