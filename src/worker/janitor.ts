import type { Logger } from '../logger.ts';
import { abortUploads } from './janitor-steps/abort-uploads.ts';
import { DeliverLost } from './janitor-steps/deliver-lost.ts';
import { endOverdue } from './janitor-steps/end-overdue.ts';
import { expireExports } from './janitor-steps/expire-exports.ts';
import { removeOrphans } from './janitor-steps/remove-orphans.ts';
import { renumberTurns } from './janitor-steps/renumber-turns.ts';
import type { JanitorContext, JanitorStep } from './janitor-steps/step.ts';
import { sweepEnded } from './janitor-steps/sweep-ended.ts';

export interface JanitorOptions extends JanitorContext {
  intervalMs: number;
  /** What else is to be done in every pass. Each can be repeated without harm. */
  moreSteps?: MoreSteps;
  logger: Logger;
}

type NamedStep = readonly [name: string, step: JanitorStep];

/** Steps besides the janitor's own, by the round they belong to. */
export interface MoreSteps {
  records?: readonly { name: string; run: () => Promise<void> }[];
  storage?: readonly { name: string; run: () => Promise<void> }[];
}

/** Steps that follow each other. One round never waits for another. */
interface Round {
  /** Also the name of the lock that lets one process at a time do it. */
  name: 'records' | 'storage';
  steps: readonly NamedStep[];
}

/**
 * Mends what crashes leave behind, on one process at a time. One step that fails keeps no other from running; the next
 * pass tries it again. What needs the storage is a round of its own: a storage that hangs for minutes delays no export
 * that was lost, and no message.
 */
export class Janitor {
  readonly #options: JanitorOptions;
  readonly #stopping = new AbortController();
  readonly #rounds: readonly Round[];
  readonly #timers = new Map<Round, NodeJS.Timeout>();
  readonly #passes = new Map<Round, Promise<void>>();

  constructor(options: JanitorOptions) {
    this.#options = options;
    const deliverLost = new DeliverLost();
    this.#rounds = [
      {
        name: 'records',
        steps: [
          // Before it is delivered once more: what is over is over.
          ['end', endOverdue],
          ['turns', renumberTurns],
          ['deliver', (...args) => deliverLost.run(...args)],
          ['expire', expireExports],
          ...named(options.moreSteps?.records),
        ],
      },
      {
        name: 'storage',
        steps: [
          ['sweep', sweepEnded],
          ['uploads', abortUploads],
          ...named(options.moreSteps?.storage),
          ['orphans', removeOrphans],
        ],
      },
    ];
  }

  start(): void {
    for (const round of this.#rounds) this.#repeat(round);
  }

  /** Resolves when passes under way have ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#passes.values());
  }

  /** One pass of each round. Never rejects: what went wrong is logged, and tried again in the next. */
  async run(): Promise<void> {
    for (const round of this.#rounds) await this.#pass(round);
  }

  #repeat(round: Round): void {
    const pass = this.#pass(round).finally(() => {
      if (this.#stopping.signal.aborted) return;
      this.#timers.set(
        round,
        setTimeout(() => {
          this.#repeat(round);
        }, this.#options.intervalMs),
      );
    });
    this.#passes.set(round, pass);
  }

  async #pass({ name, steps }: Round): Promise<void> {
    const { records, metrics, logger } = this.#options;
    try {
      await records.alone(name, async () => {
        for (const [stepName, step] of steps) await this.#take(stepName, step);
      });
      // Also where another process is at it: this one would take over.
      metrics.janitorPassed(name);
    } catch (error) {
      logger.warn({ err: error, round: name }, 'the janitor could not work');
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

function named(steps: MoreSteps['records'] = []): NamedStep[] {
  return steps.map(({ name, run }) => [name, run] as const);
}
