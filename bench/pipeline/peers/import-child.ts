// The process of `rowferry import`; what it reads and prints is described in peer.ts.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { dataset } from '../../../datasets/diary.ts';
import { importLimits } from '../../../src/cli/import-limits.ts';
import { loadConfig } from '../../../src/config.ts';
import { runImport } from '../../../src/import/run-import.ts';

/** One line of JSON that tells it what to do. */
export interface ImportTask {
  databaseUrl: string;
  path: string;
  userId: string;
  dryRun: boolean;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const nextLine = async () => {
  const next = await lines.next();
  // Whoever started it is gone.
  if (next.done === true) process.exit(0);
  return next.value;
};

const { databaseUrl, path, userId, dryRun } = JSON.parse(await nextLine()) as ImportTask;
process.stdout.write('ready\n');
await nextLine();
const { rows } = await runImport({
  dataset,
  asker: { tenant: 'default', subject: userId, role: 'user' },
  params: { userId },
  file: createReadStream(path),
  onInvalid: 'reject-file',
  dryRun,
  target: { connectionString: databaseUrl, applicationName: 'rowferry-bench' },
  limits: importLimits(loadConfig(process.env)),
  signal: new AbortController().signal,
});
process.stdout.write(`done ${JSON.stringify({ rows })}\n`);
await nextLine();
