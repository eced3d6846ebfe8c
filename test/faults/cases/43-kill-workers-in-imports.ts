import { randomUUID } from 'node:crypto';
import type { FaultCase } from '../suite/fault-case.ts';
import type { Trial } from '../suite/trial.ts';
import { until } from '../suite/until.ts';

const ROWS = 50_000;
const NAP_MS = 20;

/** Where an import may die, by what its connection is at; last, when everything is written and nobody was told. */
const MOMENTS = ['copy', 'delete', 'insert', 'written'] as const;

export const killWorkersInImports: FaultCase = {
  number: 43,
  name: 'kill -9 of a worker in an import: while it reads, compares and writes, and after its commit',
  queues: 'both',
  runs: { normal: 8, full: 40 },
  async run(trial) {
    const { pool, client } = trial.site;
    // Runs share an installation, and a table is not made by two at once.
    await pool.query(
      `select pg_advisory_xact_lock(43);
       create table if not exists public.imported (batch text not null, n bigint not null, note text)`,
    );
    const batch = randomUUID();
    const first = await trial.worker();
    const notes = Array.from({ length: ROWS }, (_, index) => `${index + 1},note ${index + 1}`);
    const content = { dataset: 'imported', params: { batch, napMs: NAP_MS } };
    const { status, body } = await client.sendFile(content, ['n,note', ...notes, ''].join('\n'));
    if (status !== 202) throw new Error(`the import is answered by ${status}: ${JSON.stringify(body)}`);
    const { id } = body as { id: string };
    const moment = MOMENTS[trial.variant(MOMENTS.length)] ?? 'copy';
    await until(`the import is at ${moment}`, () => isAt(trial, { id, batch, moment }));
    await first.end('SIGKILL');
    trial.injected();
    await trial.worker();
    const ended = await until('the import ends', () => endOf(trial, id), 60);
    trial.notes.push(`${moment}: ${ended.attempt} attempts`);
    trial.promise(ended.status === 'completed', `the import is ${ended.status}`);
    const { new: fresh = 0, duplicate = 0, written = 0 } = ended.report ?? {};
    trial.promise(fresh + duplicate === ROWS, `its report has ${fresh} new and ${duplicate} duplicate rows`);
    trial.promise(written === fresh, `its report has ${written} written rows, and ${fresh} new`);
    const { rows } = await pool.query<{ all: number; different: number }>(
      `select count(*)::int as all, count(distinct n)::int as different from public.imported where batch = $1`,
      [batch],
    );
    const { all = 0, different = 0 } = rows[0] ?? {};
    trial.promise(different === ROWS, `${different} of ${ROWS} rows are there`);
    trial.promise(all === different, `${all - different} rows are there twice`);
    await pool.query('delete from public.imported where batch = $1', [batch]);
  },
};

async function isAt(
  { site: { pool } }: Trial,
  { id, batch, moment }: { id: string; batch: string; moment: (typeof MOMENTS)[number] },
): Promise<boolean> {
  const { rowCount } =
    moment === 'written'
      ? await pool.query('select from public.imported where batch = $1 limit 1', [batch])
      : await pool.query(
          `select from pg_stat_activity where application_name = $1 and starts_with(ltrim(query), $2)`,
          [`rowferry-import ${id}`, moment],
        );
  return rowCount === 1;
}

interface EndedImport {
  status: string;
  attempt: number;
  report: Record<string, number> | null;
}

async function endOf({ site: { pool } }: Trial, id: string): Promise<EndedImport | undefined> {
  const { rows } = await pool.query<EndedImport>(
    `select status, attempt, report from rowferry.imports
      where id = $1 and status in ('completed', 'failed') and object_key is null`,
    [id],
  );
  return rows[0];
}
