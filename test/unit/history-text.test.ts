import { expect, it } from 'vitest';
import { historyText } from '../../src/api/history-text.ts';
import { eventDetails, isEventKind } from '../../src/db/export-event.ts';
import type { EventKind } from '../../src/db/export-event.ts';

const textOf = (kind: EventKind, details: object, attempt = 2) =>
  historyText({ at: new Date(), kind, attempt, details: eventDetails[kind].parse(details) });
const reason = { code: 'storage_failed', message: 'The file storage could not store the file.' };

it.each<[EventKind, object, string]>([
  ['requested', {}, 'The export was requested.'],
  ['started', {}, 'Attempt 2 started.'],
  ['taken_over', {}, 'The worker stopped answering; attempt 2 took over.'],
  [
    'retry_scheduled',
    { ...reason, delaySeconds: 1 },
    'Attempt 2 did not succeed: The file storage could not store the file. The next one starts in 1 second.',
  ],
  [
    'handed_back',
    { code: 'worker_stopping' },
    'The worker was shut down; attempt 2 was handed back, to be started again.',
  ],
  [
    'handed_back',
    { code: 'lock_lost' },
    'The queue took the export away from its worker; attempt 2 was handed back, to be started again.',
  ],
  [
    'handed_back',
    { code: 'of another version' },
    'The worker could not go on; attempt 2 was handed back, to be started again.',
  ],
  ['completed', { rows: 200_000, bytes: 1 }, 'The file is there: 200,000 rows, 1 byte.'],
  ['failed', reason, 'The export failed: The file storage could not store the file.'],
  ['cancelled', {}, 'The export was cancelled.'],
  ['expired', {}, 'The file’s time was over; it can no longer be downloaded.'],
  ['file_removed', {}, 'The file was removed from storage.'],
  ['deleted', {}, 'The export was deleted.'],
  ['readded', {}, 'The queue did not know the export; it was added again.'],
  ['readded', { times: 1200 }, 'The queue did not know the export; it was added again, 1,200 times.'],
  [
    'hurried',
    { times: 2 },
    'The queue would have delivered the export too late; it was brought forward, 2 times.',
  ],
  [
    'leftovers_removed',
    { uploads: 1 },
    'Attempts that did not become the file had left 0 files and 1 unfinished upload in storage; they were removed.',
  ],
])('says of %s what happened and what was done', (kind, details, text) => {
  expect(textOf(kind, details)).toBe(text);
});

it('knows which kinds it knows', () => {
  expect(isEventKind('completed')).toBe(true);
  expect(isEventKind('toString')).toBe(false);
});
