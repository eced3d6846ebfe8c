import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { dataset } from '../../datasets/diary.ts';
import { exportLimits } from '../../src/cli/export-limits.ts';
import { loadConfig } from '../../src/config.ts';
import type { EncoderSetting } from '../../src/export/choose-encoder.ts';
import { runExport } from '../../src/export/run-export.ts';
import { seedDiary } from '../../src/seed/seed-diary.ts';
import type { BenchContext, Measurement, Scenario } from '../scenario.ts';
import { createDatabase } from '../service/database.ts';
import { latenciesOf, mediansOf } from '../service/percentiles.ts';

const EXPORTS_A_ROUND = 50;
const ENCODERS = ['auto', 'rows'] as const satisfies readonly EncoderSetting[];
const HEADER_BYTES = Buffer.byteLength(`${dataset.columns.map(({ name }) => name).join(',')}\n`);

/** However long the diary is, its index gives the first row at once: nothing on the way may wait for more. */
export const firstRow: Scenario = {
  name: 'first-row',
  title: 'From asking for an export to its first row at the store',
  run: async (context) => {
    const database = await createDatabase(context.postgresUrl);
    try {
      await seedDiary(database.url, [{ users: { from: 1, to: 1 }, entries: context.rows }]);
      const measurements: Measurement[] = [];
      for (const encoder of ENCODERS) measurements.push(await measure(context, database.url, encoder));
      return {
        measurements,
        ratios: { firstRowMs: measurements[0]?.figures['p50Ms'] ?? NaN },
        remarks: ['The connection to PostgreSQL, the snapshot and the estimate are part of it.'],
      };
    } finally {
      await database.drop();
    }
  },
};

async function measure(
  context: BenchContext,
  connectionString: string,
  encoder: EncoderSetting,
): Promise<Measurement> {
  const rounds: Record<string, number>[] = [];
  for (let round = 0; round <= context.rounds; round++) {
    const samples: number[] = [];
    for (let index = 0; index < EXPORTS_A_ROUND; index++)
      samples.push(await firstRowMs(connectionString, encoder));
    const { p50, p99 } = latenciesOf(samples);
    context.note(`${encoder}, round ${round}: p50 ${p50} ms, p99 ${p99} ms`);
    if (round > 0) rounds.push({ p50Ms: p50, p99Ms: p99 });
  }
  return { name: encoder === 'auto' ? 'byte path' : 'row path', figures: mediansOf(rounds) };
}

/** Lets the export go as soon as it has the first byte behind the header. */
async function firstRowMs(connectionString: string, encoder: EncoderSetting): Promise<number> {
  const arrived = new AbortController();
  let elapsedMs = NaN;
  const startedAt = performance.now();
  const store = async (body: Readable) => {
    let bytes = 0;
    body.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= HEADER_BYTES || arrived.signal.aborted) return;
      elapsedMs = performance.now() - startedAt;
      arrived.abort();
    });
    await once(body, 'close');
  };
  await runExport({
    dataset,
    asker: { tenant: 'default', subject: '1', role: 'user' },
    formats: ['csv'],
    params: { userId: '1' },
    encoder,
    source: { connectionString, applicationName: 'rowferry-bench' },
    limits: exportLimits(loadConfig({})),
    store,
    signal: arrived.signal,
  }).catch((error: unknown) => {
    if (!arrived.signal.aborted) throw error;
  });
  return elapsedMs;
}
