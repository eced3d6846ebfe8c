import type { EventKind, ExportEvent } from '../db/export-event.ts';

const number = new Intl.NumberFormat('en');
const count = (amount: number, one: string, many = `${one}s`) =>
  `${number.format(amount)} ${amount === 1 ? one : many}`;
const often = (times: number) => (times === 1 ? '' : `, ${number.format(times)} times`);

const handBacks: Readonly<Record<string, string>> = {
  worker_stopping: 'The worker was shut down',
  lock_lost: 'The queue took the export away from its worker',
};

type Texts = { [Kind in EventKind]: (event: ExportEvent<Kind>) => string };

const texts: Texts = {
  requested: () => 'The export was requested.',
  started: ({ attempt }) => `Attempt ${attempt} started.`,
  taken_over: ({ attempt }) => `The worker stopped answering; attempt ${attempt} took over.`,
  retry_scheduled: ({ attempt, details: { message, delaySeconds } }) =>
    `Attempt ${attempt} did not succeed: ${message} The next one starts in ${count(delaySeconds, 'second')}.`,
  handed_back: ({ attempt, details: { code } }) =>
    `${handBacks[code] ?? 'The worker could not go on'}; attempt ${attempt} was handed back, to be started again.`,
  lane_left: () =>
    'The export is bigger than was expected; it left the fast lane, to be started again in the other one.',
  completed: ({ details: { rows, bytes } }) =>
    `The file is there: ${count(rows, 'row')}, ${count(bytes, 'byte')}.`,
  failed: ({ details: { message } }) => `The export failed: ${message}`,
  cancelled: () => 'The export was cancelled.',
  retried: () => 'Somebody had the export run once more.',
  expired_early: () => 'Somebody ended the time of the file; it can no longer be downloaded.',
  expired: () => 'The file’s time was over; it can no longer be downloaded.',
  file_removed: () => 'The file was removed from storage.',
  deleted: () => 'The export was deleted.',
  readded: ({ details: { times } }) =>
    `The queue did not know the export; it was added again${often(times)}.`,
  hurried: ({ details: { times } }) =>
    `The queue would have delivered the export too late; it was brought forward${often(times)}.`,
  leftovers_removed: ({ details: { objects, uploads } }) =>
    `Attempts that did not become the file had left ${count(objects, 'file')} and ` +
    `${count(uploads, 'unfinished upload')} in storage; they were removed.`,
};

/** What happened and what was done, for people. */
export function historyText<Kind extends EventKind>(event: ExportEvent<Kind>): string {
  return texts[event.kind](event);
}
