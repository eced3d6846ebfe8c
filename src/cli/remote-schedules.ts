import type { NewSchedule, Schedule } from '../client/index.ts';
import { nameAndValue } from './name-value.ts';
import { tableOf } from './table.ts';
import type { Column } from './table.ts';
import { typedOptions, withSince } from './typed-options.ts';
import { withServer } from './with-server.ts';
import type { RemoteOptions } from './with-server.ts';

type Write = (line: string) => void;

/** As a person types it. */
export interface CreateScheduleCommand extends RemoteOptions {
  cron: string;
  timeZone: string;
  title?: string;
  param: readonly string[];
  format?: NonNullable<NewSchedule['formats']>;
  compression?: string;
  option: readonly string[];
  since?: string;
  email: string[];
}

/** `rowferry schedules create`: prints the id. */
export function createSchedule(
  dataset: string,
  { cron, timeZone, title, param, format, email, ...options }: CreateScheduleCommand,
  print: Write,
): Promise<void> {
  const { compression = 'none', option, since } = options;
  return withServer(options, async (client, signal) => {
    const { id } = await client.createSchedule(
      {
        dataset,
        cron,
        timeZone,
        params: Object.fromEntries(param.map(nameAndValue)),
        // None of its members is there as undefined.
        options: typedOptions(withSince(option, since), compression) as NonNullable<NewSchedule['options']>,
        ...(title === undefined ? {} : { title }),
        ...(format === undefined ? {} : { formats: format }),
        ...(email.length === 0 ? {} : { notify: { email } }),
      },
      { signal },
    );
    print(id);
  });
}

/** `rowferry schedules list`: one line a schedule, newest first, or one JSON object a line. */
export function listSchedules(json: boolean, options: RemoteOptions, print: Write): Promise<void> {
  return withServer(options, async (client, signal) => {
    const show = tableOf(columns, print);
    for await (const schedule of client.schedules({ signal })) {
      if (json) print(JSON.stringify(schedule));
      else show(schedule);
    }
  });
}

/** `rowferry schedules pause`, `resume` and `delete`. */
export function actOnSchedule(
  act: 'pause' | 'resume' | 'delete',
  id: string,
  options: RemoteOptions,
  print: Write,
): Promise<void> {
  return withServer(options, async (client, signal) => {
    if (act === 'delete') {
      await client.deleteSchedule(id, { signal });
      print(`${id} is deleted.`);
      return;
    }
    const schedule = await (act === 'pause'
      ? client.pauseSchedule(id, { signal })
      : client.resumeSchedule(id, { signal }));
    print(`${id} ${stateOf(schedule)}.`);
  });
}

function stateOf({ paused, nextRuns }: Schedule): string {
  return paused === null ? `next ${nextRuns[0] ?? 'never'}` : 'is paused';
}

function lastOf({ lastRun }: Schedule): string {
  return lastRun === null ? 'never run' : `${lastRun.outcome} ${lastRun.plannedAt}`;
}

const columns: readonly Column<Schedule>[] = [
  { name: 'id', width: 36, of: ({ id }) => id },
  { name: 'state', width: 29, of: stateOf },
  { name: 'last run', width: 39, of: (schedule) => `last ${lastOf(schedule)}` },
  { name: 'when', width: 24, of: ({ cron, timeZone }) => `${cron} ${timeZone}` },
  { name: 'dataset and formats', width: 19, of: ({ dataset, formats }) => `${dataset} ${formats.join(',')}` },
  { name: 'subject', width: 12, of: ({ subject }) => subject },
  { name: 'title', width: 0, of: ({ title }) => title },
];
