/** One step of going down, in order: first what lets work in, last what work needs. */
export interface ShutdownPhase {
  name: string;
  /** After it the next phase begins, whatever this one is doing. */
  timeoutMs: number;
  run: () => Promise<unknown>;
}

interface Report {
  info(message: string): void;
  warn(message: string): void;
}

/** Runs the phases one after the other; one that hangs or fails does not keep the rest from running. */
export async function shutDown(phases: readonly ShutdownPhase[], report: Report): Promise<void> {
  for (const { name, timeoutMs, run } of phases) {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<string>((resolve) => {
      timer = setTimeout(() => {
        resolve(`did not end within ${timeoutMs} ms`);
      }, timeoutMs);
    });
    const ended = run().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    const trouble = await Promise.race([ended, tooLate]);
    clearTimeout(timer);
    if (trouble !== undefined) report.warn(`shutting down ${name}: ${trouble}`);
  }
}

/**
 * Resolves with the first SIGTERM or SIGINT. A second one ends the process at once: the person has waited long enough.
 */
export function shutdownRequested(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (asked) process.exit(1);
      asked = true;
      resolve(signal);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}
