import type { Due } from '../../db/repair-records.ts';
import { inTrace } from '../../tracing.ts';
import type { JanitorContext } from './step.ts';

/** An accepted export that the queue has not seen for this long never got there. */
const ENQUEUE_GRACE_SECONDS = 5;
/** Exports looked at in one pass. */
const PAGE = 1000;
/** Questions to the queue at the same time. */
const AT_ONCE = 20;

/**
 * Brings exports that are due to the queue when it does not know them (they never got there, or it lost them), or when
 * it would deliver them later: it goes by the clock of whichever worker put them aside.
 *
 * What waits with another turn than its row says gets that one.
 *
 * With a long backlog each pass looks at a part of it, and the next one goes on behind.
 */
export class DeliverLost {
  #after: string | undefined;

  async run(
    { records, history, traces, queue, leaseSeconds, repairs }: JanitorContext,
    signal: AbortSignal,
  ): Promise<void> {
    const due = { graceSeconds: ENQUEUE_GRACE_SECONDS, leaseSeconds, after: this.#after, limit: PAGE };
    const exports = await records.overdue(due);
    this.#after = exports.length < PAGE ? undefined : exports.at(-1)?.id;
    const deliver = async (one: Due) => {
      const exportId = one.id;
      // A job that is added again belongs to the trace of its request.
      const found = await inTrace(await traces.of(exportId), () => queue.ensure(one));
      if (found === 'there') return;
      const message =
        found === 'added'
          ? 'an accepted export was not in the queue; it was added again'
          : 'the queue would have delivered an export too late; it is delivered now';
      const repair = found === 'added' ? 'readded' : 'hurried';
      repairs.made(repair, { exportId }, message);
      await history.note(exportId, repair);
    };
    for (let start = 0; start < exports.length && !signal.aborted; start += AT_ONCE) {
      await Promise.all(exports.slice(start, start + AT_ONCE).map(deliver));
    }
  }
}
