import { once } from 'node:events';
import { expect, it } from 'vitest';
import { AttemptEnd } from '../../src/worker/attempt-end.ts';

it.each([
  ['export', 'The export took longer than the 0.001 seconds allowed (EXPORT_DEADLINE_SECONDS).'],
  ['import', 'The import took longer than the 0.001 seconds allowed (IMPORT_DEADLINE_SECONDS).'],
] as const)('names the setting that an %s was ended by', async (what, message) => {
  const end = new AttemptEnd({ what, deadlineMs: 1, lockLost: new AbortController().signal, others: [] });
  if (!end.signal.aborted) await once(end.signal, 'abort');
  expect(end.signal.reason).toMatchObject({ code: 'deadline_exceeded', message });
  end.stop();
});
