import { attemptsExhausted, givenUp } from '../end-reasons.ts';
import type { JanitorStep } from './step.ts';

/** Every accepted export ends: also one whose attempts are used up or whose time is over while no worker takes jobs. */
export const endOverdue: JanitorStep = async ({ attempts, records, giveUpAfterHours, repairs, metrics }) => {
  for (const { id, attempt, ...kind } of await attempts.failExhausted(attemptsExhausted)) {
    const message = 'the last attempt at an export died; it has failed';
    repairs.made('exhausted', { exportId: id, attempt }, message);
    metrics.exports.ended(kind, { outcome: 'failed', code: attemptsExhausted.code });
  }
  const reason = givenUp(giveUpAfterHours);
  for (const { id, attempt, ...kind } of await records.giveUp({ hours: giveUpAfterHours, reason })) {
    const message = 'an export did not end in the time it had; it has failed';
    repairs.made('given_up', { exportId: id, attempt }, message);
    metrics.exports.ended(kind, { outcome: 'failed', code: reason.code });
  }
};
