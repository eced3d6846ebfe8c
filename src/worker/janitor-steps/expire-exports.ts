import type { JanitorStep } from './step.ts';

/** Ends the life of files past their retention for clients, and of records past theirs altogether. */
export const expireExports: JanitorStep = async ({
  records,
  recordRetentionDays,
  idempotencyHours,
  repairs,
}) => {
  for (const { id } of await records.expire()) {
    repairs.made('expired', { exportId: id }, 'a file passed its retention; it can no longer be downloaded');
  }
  const forgotten = await records.forget(recordRetentionDays);
  if (forgotten > 0) {
    const message = 'records of exports that ended long ago were removed';
    repairs.made('forgotten', { exports: forgotten }, message, forgotten);
  }
  // No repair: what nobody asks for any more is dropped in silence.
  await records.forgetRequests({ idempotencyHours });
};
