import { Client } from 'pg';
import type { FaultCase } from '../suite/fault-case.ts';
import { makeStoredRows, storedPieces } from '../suite/stored-rows.ts';
import type { Trial } from '../suite/trial.ts';

const EXPORTS = 4;
const ROWS = 5000;
const NAP_MS = 200;

export const writers: FaultCase = {
  number: 24,
  name: 'writers during the export',
  queues: 'both',
  runs: { normal: 3, full: 20 },
  async run(trial) {
    const { databaseUrl } = trial.site;
    await makeStoredRows(databaseUrl, ROWS);
    const writer = startWriter(trial, databaseUrl);
    await trial.worker();
    const request = { dataset: 'stored', params: { count: ROWS, napMs: NAP_MS } };
    const asked = Array.from({ length: EXPORTS }, () =>
      trial.ask(request, { status: 'completed', file: notOfOneMoment }),
    );
    await Promise.all(asked);
    await trial.ended();
    const versions = await writer.stop();
    trial.promise(versions > EXPORTS, `only ${versions} versions were written meanwhile`);
  },
};

/** All rows have the version of one transaction, or the file shows two moments. */
function notOfOneMoment(text: string): string | undefined {
  const version = Number(/^1,(\d+)$/m.exec(text)?.[1]);
  return text === [...storedPieces(ROWS, version)].join('')
    ? undefined
    : 'the file shows more than one moment';
}

/** Gives all rows a new version, in one transaction each. `stop` resolves to how many there were. */
function startWriter(trial: Trial, connectionString: string): { stop(): Promise<number> } {
  let running = true;
  const write = async () => {
    const client = new Client({ connectionString });
    await client.connect();
    let versions = 0;
    while (running) {
      await client.query('update public.stored set version = version + 1');
      versions++;
    }
    await client.end();
    return versions;
  };
  const written = write();
  const stop = () => {
    running = false;
    return written;
  };
  trial.own.defer(stop);
  return { stop };
}
