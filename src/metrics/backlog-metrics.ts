import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { OutsideReading } from './outside-reading.ts';

/** Jobs of a queue that are in the same state and lane. */
export interface QueueDepth {
  state: 'waiting' | 'active' | 'delayed';
  lane: string;
  jobs: number;
}

/** What the records say is still to be done. */
export interface Backlog {
  queued: number;
  running: number;
  /** 0 when none is due. */
  oldestQueuedSeconds: number;
  notificationsDue: number;
  oldestNotificationSeconds: number;
}

export interface BacklogSources {
  queue(): Promise<readonly QueueDepth[]>;
  records(): Promise<Backlog>;
}

const LIMITS = { timeoutMs: 1000, freshMs: 5000 };

/**
 * What waits, all processes together. It is read when it is scraped; when the queue or the database is away its gauges go,
 * and `up` says 0.
 */
export class BacklogMetrics {
  readonly #gauges: ReturnType<typeof createGauges>;
  #readings: readonly { refresh(): Promise<void> }[] = [];

  constructor(registry: Registry) {
    this.#gauges = createGauges(registry);
  }

  /** From now on each scrape asks these. Every process would say the same, so only the API does. */
  watch(sources: BacklogSources): void {
    const { queueUp, jobs, databaseUp, unfinished, ...ages } = this.#gauges;
    const queue = new OutsideReading({
      read: () => sources.queue(),
      show: (depths) => {
        queueUp.set(1);
        jobs.reset();
        for (const { state, lane, jobs: count } of depths) jobs.inc({ state, lane }, count);
      },
      hide: () => {
        queueUp.set(0);
        jobs.reset();
      },
      ...LIMITS,
    });
    const records = new OutsideReading({
      read: () => sources.records(),
      show: (backlog) => {
        databaseUp.set(1);
        unfinished.set({ status: 'queued' }, backlog.queued);
        unfinished.set({ status: 'running' }, backlog.running);
        ages.oldestQueued.set(backlog.oldestQueuedSeconds);
        ages.notificationsDue.set(backlog.notificationsDue);
        ages.oldestNotification.set(backlog.oldestNotificationSeconds);
      },
      hide: () => {
        databaseUp.set(0);
        for (const gauge of [unfinished, ...Object.values(ages)]) clear(gauge);
      },
      ...LIMITS,
    });
    this.#readings = [queue, records];
  }

  async refresh(): Promise<void> {
    await Promise.all(this.#readings.map((reading) => reading.refresh()));
  }
}

function createGauges(registry: Registry) {
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) => {
    const made = new Gauge<Label>({ name, help, labelNames, registers: [registry] });
    clear(made);
    return made;
  };
  return {
    queueUp: gauge('rowferry_queue_up', 'Whether the queue of exports answers; by the API alone.'),
    jobs: gauge(
      'rowferry_queue_jobs',
      'Jobs in the queue of exports. It may lose some: what is to be done is rowferry_exports_unfinished.',
      ['state', 'lane'],
    ),
    databaseUp: gauge('rowferry_database_up', 'Whether DATABASE_URL answers; by the API alone.'),
    unfinished: gauge(
      'rowferry_exports_unfinished',
      'Exports that were accepted and have not ended, queued or running; by the API alone.',
      ['status'],
    ),
    oldestQueued: gauge(
      'rowferry_exports_oldest_queued_age_seconds',
      'How long the export that is due the longest has waited for a worker, 0 when none waits; by the API alone.',
    ),
    notificationsDue: gauge(
      'rowferry_notifications_due',
      'Messages that are due and not sent; by the API alone.',
    ),
    oldestNotification: gauge(
      'rowferry_notifications_oldest_due_age_seconds',
      'How long the message that is due the longest has waited, 0 when none waits; by the API alone.',
    ),
  };
}

/** Takes all its values away: a gauge without labels would show 0. */
function clear<Label extends string>(gauge: Gauge<Label>): void {
  gauge.reset();
  gauge.remove({});
}
