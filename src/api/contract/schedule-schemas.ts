import { z } from 'zod';
import { exportStatuses } from '../../db/export-record.ts';
import { runOutcomes } from '../../db/schedule-record.ts';
import { fileFormatNames } from '../../export/formats/format.ts';
import { notifyRequest } from '../notify-request.ts';
import { exportContent, exportId, exportResource } from './schemas.ts';

const time = z.iso.datetime();
export const scheduleId = z
  .uuid()
  .meta({ description: 'Id of a schedule.', example: '5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22' });

const title = z
  .string()
  .regex(/^\P{C}{1,200}$/u, 'must be 1 to 200 characters, none of them control characters')
  .describe('For people. The dataset’s title when left out.');
const cron = z
  .string()
  .max(100)
  .describe('Minute, hour, day of the month, month, day of the week, on a clock in `timeZone`.');
const timeZone = z.string().max(64).describe('Name in the IANA database.');
const { dataset, format, formats, params: exportParams, options } = exportContent.shape;

export const newSchedule = z
  .strictObject({
    title: title.optional(),
    cron,
    timeZone: timeZone.default('UTC'),
    dataset,
    format,
    formats,
    params: exportParams,
    options,
    notify: notifyRequest.prefault({}).describe('Who hears how each export ends.'),
  })
  .meta({ id: 'NewSchedule' });

/** No defaults: what is left out stays as it is. */
export const scheduleChange = z
  .strictObject({
    title: title.optional(),
    cron: cron.optional(),
    timeZone: timeZone.optional(),
    format: z.enum(fileFormatNames).optional(),
    formats,
    params: exportParams.unwrap().optional(),
    options: options.unwrap().optional(),
    notify: notifyRequest.optional(),
  })
  .meta({ id: 'ScheduleChange' });
export type ScheduleChange = z.output<typeof scheduleChange>;

export const scheduleRun = z
  .strictObject({
    plannedAt: time.describe('When it was due.'),
    at: time.describe('When it was run.'),
    outcome: z
      .enum(runOutcomes)
      .describe(
        '`requested`: an export was made; `joined`: the same was under way; `limited`, `refused`: there is none.',
      ),
    missed: z.int().min(0).describe('Due times before it that it makes up for; beyond 1000 not counted.'),
    exportId: exportId.nullable(),
    exportStatus: z.enum(exportStatuses).nullable().describe('As the export is now.'),
    reason: z
      .strictObject({ code: z.string(), message: z.string() })
      .nullable()
      .describe('Why there is no export.'),
  })
  .meta({ id: 'ScheduleRun', description: 'What became of one due time.' });

const members = {
  id: scheduleId,
  title: z.string(),
  cron: z.string(),
  timeZone: z.string(),
  dataset: exportResource.shape.dataset,
  format: exportResource.shape.format,
  formats: exportResource.shape.formats,
  params: exportResource.shape.params,
  options: exportResource.shape.options,
  notify: z.strictObject({
    email: z.array(z.string()),
    webhook: z.strictObject({ url: z.string() }).nullable(),
  }),
  subject: z.string().describe('Whose exports they are.'),
  role: z.enum(['user', 'admin']).describe('In which they are asked for.'),
  paused: z.strictObject({ at: time, reason: z.string() }).nullable(),
  nextRuns: z.array(time).describe('The next five due times; none while paused.'),
  lastRun: z.union([scheduleRun]).nullable(),
  createdAt: time,
  links: z.strictObject({ self: z.string(), runs: z.string(), exports: z.string() }),
};
export const schedule = z
  .strictObject(members)
  .meta({ id: 'Schedule', description: 'Asks for an export again and again.' });
export const scheduleWithSecret = z
  .strictObject({
    ...members,
    webhookSecret: z
      .string()
      .optional()
      .describe('Signs what its webhook gets. There where the request named one, and never shown again.'),
  })
  .meta({ id: 'ScheduleWithSecret' });
export type ScheduleResource = z.output<typeof schedule>;

const id = '5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22';
export const scheduleExample: ScheduleResource = {
  id,
  title: 'Diary, every Monday',
  cron: '0 6 * * 1',
  timeZone: 'Europe/Berlin',
  dataset: 'diary',
  format: 'csv',
  formats: ['csv'],
  params: { userId: '1' },
  options: { compression: 'none' },
  notify: { email: ['ada@example.org'], webhook: null },
  subject: '1',
  role: 'user',
  paused: null,
  nextRuns: [
    '2026-11-30T05:00:00.000Z',
    '2026-12-07T05:00:00.000Z',
    '2026-12-14T05:00:00.000Z',
    '2026-12-21T05:00:00.000Z',
    '2026-12-28T05:00:00.000Z',
  ],
  lastRun: {
    plannedAt: '2026-11-23T05:00:00.000Z',
    at: '2026-11-23T05:00:02.210Z',
    outcome: 'requested',
    missed: 0,
    exportId: '48c6a37f-8c7e-461f-9cd4-edbf09688108',
    exportStatus: 'completed',
    reason: null,
  },
  createdAt: '2026-11-20T10:00:00.000Z',
  links: {
    self: `/v1/schedules/${id}`,
    runs: `/v1/schedules/${id}/runs`,
    exports: `/v1/exports?scheduleId=${id}`,
  },
};
export const pausedExample: ScheduleResource = {
  ...scheduleExample,
  paused: { at: '2026-11-24T10:00:00.000Z', reason: 'Somebody paused it.' },
  nextRuns: [],
};
