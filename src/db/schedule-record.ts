import { z } from 'zod';
import { storedOptions } from '../export/export-options.ts';
import { fileFormatNames } from '../export/formats/format.ts';
import { exportStatuses } from './export-record.ts';

/**
 * What became of a due time. `requested`: an export was made; `joined`: the same was under way already; `limited`: a limit
 * kept it out; `refused`: it is not allowed any more.
 */
export const runOutcomes = ['requested', 'joined', 'limited', 'refused'] as const;

const run = z.object({
  plannedAt: z.coerce.date(),
  at: z.coerce.date(),
  outcome: z.enum(runOutcomes),
  missed: z.number().int(),
  exportId: z.uuid().nullable(),
  /** Of its export as it is now; null where there is none, or none any more. */
  exportStatus: z.enum(exportStatuses).nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
});
export type ScheduleRun = z.output<typeof run>;

const row = z.object({
  id: z.uuid(),
  tenant: z.string(),
  role: z.enum(['user', 'admin']),
  subject: z.string(),
  keyId: z.uuid().nullable(),
  title: z.string(),
  cron: z.string(),
  timeZone: z.string(),
  dataset: z.string(),
  formats: z.tuple([z.enum(fileFormatNames)], z.enum(fileFormatNames)),
  params: z.record(z.string(), z.unknown()),
  options: storedOptions,
  emails: z.array(z.string()),
  webhookId: z.uuid().nullable(),
  webhookUrl: z.string().nullable(),
  webhookSecret: z.instanceof(Buffer).nullable(),
  /** Null while paused. */
  nextAt: z.date().nullable(),
  pausedAt: z.date().nullable(),
  pausedReason: z.string().nullable(),
  createdAt: z.date(),
  lastRun: run.nullable(),
  /** The database's clock when it was read. */
  now: z.date(),
  position: z.string(),
});
export type ScheduleRecord = z.output<typeof row>;

/** Of rows that are called `s`. */
export const scheduleColumns = `s.id, s.tenant, s.role, s.subject, s.key_id as "keyId", s.title, s.cron,
  s.time_zone as "timeZone", s.dataset, s.formats, s.params, s.options, s.emails, s.webhook_id as "webhookId",
  s.webhook_url as "webhookUrl", s.webhook_secret as "webhookSecret", s.next_at as "nextAt",
  s.paused_at as "pausedAt", s.paused_reason as "pausedReason", s.created_at as "createdAt", now() as now,
  s.created_at || '/' || s.id as position`;

/** Of rows that are called `r`, beside their export `e`. */
export const runColumns = `r.planned_at as "plannedAt", r.at, r.outcome, r.missed, r.export_id as "exportId",
  e.status as "exportStatus", r.code, r.message`;

/** The newest run of `s`, as `lastRun`. */
export const lastRun = `left join lateral (
    select to_jsonb(l) as "lastRun" from (
      select ${runColumns} from rowferry.schedule_runs r
        left join rowferry.exports e on e.id = r.export_id and e.deleted_at is null
       where r.schedule_id = s.id order by r.planned_at desc limit 1) l) last on true`;

export function toScheduleRecord(values: unknown): ScheduleRecord {
  return row.parse(values);
}

export function toScheduleRun(values: unknown): ScheduleRun {
  return run.parse(values);
}
