import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchContext, Measurement, Scenario } from '../scenario.ts';
import { Completions } from '../service/completions.ts';
import { requestDiary } from '../service/diary-service.ts';
import type { HttpClient } from '../service/http-client.ts';
import { openInstallation } from '../service/installation.ts';
import type { Installation } from '../service/installation.ts';
import { openLoop } from '../service/open-loop.ts';
import { latenciesOf, mediansOf } from '../service/percentiles.ts';
import { startRowferry } from '../service/rowferry-process.ts';

const SECONDS = 10;
const PER_SECOND = 50;
/** One request in so many asks for an export; the others look at one. */
const POST_EVERY = 10;
/** Users of the demo come first. */
const LARGE = '1000';
const SMALL = '1001';

/** What runs beside the requests: how many large exports at a time, and by which encoder. */
const LOADS = [
  { name: 'no export', exports: 0, encoder: 'auto' },
  { name: 'one export, byte path', exports: 1, encoder: 'auto' },
  { name: 'four exports, byte path', exports: 4, encoder: 'auto' },
  { name: 'one export, row path', exports: 1, encoder: 'rows' },
  { name: 'four exports, row path', exports: 4, encoder: 'rows' },
] as const;

const REMARK =
  'One request in ten is a POST, and the slowest hundredth are all POSTs: each waits for commits to disk, where the ' +
  'S3 server writes its files too. The ratio is the worse of both encoders with one export.';

/** `rowferry start` brings the API and a worker: whoever looks at a page must not wait for somebody's export. */
export const apiLatency: Scenario = {
  name: 'api-latency',
  title: 'The API’s answers while `rowferry start` exports',
  run: async (context) => {
    const installation = await openInstallation({
      postgresUrl: context.postgresUrl,
      diaries: [
        { users: { from: Number(LARGE), to: Number(LARGE) }, entries: context.rows },
        { users: { from: Number(SMALL), to: Number(SMALL) }, entries: 1 },
      ],
    });
    try {
      const measurements: Measurement[] = [];
      for (const load of LOADS) measurements.push(await measure(context, installation, load));
      const whileOne = measurements.filter((_, index) => LOADS[index]?.exports === 1);
      const p99 = Math.max(...whileOne.map(({ figures }) => figures['p99Ms'] ?? NaN));
      return { measurements, ratios: { apiP99WhileExportingMs: p99 }, remarks: [REMARK] };
    } finally {
      await installation.close();
    }
  },
};

async function measure(
  context: BenchContext,
  installation: Installation,
  load: (typeof LOADS)[number],
): Promise<Measurement> {
  const home = await mkdtemp(join(tmpdir(), 'rowferry-bench-home-'));
  const env = { ...installation.env, ROWFERRY_HOME: home, PORT: '0', EXPORT_ENCODER: load.encoder };
  const started = await startRowferry(['start'], env, /Ctrl-C stops everything/);
  const client = installation.client(/Serving at (\S+)/.exec(started.output)?.[1] ?? '');
  const completions = await Completions.open(installation.databaseUrl);
  try {
    const rounds: Record<string, number>[] = [];
    for (let round = 0; round <= context.rounds; round++) {
      const samples = await whileExporting(load.exports, { client, completions }, () => ask(client));
      const { p50, p99 } = latenciesOf(samples);
      const posts = latenciesOf(samples.filter((_, index) => isPost(index)));
      const figures = { p50Ms: p50, p99Ms: p99, postP50Ms: posts.p50, postP95Ms: posts.p95 };
      context.note(`${load.name}, round ${round}: ${JSON.stringify(figures)}`);
      if (round > 0) rounds.push(figures);
    }
    return { name: load.name, figures: mediansOf(rounds) };
  } finally {
    await completions.close();
    client.close();
    await started.stop();
    await rm(home, { recursive: true, force: true });
  }
}

function isPost(index: number): boolean {
  return index % POST_EVERY === 0;
}

/** Keeps so many large exports running until `work` is done, then waits for the last of them. */
async function whileExporting<T>(
  count: number,
  { client, completions }: { client: HttpClient; completions: Completions },
  work: () => Promise<T>,
): Promise<T> {
  const working = { done: false };
  const exportOn = async () => {
    while (!working.done) await completions.of(await requestDiary(client, { userId: LARGE }));
  };
  const exporting = Promise.all(Array.from({ length: count }, exportOn));
  // A failure is told of when the work is done.
  exporting.catch(() => undefined);
  try {
    return await work();
  } finally {
    working.done = true;
    await exporting;
  }
}

async function ask(client: HttpClient): Promise<number[]> {
  const known = await requestDiary(client, { userId: SMALL });
  const send = async (index: number) => {
    if (isPost(index)) await requestDiary(client, { userId: SMALL });
    else await client.send('GET', `/v1/exports/${known}`);
  };
  return openLoop({ perSecond: PER_SECOND, seconds: SECONDS, send });
}
