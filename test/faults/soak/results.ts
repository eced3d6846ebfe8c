import type { Backend } from '../lab/site.ts';
import type { ReportedFault } from '../suite/report.ts';
import { addVerdict, cleanVerdict } from '../suite/verdict.ts';
import type { Verdict } from '../suite/verdict.ts';

/** A line of the table for each kind of harm. */
export class SoakResults {
  exports = 0;
  readonly #backend: Backend;
  readonly #byName = new Map<string, ReportedFault>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  add(name: string, exports: number, verdict: Verdict): void {
    this.exports += exports;
    const number = this.#byName.size + 1;
    const result = this.#byName.get(name) ?? {
      fault: { number, name },
      backend: this.#backend,
      runs: 0,
      verdict: cleanVerdict(),
      notes: [],
    };
    this.#byName.set(name, result);
    result.runs++;
    addVerdict(result.verdict, verdict);
  }

  get all(): ReportedFault[] {
    return [...this.#byName.values()];
  }
}
