import type { JanitorStep } from './step.ts';

/** Half of what the queue can tell apart: the other half is for what comes until the next pass. */
const MOST = 2 ** 20;

/** Keeps turns within what the queue can tell apart, in a lane that is never empty; `deliver` passes the new ones on. */
export const renumberTurns: JanitorStep = async ({ records }) => {
  await records.renumberTurns(MOST);
};
