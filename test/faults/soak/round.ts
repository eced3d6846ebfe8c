import type { ExportResource, FaultClient } from '../lab/client.ts';
import type { AskedExport } from '../suite/expected.ts';
import { judge } from '../suite/oracle.ts';
import type { Random } from '../suite/random.ts';
import { rowsExpected } from '../suite/trial.ts';
import { until } from '../suite/until.ts';
import type { Verdict } from '../suite/verdict.ts';
import { pickEvent } from './events.ts';
import type { SoakEvent } from './events.ts';
import type { SoakInstallation } from './installation.ts';

/** From an empty file to several parts, some of them slow. */
const SHAPES = [
  { count: 0, napMs: 0 },
  { count: 100, napMs: 0 },
  { count: 10_000, napMs: 0 },
  { count: 20_000, napMs: 50 },
  { count: 60_000, napMs: 0 },
  { count: 150_000, napMs: 5 },
] as const;
const EXPORTS = 20;
const CANCELLED_SHARE = 0.1;
/** Time for everything to end after the last fault of a round. */
const END_WITHIN_SECONDS = 120;

export interface Round {
  exports: number;
  event: SoakEvent;
  verdict: Verdict;
}

/** Asks for a load of exports, has one thing go wrong in the middle, and judges when all is quiet again. */
export async function runRound(installation: SoakInstallation, random: Random): Promise<Round> {
  const { site } = installation;
  const event = pickEvent(random, installation);
  const asked: AskedExport[] = [];
  const asking = (async () => {
    for (let left = EXPORTS; left > 0; left--) asked.push(await askOne(installation, random));
  })();
  const endedBefore = random.integer(0, EXPORTS / 2);
  await until(
    'the load is under way',
    async () => {
      const { rows } = await site.pool.query<{ ended: number }>(
        `select count(*)::int as ended from rowferry.exports
          where id = any ($1::uuid[]) and status not in ('queued', 'running')`,
        [asked.map(({ id }) => id)],
      );
      return asked.length > 0 && (rows[0]?.ended ?? 0) >= endedBefore;
    },
    END_WITHIN_SECONDS,
  );
  await event.happen(installation);
  const happenedAt = performance.now();
  await asking;
  const { verdict, endedAt } = await judge(site, asked, END_WITHIN_SECONDS);
  verdict.recoverySeconds.push((endedAt - happenedAt) / 1000);
  return { exports: asked.length, event, verdict };
}

/** As a client does that gets no answer: asks the other API, again and again. Some change their mind. */
async function askOne({ clients }: SoakInstallation, random: Random): Promise<AskedExport> {
  const shape = random.pick([...SHAPES] as [(typeof SHAPES)[number], ...(typeof SHAPES)[number][]]);
  const changesMind = random.fraction() < CANCELLED_SHARE;
  const client = random.pick([clients[0], clients[1]]);
  const { id } = await until('an API accepts an export', async () => {
    const answer = await client.ask({ dataset: 'rows', params: shape });
    return answer.status === 202 && (answer.body as ExportResource);
  });
  if (changesMind && (await cancel(client, id))) return { id, expected: { status: 'cancelled' } };
  return { id, expected: await rowsExpected(shape.count) };
}

/** False when it had ended already. */
async function cancel(client: FaultClient, id: string): Promise<boolean> {
  const status = await until('an API cancels', async () => {
    const answer = await client.call(`/v1/exports/${id}/cancel`, { method: 'POST' });
    return (answer.status === 200 || answer.status === 409) && answer.status;
  });
  return status === 200;
}
