// The process of a Node peer; what it reads and prints is described in peer.ts.
import { createInterface } from 'node:readline';
import type { NodeTask } from './node-task.ts';
import { ways } from './ways.ts';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const nextLine = async () => {
  const next = await lines.next();
  // Whoever started it is gone.
  if (next.done === true) process.exit(0);
  return next.value;
};

const { way, warmUp, query, key, ...options } = JSON.parse(await nextLine()) as NodeTask;
await ways[way]({ ...options, query: warmUp, key: `${key}-warm-up` });
process.stdout.write('ready\n');
await nextLine();
const report = await ways[way]({ ...options, query, key });
process.stdout.write(`done ${JSON.stringify(report)}\n`);
await nextLine();
