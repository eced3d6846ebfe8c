import { Counter, Registry } from 'prom-client';

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

/** The numbers of one process, in the form Prometheus reads. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #repairs = new Counter({
    name: 'rowferry_repairs_total',
    help: 'Repairs that this process made, by kind.',
    labelNames: ['repair'],
    registers: [this.#registry],
  });

  constructor() {
    // A rate needs the zero before the first repair.
    for (const repair of repairs) this.#repairs.inc({ repair }, 0);
  }

  repaired(repair: Repair, count = 1): void {
    this.#repairs.inc({ repair }, count);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Everything counted so far, as text of that type. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }
}
