import type { ExportRecord } from '../db/export-record.ts';
import { codeOf } from '../errors.ts';
import type { ExportProgress, ExportStep } from '../export/run-export.ts';
import type { Metrics } from '../metrics.ts';
import type { ExportKind } from '../metrics/export-metrics.ts';
import { inSpan } from '../tracing.ts';
import type { SpanFacts, SpanOptions } from '../tracing.ts';

/** Names and facts of the spans that the steps of an attempt become. */
const SPANS: Readonly<Record<ExportStep | 'publish', { name: string; facts: SpanFacts }>> = {
  connect: { name: 'connect', facts: { 'db.system.name': 'postgresql' } },
  read: { name: 'query', facts: { 'db.system.name': 'postgresql' } },
  store: { name: 'upload', facts: { 'rpc.system': 'aws-api', 'rpc.service': 'S3' } },
  publish: { name: 'publish', facts: { 'db.system.name': 'postgresql' } },
};

/** Measures one attempt at an export, step by step, for metrics and traces. */
export class AttemptWatch {
  readonly #metrics: Metrics;
  readonly #kind: ExportKind;
  /** From the request to the claim, both by the database's clock. */
  readonly #waitedSeconds: number;
  readonly #startedAt = performance.now();
  #written = { rows: 0, bytes: 0 };
  #readEnded: number | undefined;

  constructor(record: ExportRecord, metrics: Metrics) {
    this.#metrics = metrics;
    this.#kind = record;
    const claimedAt = record.startedAt ?? record.createdAt;
    this.#waitedSeconds = (claimedAt.getTime() - record.createdAt.getTime()) / 1000;
    // A later attempt waited for its turn, not for a worker.
    if (record.attempt === 1) metrics.exports.spent('wait', this.#waitedSeconds);
  }

  progressed({ rows, bytes }: Pick<ExportProgress, 'rows' | 'bytes'>): void {
    const { exports } = this.#metrics;
    if (rows > 0 && this.#written.rows === 0) exports.spent('first_row', secondsSince(this.#startedAt));
    exports.wrote(this.#kind, { rows: rows - this.#written.rows, bytes: bytes - this.#written.bytes });
    this.#written = { rows, bytes };
  }

  async step<T>(name: ExportStep | 'publish', work: () => Promise<T>): Promise<T> {
    const { name: spanName, facts } = SPANS[name];
    const options: SpanOptions = { kind: 'client', facts };
    const startedAt = performance.now();
    return inSpan(spanName, options, async (span) => {
      try {
        const result = await work();
        if (name === 'read') this.#readEnded = performance.now();
        return result;
      } catch (error) {
        span.fail(codeOf(error) ?? 'unknown');
        throw error;
      } finally {
        this.#ended(name, startedAt);
      }
    });
  }

  published(file: { rows: number; bytes: number }): void {
    this.progressed(file);
    this.#metrics.exports.took(this.#kind, this.#waitedSeconds + secondsSince(this.#startedAt));
  }

  #ended(name: ExportStep | 'publish', startedAt: number): void {
    const { exports } = this.#metrics;
    if (name === 'store') {
      // Where reading failed there is no tail.
      if (this.#readEnded !== undefined) exports.spent('tail', secondsSince(this.#readEnded));
      return;
    }
    exports.spent(name, secondsSince(startedAt));
  }
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}
