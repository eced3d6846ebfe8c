import type { FaultCase } from '../suite/fault-case.ts';
import type { Trial } from '../suite/trial.ts';

const EXPORTS = 10;
const ROWS = 20_000;

export const queryEndsEarly: FaultCase = {
  number: 21,
  name: 'an error in row N, and statement_timeout',
  queues: 'both',
  runs: { normal: 6, full: 20 },
  async run(trial) {
    if (trial.variant(2) === 0) await errorsInRows(trial);
    else await timeouts(trial);
  },
};

async function errorsInRows(trial: Trial): Promise<void> {
  await trial.worker();
  const asked = Array.from({ length: EXPORTS }, () =>
    trial.ask(
      { dataset: 'failing', params: { count: ROWS, failingRow: trial.random.integer(1, ROWS) } },
      { status: 'failed', codes: ['source_query_failed'] },
    ),
  );
  await Promise.all(asked);
}

/** The server's own limit, which holds for the whole stream. */
async function timeouts(trial: Trial): Promise<void> {
  await trial.worker({
    EXPORT_DEADLINE_SECONDS: '1',
    EXPORT_MAX_ATTEMPTS: '2',
    WORKER_CONCURRENCY: String(EXPORTS),
  });
  const request = { dataset: 'rows', params: { count: 100_000, napMs: 50 } };
  const expected = { status: 'failed', codes: ['source_timeout', 'deadline_exceeded'] } as const;
  await Promise.all(Array.from({ length: EXPORTS }, () => trial.ask(request, expected)));
}
