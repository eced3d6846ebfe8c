/** What one holder may use. Hours and days are the clock's, in UTC. */
export interface Quotas {
  /** Exports that are queued or running. */
  concurrent: number;
  exportsPerHour: number;
  rowsPerDay: number;
  bytesPerDay: number;
}

/** For each subject, and for each tenant as a whole. */
export interface RequestLimits {
  subject: Quotas;
  tenant: Quotas;
}

export interface Usage {
  subject: Quotas;
  tenant: Quotas;
  secondsToHour: number;
  secondsToDay: number;
}

/** How one limit stands. */
export interface LimitState {
  name: string;
  /** For a person. */
  text: string;
  quota: number;
  /** Never below 0. */
  remaining: number;
  unit: 'concurrent-requests' | 'requests' | 'rows' | 'content-bytes';
  /** Null where it is no matter of time. */
  windowSeconds: number | null;
  /** When to come back if nothing remains. */
  resetSeconds: number;
}

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
/** Nobody knows when an export ends; looking again costs little. */
const CONCURRENT_RETRY_SECONDS = 5;

/** How all limits stand: a subject's before its tenant's. */
export function limitStates(limits: RequestLimits, usage: Usage): LimitState[] {
  return (['subject', 'tenant'] as const).flatMap((holder) => {
    const state = (
      measure: keyof Quotas,
      rest: { name: string; text: string } & Pick<LimitState, 'unit' | 'windowSeconds' | 'resetSeconds'>,
    ): LimitState => {
      const quota = limits[holder][measure];
      const { name, text } = rest;
      return {
        ...rest,
        name: `${holder}-${name}`,
        text: `A ${holder} may have ${quota} ${text}.`,
        quota,
        remaining: Math.max(0, quota - usage[holder][measure]),
      };
    };
    const hour = { windowSeconds: HOUR_SECONDS, resetSeconds: usage.secondsToHour };
    const day = { windowSeconds: DAY_SECONDS, resetSeconds: usage.secondsToDay };
    const now = { windowSeconds: null, resetSeconds: CONCURRENT_RETRY_SECONDS };
    return [
      state('concurrent', {
        name: 'concurrent',
        text: 'exports queued or running at a time',
        unit: 'concurrent-requests',
        ...now,
      }),
      state('exportsPerHour', { name: 'hour', text: 'exports an hour', unit: 'requests', ...hour }),
      state('rowsPerDay', { name: 'rows-day', text: 'rows a day', unit: 'rows', ...day }),
      state('bytesPerDay', { name: 'bytes-day', text: 'bytes a day', unit: 'content-bytes', ...day }),
    ];
  });
}

/** The limit that keeps a request out; of several the one that does so for the longest. */
export function exhausted(states: readonly LimitState[]): LimitState | undefined {
  const used = states.filter(({ remaining }) => remaining === 0);
  return used.sort((a, b) => b.resetSeconds - a.resetSeconds)[0];
}
