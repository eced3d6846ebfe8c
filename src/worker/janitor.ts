import type { Logger } from '../logger.ts';
import { abortUploads } from './janitor-steps/abort-uploads.ts';
import { DeliverLost } from './janitor-steps/deliver-lost.ts';
import { endOverdue } from './janitor-steps/end-overdue.ts';
import { expireExports } from './janitor-steps/expire-exports.ts';
import { removeOrphans } from './janitor-steps/remove-orphans.ts';
import type { JanitorContext, JanitorStep } from './janitor-steps/step.ts';
import { sweepEnded } from './janitor-steps/sweep-ended.ts';

export interface JanitorOptions extends JanitorContext {
  intervalMs: number;
  /** What else is to be done in every pass. Each can be repeated without harm. */
  moreSteps?: readonly { name: string; run: () => Promise<void> }[];
  logger: Logger;
}

/**
 * Mends what crashes leave behind, on one process at a time. One step that fails keeps no other from running; the next
 * pass tries it again.
 */
export class Janitor {
  readonly #options: JanitorOptions;
  readonly #stopping = new AbortController();
  readonly #steps: readonly (readonly [name: string, step: JanitorStep])[];
  #timer: NodeJS.Timeout | undefined;
  #pass: Promise<void> = Promise.resolve();

  constructor(options: JanitorOptions) {
    this.#options = options;
    const deliverLost = new DeliverLost();
    this.#steps = [
      // Before it is delivered once more: what is over is over.
      ['end', endOverdue],
      ['deliver', (...args) => deliverLost.run(...args)],
      ['expire', expireExports],
      ['sweep', sweepEnded],
      ['uploads', abortUploads],
      ...(options.moreSteps ?? []).map(({ name, run }) => [name, run] as const),
      ['orphans', removeOrphans],
    ];
  }

  start(): void {
    const next = () => {
      this.#pass = this.run().finally(() => {
        if (!this.#stopping.signal.aborted) this.#timer = setTimeout(next, this.#options.intervalMs);
      });
    };
    next();
  }

  /** Resolves when a pass under way has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await this.#pass;
  }

  /** One pass. Never rejects: what went wrong is logged, and tried again in the next. */
  async run(): Promise<void> {
    const { records, logger } = this.#options;
    try {
      await records.alone(async () => {
        for (const [name, step] of this.#steps) await this.#take(name, step);
      });
    } catch (error) {
      logger.warn({ err: error }, 'the janitor could not work');
    }
  }

  async #take(name: string, step: JanitorStep): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    try {
      await step(this.#options, signal);
    } catch (error) {
      const { logger } = this.#options;
      logger.warn({ err: error, step: name }, 'a janitor step failed and will be tried again');
    }
  }
}
