import type { Identity } from '../auth/identity.ts';
import type { ScheduleLimits } from '../db/schedule-limits.ts';
import type { ScheduleContent, ScheduleRecords } from '../db/schedule-records.ts';
import type { ScheduleRecord, ScheduleRun } from '../db/schedule-record.ts';
import { AppError } from '../errors.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import { Timetable } from '../schedule/timetable.ts';
import { checkAsked } from './asked-export.ts';
import type { ScheduleChange, ScheduleResource } from './contract/schedule-schemas.ts';
import type { scheduleOperations } from './contract/schedules.ts';
import { notifyTargets } from './notify-request.ts';
import type { NotifyPolicy } from './notify-request.ts';
import type { Handlers } from './operations-router.ts';
import { pageOf } from './page.ts';
import { invalidRequest } from './parse-request.ts';
import { notFound } from './problem.ts';

export interface SchedulesOptions {
  schedules: ScheduleRecords;
  datasets: DatasetRegistry;
  policy: NotifyPolicy;
  minIntervalMinutes: number;
  limits: ScheduleLimits;
}

const RUNS_AHEAD = 5;
const MINUTE_MS = 60_000;

/** Exports that are asked for again and again: everybody's own, and for an admin all of the tenant. */
export function schedulesHandlers(options: SchedulesOptions): Handlers<typeof scheduleOperations> {
  const { schedules, datasets, policy, minIntervalMinutes, limits } = options;
  const visible = async (id: string, { tenant, roles, subject }: Identity): Promise<ScheduleRecord> => {
    const record = await schedules.find(tenant, id);
    const own = record?.role === 'user' && record.subject === subject;
    if (record === undefined || !(own || roles.includes('admin'))) throw notFound();
    return record;
  };
  const timetable = (cron: string, timeZone: string, now: Date) =>
    checkedTimetable(cron, timeZone, { now, minIntervalMinutes });

  return {
    async createSchedule({ body, identity, by }) {
      const { title, cron, timeZone, notify, ...content } = body;
      const asked = checkAsked(datasets, content, identity);
      const told = notifyTargets(notify, identity, policy);
      const values = {
        ...asked,
        dataset: asked.dataset.name,
        title: title ?? asked.dataset.title,
        cron,
        timeZone,
        notify: told,
      };
      const { tenant, subject } = identity;
      const owner = { tenant, subject, role: asked.role, keyId: keyOf(identity) };
      // Looking far ahead takes its time, so it is done before others of the tenant wait for it.
      const table = timetable(cron, timeZone, new Date());
      const nextAt = (now: Date) => table.next(now);
      const record = await schedules.create(owner, values, { nextAt, limits, by });
      const shown = scheduleResource(record);
      return {
        status: 201,
        headers: { Location: shown.links.self },
        body: { ...shown, ...secretOf(told, policy) },
      };
    },

    async listSchedules({ query, identity: { tenant, roles, subject } }) {
      const own = roles.includes('admin') ? {} : ({ role: 'user', subject } as const);
      const { page, nextCursor, headers } = await pageOf('/v1/schedules', query, (limit, after) =>
        schedules.list({ tenant, ...own, limit, after }),
      );
      return { status: 200, headers, body: { schedules: page.map(scheduleResource), nextCursor } };
    },

    async getSchedule({ params, identity }) {
      return { status: 200, body: scheduleResource(await visible(params.id, identity)) };
    },

    async changeSchedule({ params, body, identity, by }) {
      const record = await visible(params.id, identity);
      const { title = record.title, cron = record.cron, timeZone = record.timeZone, notify, ...what } = body;
      const own = isOwners(record, identity);
      if (!own && Object.keys({ ...what, ...(notify && { notify }) }).length > 0) {
        const message = 'What a schedule asks for, and whom it tells, is for its owner to change.';
        throw new AppError('forbidden', message);
      }
      const told = notify === undefined ? notifyOf(record) : notifyTargets(notify, identity, policy);
      // In the role in which it was made, whatever else they are.
      const asker = { ...identity, roles: [record.role] };
      const {
        formats,
        params: kept,
        options: chosen,
      } = own ? checkAsked(datasets, changedAsk(record, what), asker) : record;
      const table = timetable(cron, timeZone, record.now);
      const values: ScheduleContent = {
        title,
        cron,
        timeZone,
        dataset: record.dataset,
        formats,
        params: kept,
        options: chosen,
        notify: told,
      };
      const keyId = own ? keyOf(identity) : undefined;
      const changed = await schedules.change(record, values, { nextAt: (now) => table.next(now), keyId, by });
      const secret = notify === undefined ? {} : secretOf(told, policy);
      return { status: 200, body: { ...scheduleResource(found(changed)), ...secret } };
    },

    async pauseSchedule({ params, identity, by }) {
      const record = await visible(params.id, identity);
      const paused = await schedules.pause(record.tenant, record.id, by);
      return { status: 200, body: scheduleResource(paused ?? (await visible(params.id, identity))) };
    },

    async resumeSchedule({ params, identity, by }) {
      const record = await visible(params.id, identity);
      const table = timetable(record.cron, record.timeZone, record.now);
      const nextAt = (now: Date) => table.next(now);
      const keyId = isOwners(record, identity) ? keyOf(identity) : undefined;
      const resumed = await schedules.resume(record, { nextAt, keyId, by });
      return { status: 200, body: scheduleResource(resumed ?? (await visible(params.id, identity))) };
    },

    async deleteSchedule({ params, identity, by }) {
      const { tenant, id } = await visible(params.id, identity);
      await schedules.delete(tenant, id, by);
      return { status: 204 };
    },

    async listRuns({ params, identity }) {
      const { tenant, id } = await visible(params.id, identity);
      return { status: 200, body: { runs: (await schedules.runs(tenant, id)).map(runResource) } };
    },
  };
}

