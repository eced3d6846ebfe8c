import type { AttemptRecords } from '../../db/attempt-records.ts';
import type { HistoryRecords } from '../../db/history-records.ts';
import type { LeftoverRecords } from '../../db/leftover-records.ts';
import type { RepairRecords } from '../../db/repair-records.ts';
import type { TraceRecords } from '../../db/trace-records.ts';
import type { Metrics } from '../../metrics.ts';
import type { ExportQueue } from '../../queue/export-queue.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import type { RepairLog } from '../repair-log.ts';

/** What the steps of the janitor work with. */
export interface JanitorContext {
  records: RepairRecords;
  attempts: AttemptRecords;
  leftovers: LeftoverRecords;
  history: HistoryRecords;
  traces: TraceRecords;
  queue: ExportQueue;
  store: ObjectStore;
  keyPrefix: string;
  /** Silence after which a running attempt counts as dead; also the time in which one that lives learns that it is out. */
  leaseSeconds: number;
  giveUpAfterHours: number;
  recordRetentionDays: number;
  orphanAgeMs: number;
  orphanIntervalSeconds: number;
  idempotencyHours: number;
  repairs: RepairLog;
  metrics: Metrics;
}

/**
 * One kind of repair. It can be repeated, interrupted or fail without harm: the next pass goes on. When the signal
 * aborts it ends as soon as it can.
 */
export type JanitorStep = (context: JanitorContext, signal: AbortSignal) => Promise<void>;
