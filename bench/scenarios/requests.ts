import type { Scenario } from '../scenario.ts';
import { cpuSecondsOfTree } from '../service/cpu-time.ts';
import { openInstallation, startApi } from '../service/installation.ts';
import { latenciesOf, mediansOf } from '../service/percentiles.ts';

const PEOPLE = 1000;
/** Requests at a time; those of one tenant take turns. */
const CLIENTS = [1, 8];

/** What it costs to ask: nothing is exported, only accepted. */
export const requests: Scenario = {
  name: 'requests',
  title: `POST /v1/exports, ${PEOPLE} of one tenant, no worker`,
  async run(context) {
    const { postgresUrl, postmasterPid, redisUrl, rounds } = context;
    const diaries = [{ users: { from: 1, to: PEOPLE }, entries: 10 }];
    const installation = await openInstallation({ postgresUrl, redisUrl, diaries });
    const stops = [() => installation.close()];
    try {
      const api = await startApi(installation);
      stops.push(() => api.stop());
      const client = installation.client(api.url);
      stops.push(() => {
        client.close();
        return Promise.resolve();
      });
      const accepted: Record<string, Record<string, number>[]> = {};
      for (let round = 0; round <= rounds; round++) {
        for (const clients of CLIENTS) {
          const cpuBefore = await cpuOf(api.pid, postmasterPid);
          const startedAt = performance.now();
          const samples: number[] = [];
          let next = 0;
          const askAll = async () => {
            while (next < PEOPLE) {
              const params = { userId: String(1 + next++) };
              const sentAt = performance.now();
              const { status, body } = await client.send('POST', '/v1/exports', { dataset: 'diary', params });
              if (status !== 202) throw new Error(`POST /v1/exports: ${status} ${body}`);
              samples.push(performance.now() - sentAt);
            }
          };
          await Promise.all(Array.from({ length: clients }, askAll));
          const seconds = (performance.now() - startedAt) / 1000;
          const cpu = await cpuOf(api.pid, postmasterPid);
          const { p50, p95 } = latenciesOf(samples);
          const figures = {
            requestsPerSecond: PEOPLE / seconds,
            p50Ms: p50,
            p95Ms: p95,
            apiCpuMsPerRequest: (1000 * (cpu.api - cpuBefore.api)) / PEOPLE,
            postgresCpuMsPerRequest: (1000 * (cpu.postgres - cpuBefore.postgres)) / PEOPLE,
          };
          const name = clients === 1 ? 'one at a time' : `${clients} at a time`;
          context.note(`${name}, round ${round}: ${JSON.stringify(figures)}`);
          // The first one warms up.
          if (round > 0) (accepted[name] ??= []).push(figures);
        }
      }
      const measurements = Object.entries(accepted).map(([name, all]) => ({ name, figures: mediansOf(all) }));
      return {
        measurements,
        ratios: {},
        remarks: ['More wait with each round, and each is told its place.'],
      };
    } finally {
      for (const stop of stops.reverse()) await stop();
    }
  },
};

async function cpuOf(api: number, postmaster: number): Promise<{ api: number; postgres: number }> {
  return {
    api: (await cpuSecondsOfTree(api)) ?? NaN,
    postgres: (await cpuSecondsOfTree(postmaster)) ?? NaN,
  };
}
