import { runNaive } from './naive.ts';
import { runCopy } from './copy.ts';
import { runLoadAll } from './load-all.ts';
import { runRowferry } from './rowferry.ts';
import type { PassReport } from './peer.ts';

/** What a Node peer is told, as one line of JSON. */
export interface NodeTask {
  way: keyof typeof ways;
  sink: SinkName;
  postgresUrl: string;
  columns: readonly string[];
  warmUp: string;
  query: string;
  key: string;
}

/** `own-store`: rowferry's adapter for S3. `default-upload`: lib-storage and a client as they come. */
export type SinkName = 'null' | 'own-store' | 'default-upload';

/** One pass over one query. */
export interface PassOptions {
  postgresUrl: string;
  columns: readonly string[];
  query: string;
  sink: SinkName;
  key: string;
}

export const ways = {
  copy: runCopy,
  naive: runNaive,
  'load-all': runLoadAll,
  'rowferry-bytes': (options: PassOptions) => runRowferry(options, 'auto'),
  'rowferry-rows': (options: PassOptions) => runRowferry(options, 'rows'),
} satisfies Record<string, (options: PassOptions) => Promise<PassReport>>;
