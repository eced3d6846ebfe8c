import { randomUUID } from 'node:crypto';
import { rowsExpected } from '../suite/trial.ts';
import type { FaultCase } from '../suite/fault-case.ts';
import { until } from '../suite/until.ts';

/** Schedules that are due within the second in which workers die. */
const SCHEDULES = 8;
const ROWS = 1000;
/** Due times of an hourly schedule that nobody was there to run. */
const HOURS_AWAY = 5;
const MINUTE_MS = 60_000;

/** Two workers look for what is due as often as they may; one or both are killed while they are at it. */
export const killAroundSchedules: FaultCase = {
  number: 42,
  name: 'kill -9 of workers while schedules are due',
  queues: 'both',
  runs: { normal: 10, full: 50 },
  async run(trial) {
    const { pool, client } = trial.site;
    const often = { SCHEDULE_INTERVAL_SECONDS: '1' };
    const workers = [await trial.worker(often), await trial.worker(often)];
    // Half an hour ago, so that none is due while this goes on.
    const due = new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 30 * MINUTE_MS);
    const cron = `${due.getUTCMinutes()} * * * *`;
    const ids: string[] = [];
    for (let made = 0; made < SCHEDULES; made++) {
      const params = { count: ROWS, napMs: 0, lot: randomUUID() };
      const body = { title: `${made}`, cron, timeZone: 'UTC', dataset: 'rows', params };
      const answer = await client.call('/v1/schedules', { method: 'POST', body });
      if (answer.status !== 201) throw new Error(`a schedule is answered by ${answer.status}`);
      ids.push((answer.body as { id: string }).id);
    }
    await pool.query(
      `update rowferry.schedules
          set next_at = $2::timestamptz - make_interval(hours => $3)
        where id = any ($1::uuid[])`,
      [ids, due, HOURS_AWAY],
    );
    const runs = async () => {
      const { rows } = await pool.query<{ runs: number; exports: string[]; missed: number[] }>(
        `select count(*)::int as runs, array_agg(export_id) as exports, array_agg(missed) as missed
           from rowferry.schedule_runs where schedule_id = any ($1::uuid[])`,
        [ids],
      );
      return rows[0] ?? { runs: 0, exports: [], missed: [] };
    };
    // Anywhere from the first run to the last; sometimes both die.
    const after = trial.random.integer(0, SCHEDULES - 1);
    await until('schedules are run', async () => (await runs()).runs >= after);
    const [first, second] = workers;
    await Promise.all([first?.end('SIGKILL'), trial.variant(2) === 0 ? second?.end('SIGKILL') : undefined]);
    trial.injected();
    await trial.worker(often);
    await until('all schedules are run', async () => (await runs()).runs >= SCHEDULES);
    const expected = await rowsExpected(ROWS);
    const { exports, missed } = await runs();
    for (const id of new Set(exports)) trial.asked.push({ id, expected });
    trial.promise(new Set(exports).size === SCHEDULES, 'a schedule has no export of its own');
    trial.promise(
      missed.every((count) => count === HOURS_AWAY),
      `one run makes up for ${HOURS_AWAY} missed ones, not for ${missed.join(', ')}`,
    );
    await trial.ended();
    const { rows } = await pool.query<{ made: number }>(
      'select count(*)::int as made from rowferry.exports where schedule_id = any ($1::uuid[])',
      [ids],
    );
    const { made } = rows[0] ?? { made: 0 };
    trial.promise(made === SCHEDULES, `${SCHEDULES} schedules made ${made} exports`);
    trial.promise((await runs()).runs === SCHEDULES, 'a due time was run twice');
    const { rowCount } = await pool.query(
      'select from rowferry.schedules where id = any ($1::uuid[]) and next_at > now()',
      [ids],
    );
    trial.promise(rowCount === SCHEDULES, 'a schedule has no next time');
    // A subject may have some twenty, and runs share an installation.
    await pool.query('delete from rowferry.schedules where id = any ($1::uuid[])', [ids]);
  },
};
