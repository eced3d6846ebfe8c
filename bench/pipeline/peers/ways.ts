import { runCopy } from './copy.ts';
import { runLoadAll } from './load-all.ts';
import { runNaive } from './naive.ts';
import type { PassOptions } from './pass-options.ts';
import type { PassReport } from './peer.ts';
import { runRowferry } from './rowferry.ts';

export const ways = {
  copy: runCopy,
  naive: runNaive,
  'load-all': runLoadAll,
  'rowferry-bytes': (options: PassOptions) => runRowferry(options, 'auto'),
  'rowferry-rows': (options: PassOptions) => runRowferry(options, 'rows'),
  'rowferry-tsv': (options: PassOptions) => runRowferry(options, 'auto', 'tsv'),
  'rowferry-ndjson': (options: PassOptions) => runRowferry(options, 'auto', 'ndjson'),
  'rowferry-json': (options: PassOptions) => runRowferry(options, 'auto', 'json'),
  'rowferry-xlsx': (options: PassOptions) => runRowferry(options, 'auto', 'xlsx'),
  'rowferry-parquet': (options: PassOptions) => runRowferry(options, 'auto', 'parquet'),
} satisfies Record<string, (options: PassOptions) => Promise<PassReport>>;
