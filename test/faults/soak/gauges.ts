import { readdir } from 'node:fs/promises';
import { rssMiB } from '../../../bench/pipeline/process/proc.ts';
import { redisCommand } from '../lab/redis-command.ts';
import type { Service } from '../lab/service.ts';
import type { Site } from '../lab/site.ts';

/** What an installation at rest holds. */
export type Gauges = Readonly<Record<string, number>>;

/** Growth that is noise and no leak: of a heap that is collected when it pleases, of pools that fill and empty. */
const TOLERATED: readonly (readonly [ending: RegExp, growth: number])[] = [
  [/MiB$/, 32],
  [/descriptors$/, 10],
  [/connections$/, 5],
];

/** `stayers`: the processes that no fault has killed. What the machine does not tell is left out. */
export async function readGauges(site: Site, stayers: readonly Service[]): Promise<Gauges> {
  const gauges: Record<string, number> = {};
  for (const { name, pid } of stayers) {
    const rss = await rssMiB(pid);
    if (rss !== undefined) gauges[`${name}: RSS MiB`] = Math.round(rss);
    const descriptors = await openDescriptors(pid);
    if (descriptors !== undefined) gauges[`${name}: open descriptors`] = descriptors;
  }
  const { rows } = await site.pool.query<{ connections: number; exporting: number }>(
    `select count(*)::int as connections,
            count(*) filter (where application_name like 'rowferry-export%')::int as exporting
       from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );
  gauges['PostgreSQL: connections'] = rows[0]?.connections ?? 0;
  gauges['PostgreSQL: exporting'] = rows[0]?.exporting ?? 0;
  const { REDIS_URL } = site.env;
  if (REDIS_URL !== undefined) {
    const clients = await redisCommand(REDIS_URL, 'INFO', 'clients');
    gauges['Redis: connections'] = Number(/^connected_clients:(\d+)/m.exec(clients)?.[1]);
  }
  gauges['storage: unfinished uploads'] = (await site.storage.uploads(site.keyPrefix)).length;
  return gauges;
}

/**
 * The lowest of each in some readings. A single one says little of a heap: 220 MiB after one round and 270 after the
 * next, for hours. What is never given back raises the lowest too.
 */
export function lowest(readings: readonly Gauges[]): Gauges {
  const result: Record<string, number> = {};
  for (const reading of readings)
    for (const [name, value] of Object.entries(reading))
      result[name] = Math.min(result[name] ?? value, value);
  return result;
}

/** Those that have grown beyond what is noise. */
export function grown(start: Gauges, end: Gauges): string[] {
  return Object.keys(end).filter((name) => {
    const tolerated = TOLERATED.find(([ending]) => ending.test(name))?.[1] ?? 0;
    return (end[name] ?? 0) > (start[name] ?? 0) + tolerated;
  });
}

async function openDescriptors(pid: number): Promise<number | undefined> {
  return readdir(`/proc/${pid}/fd`).then(
    (names) => names.length,
    () => undefined,
  );
}
