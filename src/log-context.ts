import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line of one piece of work carries. Ids only: it is written as it is. */
export type LogFacts = Readonly<Record<string, string>>;

const facts = new AsyncLocalStorage<LogFacts>();

/** Lines that are logged within `work`, and in what it starts, carry these too. */
export function withLogFacts<T>(more: LogFacts, work: () => T): T {
  return facts.run({ ...facts.getStore(), ...more }, work);
}

export function logFacts(): LogFacts {
  return facts.getStore() ?? {};
}
