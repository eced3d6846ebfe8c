import { z } from 'zod';
import { defineOperation } from './operation.ts';
import {
  newSchedule,
  pausedExample,
  schedule,
  scheduleChange,
  scheduleExample,
  scheduleId,
  scheduleRun,
  scheduleWithSecret,
} from './schedule-schemas.ts';
import { pageHeaders } from './schemas.ts';

const params = z.strictObject({ id: scheduleId });

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
        example: scheduleExample,
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
        example: { schedules: [scheduleExample], nextCursor: null },
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
    responses: {
      200: { description: 'The schedule as it is now.', body: schedule, example: scheduleExample },
    },
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
    responses: { 200: { description: 'It is changed.', body: scheduleWithSecret, example: scheduleExample } },
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
    responses: { 200: { description: 'It is paused.', body: schedule, example: pausedExample } },
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
    responses: { 200: { description: 'It goes on.', body: schedule, example: scheduleExample } },
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
        body: z.strictObject({ runs: z.array(scheduleRun) }),
        example: { runs: [scheduleExample.lastRun] },
      },
    },
    problems: [],
  }),
};
