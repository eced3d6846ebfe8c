import { AppError } from '../errors.ts';
import type { ExportProgress } from '../export/run-export.ts';

/** A cancelled export is to stop within two seconds, and a bar to move about once a second. */
const INTERVAL_MS = 1000;
/** A bar shows the estimate this soon; an export that is over by then never writes a beat. */
const FIRST_BEAT_MS = 200;

/**
 * Tells the row once a second that the attempt is alive and how far it is. When the row answers that the attempt is no
 * longer the running one (cancelled, deleted, taken over), `lost` aborts with `superseded`.
 *
 * A beat that fails is no verdict: while the database is away nobody else can claim the export either.
 */
export class Heartbeat {
  readonly #beat: (progress: ExportProgress) => Promise<boolean>;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #first: NodeJS.Timeout | undefined;
  #progress: ExportProgress | undefined;
  #beating = false;

  constructor(beat: (progress: ExportProgress) => Promise<boolean>) {
    this.#beat = beat;
    this.#timer = setInterval(() => void this.#tick(), INTERVAL_MS);
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Takes note; written with the next beat, but the first soon, for the estimate. */
  report(progress: ExportProgress): void {
    this.#progress = progress;
    this.#first ??= setTimeout(() => void this.#tick(), FIRST_BEAT_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#first);
  }

  async #tick(): Promise<void> {
    if (this.#beating) return;
    this.#beating = true;
    try {
      const alive = await this.#beat(this.#progress ?? { rows: 0, bytes: 0, estimatedRows: 0 });
      if (!alive)
        this.#lost.abort(new AppError('superseded', 'The export was cancelled, deleted or taken over.'));
    } catch {
      // See above.
    } finally {
      this.#beating = false;
    }
  }
}
