/** What came of one run of one fault. */
export interface Verdict {
  /** Accepted exports that did not end in time, or failed though they should have completed. */
  lost: number;
  /** Publications, files or messages beyond the one that an export may have. */
  duplicated: number;
  /** Completed with the wrong bytes, or although they could not be right. */
  corrupt: number;
  /** Objects and unfinished uploads that the janitor left. */
  orphans: number;
  /** From the fault to the end of the last export. */
  recoverySeconds: number[];
  /** Promises that were broken besides, in words. */
  problems: string[];
}

export function cleanVerdict(): Verdict {
  return { lost: 0, duplicated: 0, corrupt: 0, orphans: 0, recoverySeconds: [], problems: [] };
}

export function addVerdict(total: Verdict, one: Verdict): void {
  total.lost += one.lost;
  total.duplicated += one.duplicated;
  total.corrupt += one.corrupt;
  total.orphans += one.orphans;
  total.recoverySeconds.push(...one.recoverySeconds);
  total.problems.push(...one.problems);
}

export function isClean({ lost, duplicated, corrupt, orphans, problems }: Verdict): boolean {
  return lost + duplicated + corrupt + orphans === 0 && problems.length === 0;
}
