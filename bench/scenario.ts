/** What a scenario is given: a PostgreSQL of the bench's own, and how hard to look. */
export interface BenchContext {
  /** An administrator's connection to the bench's own PostgreSQL. */
  postgresUrl: string;
  /** Process id of its postmaster, for CPU figures. */
  postmasterPid: number;
  /** A Redis, where one is reachable. */
  redisUrl: string | undefined;
  /** Measured rounds after the warm-up; every figure is the median over them. */
  rounds: number;
  /** Rows of the diary table; the other tables are sized from it. */
  rows: number;
  /** Says on the terminal what is going on. */
  note(line: string): void;
}

/** One line of what was measured. Units are part of the name: `rowsPerSecond`, `cpuSeconds`, `p50Ms`, `rssMiB`. */
export interface Measurement {
  name: string;
  figures: Readonly<Record<string, number>>;
}

export interface ScenarioResult {
  measurements: readonly Measurement[];
  /** Medians of the ratios of each round, by the names that `targets` knows. */
  ratios: Readonly<Record<string, number>>;
  /** What a reader must know to read the figures, e.g. that a peer was not installed. */
  remarks: readonly string[];
}

export interface Scenario {
  /** What `--only` takes. */
  name: string;
  title: string;
  run(context: BenchContext): Promise<ScenarioResult>;
}
