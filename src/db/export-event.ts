import { z } from 'zod';

const nothing = z.object({});
const reason = z.object({ code: z.string(), message: z.string() });
const counted = {
  /** How often; the janitor writes what it repeats for one attempt into one event. */
  times: z.number().int().default(1),
};

/** What can happen to an export, and what is told of it. */
export const eventDetails = {
  requested: nothing,
  started: nothing,
  taken_over: nothing,
  retry_scheduled: reason.extend({ delaySeconds: z.number() }),
  handed_back: z.object({ code: z.string() }),
  lane_left: nothing,
  completed: z.object({ rows: z.number().int(), bytes: z.number().int() }),
  failed: reason,
  cancelled: nothing,
  retried: nothing,
  expired: nothing,
  expired_early: nothing,
  file_removed: nothing,
  deleted: nothing,
  readded: z.object(counted),
  hurried: z.object(counted),
  leftovers_removed: z.object({
    ...counted,
    objects: z.number().int().default(0),
    uploads: z.number().int().default(0),
  }),
} as const;

export type EventKind = keyof typeof eventDetails;
export const eventKinds = Object.keys(eventDetails) as EventKind[];
type EventDetails<Kind extends EventKind> = z.output<(typeof eventDetails)[Kind]>;

/** One line of an export's history. */
export interface ExportEvent<Kind extends EventKind = EventKind> {
  at: Date;
  kind: Kind;
  /** 0 before the first. */
  attempt: number;
  details: EventDetails<Kind>;
}

export function isEventKind(kind: string): kind is EventKind {
  return Object.hasOwn(eventDetails, kind);
}

/**
 * SQL that makes a change to one or more exports and writes what happened in the same statement, so that the row and
 * its history never disagree.
 *
 * @param change an insert or update of rowferry.exports that returns all its columns
 * @param event SQL expressions over those columns; `details` is left out where there are none
 * @param columns what the statement returns
 * @param audited SQL that writes the line of the audit log, from `changed`; see `auditSql`
 */
export function withEvent(
  change: string,
  event: { kind: string; details?: string },
  columns: string,
  audited?: string,
): string {
  return `with changed as (${change}),
               noted as (insert into rowferry.export_events (export_id, attempt, kind, details)
                         select id, attempt, ${event.kind}, ${event.details ?? "'{}'::jsonb"} from changed)
               ${audited === undefined ? '' : `, audited as (${audited})`}
          select ${columns} from changed`;
}
