import { fork } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createBucket } from '../../src/cli/endpoints.ts';
import { startS3Process } from '../../src/embedded/s3-process.ts';
import type { BenchContext, Measurement, Scenario } from '../scenario.ts';
import { median } from '../service/percentiles.ts';
import { startTlsFront } from '../upload/tls-front.ts';
import type { TlsFront } from '../upload/tls-front.ts';
import { uploadVariants } from '../upload/upload-variant.ts';
import type { UploadCost, UploadOrder, UploadVariant } from '../upload/upload-variant.ts';

const BYTES = 600e6;
const BUCKET = 'bench';

/** What each setting of an upload costs; the rows' own way is left out. */
export const uploadKnobs: Scenario = {
  name: 'upload-knobs',
  title: `CPU of the uploading process for ${BYTES / 1e6} MB`,
  async run(context) {
    const directory = await mkdtemp(join(tmpdir(), 'rowferry-bench-'));
    const credentials = { accessKeyId: 'BENCHACCESSKEY', secretAccessKey: randomBytes(20).toString('hex') };
    const s3 = await startS3Process({ directory, region: 'us-east-1', ...credentials });
    const tls = await startTlsFront(s3.url, directory);
    try {
      await createBucket({
        bucket: BUCKET,
        region: 'us-east-1',
        endpoint: s3.url,
        credentials,
        forcePathStyle: true,
        requestTimeoutMs: 5000,
        maxAttempts: 1,
      });
      return await measureAll(context, { plain: s3.url, tls }, credentials);
    } finally {
      await tls?.stop();
      await s3.stop();
      await rm(directory, { recursive: true, force: true });
    }
  },
};

async function measureAll(
  context: BenchContext,
  server: { plain: string; tls: TlsFront | undefined },
  credentials: UploadOrder['credentials'],
) {
  const variants = uploadVariants.filter(({ https }) => !https || server.tls !== undefined);
  const costs = new Map<string, UploadCost[]>(variants.map(({ name }) => [name, []]));
  for (let round = 1; round <= context.rounds; round++) {
    // Interleaved, so that a slow minute of the machine does not fall on one of them.
    for (const variant of variants) {
      const endpoint = variant.https ? (server.tls?.url ?? '') : server.plain;
      const cost = await uploadIn(
        { variant, endpoint, credentials, bucket: BUCKET, bytes: BYTES },
        server.tls?.certificatePath,
      );
      context.note(`round ${round}, ${variant.name}: ${cost.cpuSeconds.toFixed(2)} s of CPU`);
      costs.get(variant.name)?.push(cost);
    }
  }
  const measurements = variants.map((variant) => summary(variant, costs.get(variant.name) ?? []));
  const remarks = ['The embedded S3 server has no CRC64NVME.'];
  if (server.tls === undefined)
    remarks.push('https was left out: there is no openssl to make a certificate.');
  return { measurements, ratios: {}, remarks };
}

function summary({ name }: UploadVariant, costs: readonly UploadCost[]): Measurement {
  const middle = (figure: keyof UploadCost) => median(costs.map((cost) => cost[figure]));
  return {
    name,
    figures: {
      cpuSeconds: middle('cpuSeconds'),
      wallSeconds: middle('wallSeconds'),
      rssMiB: middle('peakRssMiB'),
    },
  };
}

/** A process of its own for each figure: what one variant left in the heap would cost the next. */
async function uploadIn(order: UploadOrder, certificatePath: string | undefined): Promise<UploadCost> {
  const child = fork(fileURLToPath(new URL('../upload/upload-child.ts', import.meta.url)), {
    execArgv: ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href],
    env: {
      ...process.env,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...(certificatePath === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificatePath }),
    },
  });
  child.send(order);
  const died = once(child, 'exit').then(() => Promise.reject(new Error(`"${order.variant.name}" failed`)));
  const [cost] = (await Promise.race([once(child, 'message'), died])) as [UploadCost];
  await died.catch(() => undefined);
  return cost;
}
