import type { BenchTable } from '../database/bench-table.ts';

/** One way to bring the rows of a table into a CSV file. Each pass is made by a fresh process. */
export interface Peer {
  name: string;
  /** Why it cannot run on this machine or on so many rows; undefined when it can. */
  missing?: (rows: number) => Promise<string | undefined>;
  command(task: PeerTask): Promise<PeerCommand>;
}

export interface PeerTask {
  postgresUrl: string;
  table: BenchTable;
  /** A pass over so many rows comes first, that compilers and connections are warm. */
  warmUpRows: number;
  /** Of the object, where the peer uploads one. */
  key: string;
  s3Env: Readonly<Record<string, string>>;
}

/**
 * The process prints a line `ready` after the warm-up, and a line `done` with a {@link PassReport} as JSON after the
 * pass. It ends with its standard input.
 */
interface PeerCommand {
  program: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Written to it at once. */
  warmUp: string;
  /** Written to it when it is ready: the pass begins. */
  go: string;
}

/** What the process itself knows of a pass. */
export interface PassReport {
  rows?: number;
  /** Of the file's bytes, where the peer hashes them. */
  sha256?: string;
  bytes?: number;
  /** Which of rowferry's encoders it was, and why. */
  encoder?: { path: string; reason: string };
}
