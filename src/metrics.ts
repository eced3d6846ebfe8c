import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { BacklogMetrics } from './metrics/backlog-metrics.ts';
import { DatabasePoolMetrics } from './metrics/database-pool-metrics.ts';
import { ExportMetrics } from './metrics/export-metrics.ts';
import { HttpMetrics } from './metrics/http-metrics.ts';
import { NotificationMetrics } from './metrics/notification-metrics.ts';

/** What the janitor, or a worker that takes over, mends. Labels of a counter: a few words, never ids. */
const repairs = [
  'readded',
  'hurried',
  'taken_over',
  'exhausted',
  'given_up',
  'expired',
  'file_removed',
  'leftovers_removed',
  'upload_aborted',
  'orphan_removed',
  'purged',
  'forgotten',
] as const;

export type Repair = (typeof repairs)[number];

/** Gauges of prom-client whose names end as only a counter's may. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** One metric as docs/metrics.md lists it. */
export interface MetricDescription {
  name: string;
  type: string;
  labels: readonly string[];
  help: string;
}

/**
 * The numbers of one process, in the form Prometheus reads. Labels take their values from short lists: never an id, a
 * subject or a tenant, of which there is no end.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly http = new HttpMetrics(this.#registry);
  readonly exports = new ExportMetrics(this.#registry);
  readonly notifications = new NotificationMetrics(this.#registry);
  readonly backlog = new BacklogMetrics(this.#registry);
  readonly databasePool = new DatabasePoolMetrics(this.#registry);
  readonly #repairs = new Counter({
    name: 'rowferry_repairs_total',
    help: 'Repairs that this process made, by kind.',
    labelNames: ['repair'],
    registers: [this.#registry],
  });
  readonly #janitorPass = new Gauge({
    name: 'rowferry_janitor_last_pass_timestamp_seconds',
    help: 'When this process last made a pass of the janitor’s round, or found another at it.',
    labelNames: ['round'],
    registers: [this.#registry],
  });

  /** @param version of rowferry */
  constructor(version = 'unknown') {
    // A rate needs the zero before the first repair.
    for (const repair of repairs) this.#repairs.inc({ repair }, 0);
    new Gauge({
      name: 'rowferry_build_info',
      help: 'Always 1; the labels say what runs.',
      labelNames: ['version', 'node'],
      registers: [this.#registry],
    }).set({ version, node: process.versions.node }, 1);
    collectDefaultMetrics({ register: this.#registry });
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name);
  }

  repaired(repair: Repair, count = 1): void {
    this.#repairs.inc({ repair }, count);
  }

  janitorPassed(round: string): void {
    this.#janitorPass.setToCurrentTime({ round });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Everything counted so far, as text of that type. What lies outside the process is asked for first, in bounded time. */
  async render(): Promise<string> {
    await this.backlog.refresh();
    return this.#registry.metrics();
  }

  /** What {@link render} shows, sorted by name. */
  describe(): MetricDescription[] {
    return this.#registry
      .getMetricsAsArray()
      .map((metric) => {
        // prom-client keeps type and labels on the metric, and leaves them out of its types.
        const { type = '', labelNames = [] } = metric as unknown as { type?: string; labelNames?: string[] };
        return { name: metric.name, type, labels: labelNames, help: metric.help };
      })
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }
}