/** @throws AppError `invalid_request` that says which field is wrong, and how */
function checkedTimetable(
  cron: string,
  timeZone: string,
  { now, minIntervalMinutes }: { now: Date; minIntervalMinutes: number },
): Timetable {
  let timetable: Timetable;
  try {
    timetable = new Timetable(cron, timeZone);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { field, detail } = error.details as { field: string; detail: string };
    throw invalidRequest({ pointer: `/${field}`, detail });
  }
  if (timetable.next(now) === undefined) throw invalidRequest({ pointer: '/cron', detail: 'is never due' });
  if (timetable.shortestGapMs(now) < minIntervalMinutes * MINUTE_MS) {
    const detail = `is due more often than every ${minIntervalMinutes} minutes (SCHEDULE_MIN_INTERVAL_MINUTES)`;
    throw invalidRequest({ pointer: '/cron', detail });
  }
  return timetable;
}

function keyOf({ via }: Identity): string | null {
  return via.kind === 'key' ? via.keyId : null;
}

function isOwners({ role, subject }: ScheduleRecord, identity: Identity): boolean {
  return subject === identity.subject && identity.roles.includes(role);
}

/** What it asks for, with what is named in place of what was. */
function changedAsk(
  record: ScheduleRecord,
  { format, formats, params = record.params, options = record.options }: ScheduleChange,
) {
  const form =
    format === undefined && formats === undefined ? { formats: record.formats } : { format, formats };
  return { dataset: record.dataset, params, options, ...form };
}

function found(record: ScheduleRecord | undefined): ScheduleRecord {
  if (record === undefined) throw notFound();
  return record;
}

function notifyOf({
  emails,
  webhookId,
  webhookUrl,
  webhookSecret,
}: ScheduleRecord): ScheduleContent['notify'] {
  if (webhookId === null || webhookUrl === null || webhookSecret === null) return { emails };
  return { emails, webhook: { id: webhookId, url: webhookUrl, secret: webhookSecret } };
}

/** Shown once, to who named the webhook. */
function secretOf(
  told: ScheduleContent['notify'],
  { webhookSecrets }: NotifyPolicy,
): { webhookSecret?: string } {
  if (told?.webhook === undefined || webhookSecrets === undefined) return {};
  return { webhookSecret: webhookSecrets.open(told.webhook.secret, told.webhook.id) };
}

function scheduleResource(record: ScheduleRecord): ScheduleResource {
  const { id, pausedAt, pausedReason, lastRun, webhookUrl } = record;
  const { title, cron, timeZone, dataset, formats, params, options, subject, role } = record;
  return {
    id,
    title,
    cron,
    timeZone,
    dataset,
    format: formats[0],
    formats,
    params,
    options,
    notify: { email: record.emails, webhook: webhookUrl === null ? null : { url: webhookUrl } },
    subject,
    role,
    paused: pausedAt === null ? null : { at: pausedAt.toISOString(), reason: pausedReason ?? '' },
    nextRuns: runsAhead(record).map((time) => time.toISOString()),
    lastRun: lastRun === null ? null : runResource(lastRun),
    createdAt: record.createdAt.toISOString(),
    links: {
      self: `/v1/schedules/${id}`,
      runs: `/v1/schedules/${id}/runs`,
      exports: `/v1/exports?scheduleId=${id}`,
    },
  };
}

function runsAhead({ cron, timeZone, nextAt }: ScheduleRecord): Date[] {
  if (nextAt === null) return [];
  try {
    return [nextAt, ...new Timetable(cron, timeZone).nextRuns(RUNS_AHEAD - 1, nextAt)];
  } catch {
    // What was good once is not any more: the worker that finds it due pauses it, and says why.
    return [nextAt];
  }
}

function runResource({ plannedAt, at, code, message, ...rest }: ScheduleRun) {
  return {
    ...rest,
    plannedAt: plannedAt.toISOString(),
    at: at.toISOString(),
    reason: code === null ? null : { code, message: message ?? '' },
  };
}
