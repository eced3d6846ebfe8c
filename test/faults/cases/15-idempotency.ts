import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ExportResource } from '../lab/client.ts';
import type { FaultCase } from '../suite/fault-case.ts';
import { rowsExpected } from '../suite/trial.ts';

const PARALLEL = 50;
const ROWS = 1000;
const COME_BACK_MS = 1000;
/** A new export, and one that is there already. */
const ACCEPTED = [202, 200];

export const idempotency: FaultCase = {
  number: 15,
  name: '50 parallel requests with one Idempotency-Key',
  queues: 'both',
  runs: { normal: 5, full: 20 },
  async run(trial) {
    const { client } = trial.site;
    const lot = randomUUID();
    const headers = { 'idempotency-key': randomUUID() };
    const request = { dataset: 'rows', params: { count: ROWS, lot } };
    // As a client does that is told to come back: a busy machine sends those away who wait for others of their tenant.
    const patiently = async () => {
      for (;;) {
        const answer = await client.post(request, { headers });
        if (answer.status !== 503) return answer;
        await pause(COME_BACK_MS);
      }
    };
    const answers = await Promise.all(Array.from({ length: PARALLEL }, patiently));
    const accepted = answers.filter(({ status }) => ACCEPTED.includes(status));
    const ids = new Set(accepted.map(({ body }) => (body as ExportResource).id));
    for (const id of ids) trial.asked.push({ id, expected: await rowsExpected(ROWS) });
    trial.verdict.duplicated += Math.max(0, ids.size - 1);
    trial.promise(ids.size === 1, `${PARALLEL} identical requests made ${ids.size} exports`);
    const others = answers.filter(({ status }) => !ACCEPTED.includes(status) && status !== 409);
    trial.promise(others.length === 0, `some were answered by ${others[0]?.status ?? 0}`);
    const otherBody = await client.post({ ...request, params: { count: ROWS + 1, lot } }, { headers });
    trial.promise(otherBody.status === 422, `the key with another body is answered by ${otherBody.status}`);
    if (otherBody.status === 202) {
      const { id } = otherBody.body as ExportResource;
      trial.asked.push({ id, expected: await rowsExpected(ROWS + 1) });
    }
    await trial.worker();
  },
};
