import type { ExportRecord } from '../db/export-record.ts';
import { AppError } from '../errors.ts';
import type { ExportProgress } from '../export/run-export.ts';

/** How far what was taken for small may go in the fast lane. */
export interface FastLaneLimits {
  maxRows: number;
  maxMs: number;
}

/**
 * Keeps the fast lane fast: which exports are small was a guess. When one has more rows than it may, or takes longer,
 * `outgrown` aborts with `lane_outgrown`. In the normal lane it never does.
 */
export class FastLaneGuard {
  readonly #outgrown = new AbortController();
  readonly #maxRows: number;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(lane: ExportRecord['lane'], { maxRows, maxMs }: FastLaneLimits) {
    const guarded = lane === 'fast';
    this.#maxRows = guarded ? maxRows : Infinity;
    if (guarded) this.#timer = setTimeout(() => this.#abort(), maxMs);
  }

  get outgrown(): AbortSignal {
    return this.#outgrown.signal;
  }

  report({ rows }: ExportProgress): void {
    if (rows > this.#maxRows) this.#abort();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #abort(): void {
    this.#outgrown.abort(new AppError('lane_outgrown', 'The export is too big for the fast lane.'));
  }
}
