/** What one check found. `fail` keeps the services from starting; `warn` is said and lived with. */
export interface Finding {
  check: string;
  state: 'ok' | 'warn' | 'fail';
  /** What was found, in words. */
  detail: string;
  /** What to do about it; empty when all is well. */
  remedy: string;
  /** It could not be looked at, since it did not answer. That may pass by itself. */
  away?: true;
}

export function ok(check: string, detail: string): Finding {
  return { check, state: 'ok', detail, remedy: '' };
}

export function warn(check: string, detail: string, remedy: string): Finding {
  return { check, state: 'warn', detail, remedy };
}

export function fail(check: string, detail: string, remedy: string): Finding {
  return { check, state: 'fail', detail, remedy };
}
