import { Client } from 'pg';
import { askInTime, expectNoHalves } from '../suite/ask-in-time.ts';
import type { FaultCase } from '../suite/fault-case.ts';
import { variantOf } from '../suite/trial.ts';
import type { Trial } from '../suite/trial.ts';
import { until } from '../suite/until.ts';

/** Enough for an installation at rest, and few to fill up. */
const SMALL = { max_connections: '40' };
/** Waiting longer than a fault lasts is what the pause between attempts is for. */
const PATIENT = { EXPORT_RETRY_DELAY_SECONDS: '1', EXPORT_MAX_ATTEMPTS: '20' };

export const outOfConnections: FaultCase = {
  number: 23,
  name: 'max_connections used up',
  queues: 'both',
  runs: { normal: 4, full: 10 },
  endWithinSeconds: 90,
  async site(own, run) {
    return variantOf(run, 2) === 0 ? undefined : { postgres: await own.postgres(SMALL) };
  },
  async run(trial) {
    if (trial.variant(2) === 0) await sourceFull(trial);
    else await everythingFull(trial);
  },
};

async function sourceFull(trial: Trial): Promise<void> {
  const source = await trial.own.postgres(SMALL);
  await trial.worker({ ...PATIENT, SOURCE_DATABASE_URL: source.url });
  const release = await useUp(trial, source.url);
  const id = await trial.askForRows(1000);
  await until('the export waits for a connection', async () => {
    const { status, attempt } = await trial.row(id);
    return status === 'queued' && attempt > 0;
  });
  const { status, seconds } = await trial.site.client.call(`/v1/exports/${id}`);
  trial.promise(status === 200 && seconds <= 2, `the API answered ${status} after ${seconds.toFixed(1)} s`);
  await release();
  trial.injected();
}

async function everythingFull(trial: Trial): Promise<void> {
  await trial.worker(PATIENT);
  const release = await useUp(trial, trial.postgres.url);
  await askInTime(trial, 5);
  const { status } = await trial.site.client.call('/livez');
  trial.promise(status === 200, `/livez answers ${status}`);
  await release();
  trial.injected();
  await until('the records can be read again', () => expectNoHalves(trial).then(() => true));
}

/** Opens connections until there is none left. Resolves to what closes them. */
async function useUp(trial: Trial, connectionString: string): Promise<() => Promise<void>> {
  const clients: Client[] = [];
  const release = async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
  };
  trial.own.defer(release);
  for (;;) {
    const client = new Client({ connectionString });
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch {
      return release;
    }
    clients.push(client);
  }
}
