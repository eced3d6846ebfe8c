import type { FaultCase } from '../suite/fault-case.ts';
import type { Trial } from '../suite/trial.ts';
import { until } from '../suite/until.ts';

const GONE_SECONDS = 2;
const EXPORTS = 5;
/** Four seconds each; the last waits for a free place. */
const ROWS = 40_000;
const NAP_MS = 100;
const BYTES_PER_ROW = 110;
/** Of its own bytes, so that it is reached before the export is over, whatever becomes of the others. */
const LATEST_POINT = 0.5;

export const cancel: FaultCase = {
  number: 9,
  name: 'cancel at random points',
  queues: 'both',
  runs: { normal: 4, full: 20 },
  async run(trial) {
    await trial.worker();
    const points = Array.from({ length: EXPORTS }, () =>
      trial.random.integer(1, ROWS * BYTES_PER_ROW * LATEST_POINT),
    );
    await Promise.all(
      points.map(async (bytes) => {
        const request = { dataset: 'rows', params: { count: ROWS, napMs: NAP_MS } };
        const id = await trial.ask(request, { status: 'cancelled' });
        await trial.running(id);
        await trial.source.afterMoreBytes(bytes);
        await cancelOne(trial, id);
      }),
    );
  },
};

async function cancelOne(trial: Trial, id: string): Promise<void> {
  const cancelledAt = performance.now();
  const { status } = await trial.site.client.call(`/v1/exports/${id}/cancel`, { method: 'POST' });
  trial.promise(status === 200, `cancelling is answered by ${status}`);
  await until('its connection is gone', async () => (await trial.backends(id)).length === 0);
  const seconds = (performance.now() - cancelledAt) / 1000;
  trial.promise(seconds <= GONE_SECONDS, `PostgreSQL worked on ${seconds.toFixed(1)} s after the cancel`);
  const download = await trial.site.client.call(`/v1/exports/${id}/download`);
  trial.promise(download.status === 409, `a cancelled export's download is answered by ${download.status}`);
}
