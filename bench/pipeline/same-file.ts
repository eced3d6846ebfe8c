import type { BenchContext } from '../scenario.ts';
import { measure } from './compare-peers.ts';
import type { BenchTable } from './database/bench-table.ts';
import { loadTable } from './database/load-table.ts';
import { rowferryBytes, rowferryRows } from './peers/node-peers.ts';

export interface SameFile {
  bytes: number;
  /** Set when `auto` did not take the byte path: the figures then say something else than their names. */
  remark: string | undefined;
}

/**
 * Before anything is timed: both of rowferry's encoders write the same file. A fast wrong file is no result.
 *
 * @throws Error when the files differ
 */
export async function checkSameFile(context: BenchContext, table: BenchTable): Promise<SameFile> {
  await loadTable(context, table);
  context.note(`${table.name}: comparing the files of the byte path and the row path …`);
  const { report: bytes } = await measure(rowferryBytes, { context, table });
  const { report: rows } = await measure(rowferryRows, { context, table });
  if (bytes.sha256 === undefined || bytes.sha256 !== rows.sha256)
    throw new Error(`${table.name}: the byte path and the row path write different files`);
  const taken = bytes.encoder;
  const remark =
    taken?.path === 'bytes'
      ? undefined
      : `${table.name}: rowferry took the row path (${taken?.reason ?? 'it has no other'}); “byte path” below is not one.`;
  return { bytes: bytes.bytes ?? NaN, remark };
}
