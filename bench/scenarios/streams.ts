import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { ExportRecords } from '../../src/db/export-records.ts';
import { createPool } from '../../src/db/pool.ts';
import { startCompiledApi } from '../pipeline/process/compiled-rowferry.ts';
import { rssMiB } from '../pipeline/process/proc.ts';
import type { Scenario } from '../scenario.ts';
import { cpuSecondsOfTree } from '../service/cpu-time.ts';
import { openInstallation } from '../service/installation.ts';

const STREAMS = 1000;
const SECONDS = 20;
/** Of all exports this share is at work, and changes each second. */
const RUNNING = 0.1;

/** What watching costs the API: one stream for each of 1,000 exports, most of which wait. */
export const streams: Scenario = {
  name: 'streams',
  title: `${STREAMS} open streams of events in one API process, each of another export`,
  async run(context) {
    const { postgresUrl } = context;
    const installation = await openInstallation({ postgresUrl, diaries: [] });
    const stops = [() => installation.close()];
    const pool = createPool({
      connectionString: installation.databaseUrl,
      max: 2,
      logger: pino({ level: 'silent' }),
    });
    stops.push(() => pool.end());
    const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
    try {
      const api = await startCompiledApi({
        ...installation.env,
        EVENTS_MAX_STREAMS_PER_SUBJECT: String(STREAMS),
      });
      stops.push(() => api.stop());
      const { key } = await new ApiKeys(pool).create({ role: 'admin', subject: 'bench' });
      const ids = await exportsIn(new ExportRecords(pool));
      const idleMiB = (await rssMiB(api.pid)) ?? NaN;
      let events = 0;
      const responses: IncomingMessage[] = [];
      for (const id of ids) {
        const outgoing = request(`${api.url}/v1/exports/${id}/events`, {
          agent,
          headers: { authorization: `Bearer ${key}` },
        }).end();
        const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
        if (response.statusCode !== 200) throw new Error(`a stream was answered ${response.statusCode}`);
        response.on('data', (chunk: Buffer) => (events += chunk.includes('event: export') ? 1 : 0));
        responses.push(response);
      }
      context.note(`${responses.length} streams are open`);
      const cpuBefore = (await cpuSecondsOfTree(api.pid)) ?? NaN;
      const eventsBefore = events;
      const startedAt = performance.now();
      await pool.query(
        `update rowferry.exports set status = 'running', attempt = 1, started_at = now(), beat_at = now()
          where id = any($1)`,
        [ids.slice(0, STREAMS * RUNNING)],
      );
      let peakMiB = 0;
      for (let second = 0; second < SECONDS; second++) {
        await pool.query("update rowferry.exports set rows = rows + 1000 where status = 'running'");
        await pause(1000);
        peakMiB = Math.max(peakMiB, (await rssMiB(api.pid)) ?? NaN);
      }
      const seconds = (performance.now() - startedAt) / 1000;
      const cpuSeconds = ((await cpuSecondsOfTree(api.pid)) ?? NaN) - cpuBefore;
      const figures = {
        idleMiB,
        rssMiB: peakMiB,
        cpuPercent: (100 * cpuSeconds) / seconds,
        eventsPerSecond: (events - eventsBefore) / seconds,
      };
      context.note(JSON.stringify(figures));
      return {
        measurements: [{ name: `${STREAMS} streams`, figures }],
        ratios: { apiWithStreamsMiB: peakMiB },
        remarks: [`${100 * RUNNING} % of the exports run and change once a second; the others wait.`],
      };
    } finally {
      agent.destroy();
      for (const stop of stops.reverse()) await stop();
    }
  },
};

async function exportsIn(records: ExportRecords): Promise<string[]> {
  const ids: string[] = [];
  for (let user = 1; user <= STREAMS; user++) {
    const params = { userId: String(user) };
    const content = { dataset: 'diary', formats: ['csv'], params } as const;
    const { id } = await records.create({ tenant: 'default', role: 'admin', subject: 'bench', ...content });
    ids.push(id);
  }
  return ids;
}
