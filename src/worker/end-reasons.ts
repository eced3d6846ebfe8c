import type { FailureReason } from '../db/attempt-records.ts';

/** Why an export ends that no attempt could end itself. */
export const attemptsExhausted: FailureReason = {
  code: 'attempts_exhausted',
  message:
    'The export was started as often as is allowed, and the last worker that was at it died without being able to say why.',
};

export function givenUp(hours: number): FailureReason {
  return {
    code: 'given_up',
    message: `The export did not come to an end within ${hours} hours of its request (EXPORT_GIVE_UP_AFTER_HOURS). Request it again.`,
  };
}
