import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { loadConfig } from '../config.ts';
import { AppError, messageOf } from '../errors.ts';
import { createLogger } from '../logger.ts';
import { shutDown } from '../shutdown.ts';
import { projectDatasets } from './context.ts';
import { traceIfAsked } from './trace-if-asked.ts';
import type { WorkerAnswer, WorkerOrder } from './worker-child.ts';
import { startWorker } from './worker-process.ts';

// Entry of the worker's process under `rowferry start`. The configuration comes by the environment, the addresses of the
// embedded servers by message, since they hold passwords. The channel is the leash: it closes when the parent wants the
// worker to end, and when the parent is gone. Signals are the parent's to answer.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
// Exports take what is left: on a small machine four of them would make the API wait for a processor.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const disconnected = once(process, 'disconnect');
const order = await Promise.race([
  once(process, 'message').then(([message]) => message as WorkerOrder),
  disconnected.then(() => undefined),
]);
if (order === undefined) process.exit(0);

try {
  const config = loadConfig(process.env);
  const logger = createLogger({
    level: config.LOG_LEVEL,
    name: 'rowferry-worker',
    to: { file: order.logFile },
  });
  const datasets = await projectDatasets(config);
  const tracing = await traceIfAsked('rowferry-worker', config);
  const { phases } = await startWorker(config, order.addresses, datasets, logger, {
    graceMs: order.graceMs,
  });
  await answer({ state: 'ready' });
  await disconnected;
  await shutDown([...phases, ...tracing], logger);
  process.exit(0);
} catch (error) {
  const code = error instanceof AppError ? error.code : 'worker_failed';
  await answer({ state: 'failed', code, message: messageOf(error) });
  process.exit(1);
}

/** Resolves once it is sent, or the parent is gone. */
function answer(message: WorkerAnswer): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}
