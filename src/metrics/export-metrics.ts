import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** How an attempt ended. */
const attemptOutcomes = ['published', 'retried', 'failed', 'handed_back', 'lane_left', 'dropped'] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];

/**
 * Where the time of an export goes. `read` begins with the query and ends when its last byte was handed on; what `tail`
 * adds is the upload of the parts that were still in flight then.
 */
export type ExportStage = 'wait' | 'connect' | 'first_row' | 'read' | 'tail' | 'publish';

/** What is exported: names that a file in `datasets/` declares, or has declared. */
export interface ExportKind {
  dataset: string;
  format: string;
}

/** Error codes are our own, but PostgreSQL and S3 have a say in them: no more than this become labels. */
const MAX_CODES = 100;

/** What became of exports. */
export class ExportMetrics {
  readonly #codes = new Set<string>();
  readonly #ended: Counter<'dataset' | 'format' | 'outcome' | 'code'>;
  readonly #attempts: Counter<'outcome'>;
  readonly #rows: Counter<'dataset' | 'format'>;
  readonly #bytes: Counter<'dataset' | 'format'>;
  readonly #stages: Histogram<'stage'>;
  readonly #seconds: Histogram<'dataset' | 'format'>;
  readonly #running: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#ended = new Counter({
      name: 'rowferry_exports_ended_total',
      help: 'Exports that this process ended: completed, failed (with the error code) or cancelled.',
      labelNames: ['dataset', 'format', 'outcome', 'code'],
      registers,
    });
    this.#attempts = new Counter({
      name: 'rowferry_export_attempts_total',
      help: 'Attempts at exports by how they ended. dropped: cancelled, deleted or taken over meanwhile.',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of attemptOutcomes) this.#attempts.inc({ outcome }, 0);
    this.#rows = new Counter({
      name: 'rowferry_export_rows_total',
      help: 'Rows encoded, by attempts that failed later too.',
      labelNames: ['dataset', 'format'],
      registers,
    });
    this.#bytes = new Counter({
      name: 'rowferry_export_bytes_total',
      help: 'Bytes of files handed to the upload, by attempts that failed later too.',
      labelNames: ['dataset', 'format'],
      registers,
    });
    const buckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600];
    this.#stages = new Histogram({
      name: 'rowferry_export_stage_duration_seconds',
      help: 'Time in each stage: wait (until a worker takes it), connect, first_row, read, tail (of the upload), publish.',
      labelNames: ['stage'],
      buckets,
      registers,
    });
    this.#seconds = new Histogram({
      name: 'rowferry_export_duration_seconds',
      help: 'Time from the request to the published file, as its requester waits.',
      labelNames: ['dataset', 'format'],
      buckets,
      registers,
    });
    this.#running = new Gauge({
      name: 'rowferry_worker_exports_running',
      help: 'Exports that this process is at.',
      registers,
    });
  }

  ended(
    { dataset, format }: ExportKind,
    { outcome, code }: { outcome: 'completed' | 'failed' | 'cancelled'; code?: string },
  ): void {
    this.#ended.inc({ dataset, format, outcome, code: code === undefined ? '' : this.#bounded(code) });
  }

  attempted(outcome: AttemptOutcome): void {
    this.#attempts.inc({ outcome });
  }

  wrote({ dataset, format }: ExportKind, { rows, bytes }: { rows: number; bytes: number }): void {
    this.#rows.inc({ dataset, format }, rows);
    this.#bytes.inc({ dataset, format }, bytes);
  }

  spent(stage: ExportStage, seconds: number): void {
    this.#stages.observe({ stage }, Math.max(0, seconds));
  }

  took({ dataset, format }: ExportKind, seconds: number): void {
    this.#seconds.observe({ dataset, format }, Math.max(0, seconds));
  }

  /** Counts one that runs; call what it returns when it has ended. */
  running(): () => void {
    this.#running.inc();
    return () => this.#running.dec();
  }

  #bounded(code: string): string {
    if (!/^[a-z0-9_]{1,60}$/.test(code)) return 'other';
    if (this.#codes.size < MAX_CODES) this.#codes.add(code);
    return this.#codes.has(code) ? code : 'other';
  }
}
