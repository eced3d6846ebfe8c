import { z } from 'zod';
import { exportStatuses } from '../../db/export-record.ts';
import { runOutcomes } from '../../db/schedule-record.ts';
import { fileFormatNames } from '../../export/formats/format.ts';
import { notifyRequest } from '../notify-request.ts';
import { defineOperation } from './operation.ts';
import { exportContent, exportId, exportResource, pageHeaders } from './schemas.ts';

const time = z.iso.datetime();
const scheduleId = z
  .uuid()
  .meta({ description: 'Id of a schedule.', example: '5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22' });
const params = z.strictObject({ id: scheduleId });

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

const newSchedule = z
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
const scheduleChange = z
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

const run = z
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
  lastRun: z.union([run]).nullable(),
  createdAt: time,
  links: z.strictObject({ self: z.string(), runs: z.string(), exports: z.string() }),
};
const schedule = z
  .strictObject(members)
  .meta({ id: 'Schedule', description: 'Asks for an export again and again.' });
const scheduleWithSecret = z
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
const example: ScheduleResource = {
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
const paused: ScheduleResource = {
  ...example,
  paused: { at: '2026-11-24T10:00:00.000Z', reason: 'Somebody paused it.' },
  nextRuns: [],
};

export const scheduleOperations = {
  createSchedule: defineOperation({
    method: 'post',
    path: '/v1/schedules',
    tag: 'schedules',
    summary: 'Have an export made again and again',
    description: 'Each time it is asked for with the rights, keys and limits of that moment.',
    auth: 'key',
    body: newSchedule,
    bodyExample: { cron: '0 6 * * 1', timeZone: 'Europe/Berlin', dataset: 'diary' },
    audit: 'schedule.created',
    responses: {
      201: {
        description: 'It is there.',
        headers: z.object({ Location: z.string().describe('Address of the schedule.') }),
        body: scheduleWithSecret,
        example,
      },
    },
    problems: ['too_many_schedules'],
  }),

  listSchedules: defineOperation({
    method: 'get',
    path: '/v1/schedules',
    tag: 'schedules',
    summary: 'List schedules, newest first',
    description: 'A user sees their own, an admin all of their tenant.',
    auth: 'key',
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20).describe('Schedules a page.'),
      cursor: z.string().max(200).optional().describe('`nextCursor` of the page before.'),
    }),
    responses: {
      200: {
        description: 'One page.',
        headers: pageHeaders,
        body: z
          .strictObject({
            schedules: z.array(schedule),
            nextCursor: z.string().nullable().describe('`cursor` of the next page; null on the last.'),
          })
          .meta({ id: 'SchedulePage' }),
        example: { schedules: [example], nextCursor: null },
      },
    },
    problems: [],
  }),

  getSchedule: defineOperation({
    method: 'get',
    path: '/v1/schedules/{id}',
    tag: 'schedules',
    summary: 'Look at a schedule',
    auth: 'key',
    params,
    responses: { 200: { description: 'The schedule as it is now.', body: schedule, example } },
    problems: [],
  }),

  changeSchedule: defineOperation({
    method: 'patch',
    path: '/v1/schedules/{id}',
    tag: 'schedules',
    summary: 'Change a schedule',
    description:
      'What is left out stays as it is; `notify` and `params` are replaced as a whole. An admin changes when somebody ' +
      'else’s schedule runs, its owner alone what it asks for and whom it tells.',
    auth: 'key',
    params,
    body: scheduleChange,
    bodyExample: { cron: '30 6 * * 1' },
    audit: 'schedule.changed',
    responses: { 200: { description: 'It is changed.', body: scheduleWithSecret, example } },
    problems: [],
  }),

  pauseSchedule: defineOperation({
    method: 'post',
    path: '/v1/schedules/{id}/pause',
    tag: 'schedules',
    summary: 'Pause a schedule',
    description: 'Pausing twice does no harm.',
    auth: 'key',
    params,
    audit: 'schedule.paused',
    responses: { 200: { description: 'It is paused.', body: schedule, example: paused } },
    problems: [],
  }),

  resumeSchedule: defineOperation({
    method: 'post',
    path: '/v1/schedules/{id}/resume',
    tag: 'schedules',
    summary: 'Let a paused schedule go on',
    description:
      'With its next due time; what was missed is not made up for. Its owner brings the key that they have now.',
    auth: 'key',
    params,
    audit: 'schedule.resumed',
    responses: { 200: { description: 'It goes on.', body: schedule, example } },
    problems: [],
  }),

  deleteSchedule: defineOperation({
    method: 'delete',
    path: '/v1/schedules/{id}',
    tag: 'schedules',
    summary: 'Delete a schedule',
    description: 'The exports that it asked for stay.',
    auth: 'key',
    params,
    audit: 'schedule.deleted',
    responses: { 204: { description: 'It is gone.' } },
    problems: [],
  }),

  listRuns: defineOperation({
    method: 'get',
    path: '/v1/schedules/{id}/runs',
    tag: 'schedules',
    summary: 'See what became of the due times of a schedule',
    auth: 'key',
    params,
    responses: {
      200: {
        description: 'The last hundred, newest first.',
        body: z.strictObject({ runs: z.array(run) }),
        example: { runs: [example.lastRun] },
      },
    },
    problems: [],
  }),
};
