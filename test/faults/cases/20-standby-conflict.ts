import { referenceOf } from '../../support/rows.ts';
import { PRIMARY, startStandby } from '../lab/standby.ts';
import { administer } from '../../support/template-database.ts';
import type { FaultCase } from '../suite/fault-case.ts';
import { makeStoredRows, storedPieces } from '../suite/stored-rows.ts';
import { until } from '../suite/until.ts';

const ROWS = 20_000;
const NAP_MS = 100;

export const standbyConflict: FaultCase = {
  number: 20,
  name: 'a hot standby ends the query',
  queues: 'both',
  runs: { normal: 2, full: 10 },
  async run(trial) {
    const primary = await trial.own.postgres(PRIMARY);
    const standby = await startStandby(primary, trial.own.newDirectory());
    trial.own.defer(() => standby.stop());
    await makeStoredRows(primary.url, ROWS + 1000);
    const line = await trial.own.proxy(standby.url);
    await trial.worker({ SOURCE_DATABASE_URL: line.url });
    const flowing = line.afterBytes(20_000);
    const id = await trial.ask(
      { dataset: 'stored', params: { count: ROWS, napMs: NAP_MS } },
      { status: 'completed', file: await referenceOf(storedPieces(ROWS, 1)) },
    );
    await flowing;
    // What the snapshot on the standby may still see is removed on the primary.
    await administer(primary.url, `delete from public.stored where id > ${ROWS}`);
    await administer(primary.url, 'vacuum (freeze) public.stored');
    trial.injected();
    await until('the standby ends the attempt', async () => {
      const { attempt, status } = await trial.row(id);
      return attempt > 1 || status !== 'running';
    });
    const { attempt, status } = await trial.row(id);
    trial.promise(attempt > 1 || status === 'queued', 'the standby had no conflict');
  },
};
