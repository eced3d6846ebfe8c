import { createHash } from 'node:crypto';
import type { FaultCase } from '../suite/fault-case.ts';
import type { Trial } from '../suite/trial.ts';
import { until } from '../suite/until.ts';

const SUBJECTS = 60;
/** Small batches, and a pause after each subject, so that there is a middle to die in. */
const SLOW = { EXPORT_BATCH_ROWS: '4', BULK_MAX_IN_FLIGHT: '6' };

export const killWorkersInBulk: FaultCase = {
  number: 41,
  name: 'kill -9 of workers in a bulk export: while subjects are found, and while they are exported',
  queues: 'both',
  runs: { normal: 5, full: 20 },
  endWithinSeconds: 90,
  async run(trial) {
    const first = await trial.worker(SLOW);
    const body = {
      dataset: 'notes',
      subjects: { named: 'first', params: { count: SUBJECTS, napMs: 40 } },
      params: { napMs: 20 },
    };
    const { status, body: answer } = await trial.site.client.call('/v1/bulk-exports', {
      method: 'POST',
      body,
    });
    if (status !== 202)
      throw new Error(`the bulk export is answered by ${status}: ${JSON.stringify(answer)}`);
    const { id } = answer as { id: string };
    await untilSubjects(trial, id, `count(*) >= ${trial.random.integer(1, SUBJECTS - 10)}`);
    await first.end('SIGKILL');
    const second = await trial.worker(SLOW);
    const some = trial.random.integer(1, SUBJECTS / 2);
    await untilSubjects(trial, id, `count(*) filter (where status = 'completed') >= ${some}`);
    await second.end('SIGKILL');
    trial.injected();
    await Promise.all([trial.worker(SLOW), trial.worker(SLOW)]);
    await ended(trial, id);
    await expectEach(trial, id);
  },
};

async function untilSubjects({ site }: Trial, id: string, condition: string): Promise<void> {
  await until(`the subjects have ${condition}`, async () => {
    const { rows } = await site.pool.query<{ reached: boolean }>(
      `select ${condition} as reached from rowferry.bulk_subjects where bulk_id = $1`,
      [id],
    );
    return rows[0]?.reached === true;
  });
}

async function ended({ site }: Trial, id: string): Promise<void> {
  const look = async () => {
    const { rows } = await site.pool.query(
      `select from rowferry.bulk_exports where id = $1 and status = 'completed' and manifest is not null`,
      [id],
    );
    return rows.length === 1;
  };
  await until('the bulk export is completed', look, 90);
}

/** One export a subject, whose file the oracle then looks at. */
async function expectEach(trial: Trial, id: string): Promise<void> {
  const { rows } = await trial.site.pool.query<{ id: string; subject: string }>(
    'select id::text, subject from rowferry.exports where bulk_id = $1',
    [id],
  );
  trial.promise(rows.length === SUBJECTS, `there are ${rows.length} exports for ${SUBJECTS} subjects`);
  const subjects = new Set(rows.map(({ subject }) => subject));
  trial.promise(subjects.size === SUBJECTS, `${subjects.size} of ${SUBJECTS} subjects were exported`);
  for (const { id: exportId, subject } of rows) {
    const content = `person,note\n${subject},1\n${subject},2\n`;
    const file = { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
    trial.asked.push({ id: exportId, expected: { status: 'completed', file } });
  }
}
