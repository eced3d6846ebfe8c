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
} satisfies Record<string, (options: PassOptions) => Promise<PassReport>>;
