import { startS3Server } from '../embedded/s3/server.ts';
import { AppError } from '../errors.ts';
import { shutdownRequested } from '../shutdown.ts';
import { createBucket } from './endpoints.ts';

export interface S3ServerCommand {
  directory: string;
  host: string;
  port: number;
  bucket?: string;
}

/** `rowferry s3-server`: the embedded S3 server by itself, for a demo in containers. Not for production. */
export async function serveS3({ directory, host, port, bucket }: S3ServerCommand): Promise<void> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, S3_REGION } = process.env;
  if (!accessKeyId || !secretAccessKey) {
    throw new AppError(
      'no_credentials',
      'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: the credentials it accepts.',
    );
  }
  const region = S3_REGION ?? 'us-east-1';
  const credentials = { accessKeyId, secretAccessKey };
  const server = await startS3Server({ directory, host, port, region, ...credentials });
  if (bucket !== undefined) {
    await createBucket({
      bucket,
      region,
      credentials,
      endpoint: `http://127.0.0.1:${server.port}`,
      forcePathStyle: true,
      checksums: 'when_required',
      requestTimeoutMs: 5000,
      maxAttempts: 3,
    });
  }
  process.stdout.write(`S3 server listening on ${server.url}\n`);
  await shutdownRequested();
  await server.close();
}
