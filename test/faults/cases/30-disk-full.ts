import { readFile } from 'node:fs/promises';
import { startSmallStorage } from '../lab/small-storage.ts';
import type { FaultCase } from '../suite/fault-case.ts';

const DISK_MB = 32;
/** 57 MB. */
const TOO_MANY_ROWS = 500_000;

export const diskFull: FaultCase = {
  number: 30,
  name: 'the storage’s disk is full',
  queues: 'both',
  runs: { normal: 2, full: 10 },
  async site(own) {
    const storage = await startSmallStorage(own.newDirectory(), DISK_MB);
    own.defer(() => storage.stop());
    return { storage };
  },
  async run(trial) {
    const worker = await trial.worker({ S3_MAX_ATTEMPTS: '2', EXPORT_MAX_ATTEMPTS: '2' });
    const writtenBefore = await diskBytesWritten(worker.pid);
    trial.injected();
    const request = { dataset: 'rows', params: { count: TOO_MANY_ROWS } };
    await trial.ask(request, { status: 'failed', codes: ['storage_failed'] });
    await trial.ended();
    const { status } = await trial.site.client.call('/readyz');
    trial.promise(status === 200, `the API is not ready any more: ${status}`);
    const written = (await diskBytesWritten(worker.pid)) - writtenBefore;
    trial.promise(written === 0, `the worker itself wrote ${written} bytes to disk`);
    // What the failed one has left makes room, and the next one fits.
    await trial.askForRows(10_000);
  },
};

/** What a process has had written to a disk; 0 where there is no /proc. Sockets and pipes do not count. */
async function diskBytesWritten(pid: number): Promise<number> {
  const counters = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => '');
  return Number(/^write_bytes: (\d+)$/m.exec(counters)?.[1] ?? 0);
}
