import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Addresses } from './endpoints.ts';

/** What the worker's process is told to do. */
export interface WorkerOrder {
  addresses: Addresses;
  logFile: string;
  /** How long running exports may take to end on shutdown. */
  graceMs: number;
}

export type WorkerAnswer = { state: 'ready' } | { state: 'failed'; code: string; message: string };

/** Beyond the grace: for putting aborted exports back and closing connections. */
const STOP_MARGIN_MS = 2500;
const RESTART_DELAY_MS = 1000;
/** Of what a process that ended has said at last. */
const LAST_WORDS_LENGTH = 4000;

/**
 * The worker of `rowferry start`, in a process of its own: exports keep a processor busy, and on the API's event loop
 * every request would wait for them. It ends with its parent, however that ends; when it dies, another one is started.
 */
export class WorkerChild {
  /** Started before there is anything to do: it loads its modules while the servers start. */
  #child = forkWorker();
  #lastWords = collectErrors(this.#child);
  #order: WorkerOrder | undefined;
  #stopping = false;
  #restart: NodeJS.Timeout | undefined;

  /** Resolves once it takes exports. @throws AppError what kept it from that */
  async start(order: WorkerOrder, logger: Logger): Promise<void> {
    this.#order = order;
    await begin(this.#child, order);
    this.#keepAlive(order, logger);
  }

  /** Lets running exports end, or hands them back, as its order says. Resolves once the process is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (hasEnded(child)) return;
    const ended = once(child, 'exit');
    // Without an order it has nothing to hand back, and may be too busy loading to hear of it.
    if (this.#order === undefined) child.kill('SIGKILL');
    else if (child.connected) child.disconnect();
    const patienceMs = (this.#order?.graceMs ?? 0) + STOP_MARGIN_MS;
    const impatience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    await ended;
    clearTimeout(impatience);
  }

  #keepAlive(order: WorkerOrder, logger: Logger): void {
    const onExit = (code: number | null, signal: NodeJS.Signals | null) => {
      if (this.#stopping) return;
      const lastWords = this.#lastWords();
      logger.error({ code, signal, lastWords }, 'the worker’s process ended; another one is started');
      this.#restart = setTimeout(() => {
        this.#child = forkWorker();
        this.#lastWords = collectErrors(this.#child);
        this.#keepAlive(order, logger);
        begin(this.#child, order).catch((error: unknown) =>
          logger.error({ err: error }, 'the worker did not start'),
        );
      }, RESTART_DELAY_MS);
    };
    if (hasEnded(this.#child)) onExit(this.#child.exitCode, this.#child.signalCode);
    else this.#child.once('exit', onExit);
  }
}

function forkWorker(): ChildProcess {
  const extension = extname(import.meta.filename);
  const entry = fileURLToPath(new URL(`worker-entry${extension}`, import.meta.url));
  const tsx = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = fork(entry, {
    execArgv: extension === '.ts' ? ['--import', tsx()] : [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Its own group: Ctrl-C in the terminal is ours to answer, in our order.
    detached: true,
  });
  // Sending to a process that has just died is no reason to die too: its end is heard of as well.
  child.on('error', () => undefined);
  return child;
}

async function begin(child: ChildProcess, order: WorkerOrder): Promise<void> {
  if (hasEnded(child)) throw new AppError('worker_failed', DIED);
  const settled = new AbortController();
  const { signal } = settled;
  try {
    const answered = once(child, 'message', { signal });
    const died = once(child, 'exit', { signal }).then(() => {
      throw new AppError('worker_failed', DIED);
    });
    child.send(order);
    const [answer] = (await Promise.race([answered, died])) as [WorkerAnswer];
    if (answer.state === 'failed') throw new AppError(answer.code, answer.message);
  } finally {
    settled.abort();
  }
}

const DIED = 'The worker’s process ended before it took exports.';

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function collectErrors(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-LAST_WORDS_LENGTH);
  });
  return () => text;
}
