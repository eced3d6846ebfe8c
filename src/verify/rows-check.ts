import type { Check } from './check.ts';
import { checkParquet } from './check-parquet.ts';
import { checkRows } from './check-rows.ts';
import type { RowsClaim } from './check-rows.ts';

/** Whether the rows of a file are what is said of them. */
export async function rowsCheck(path: string, claim: RowsClaim & { rows: number }): Promise<Check> {
  const name = 'rows';
  const { format, options, columns } = claim;
  const check = format === 'parquet' ? checkParquet : checkRows;
  const found = await check(path, { format, options, columns });
  if ('unknown' in found) return { name, result: 'unknown', text: `not read: ${found.unknown}` };
  if ('wrong' in found) return { name, result: 'wrong', text: found.wrong };
  const { rows } = found;
  return rows === claim.rows
    ? { name, result: 'right', text: `${rows}, each with ${columns.length} columns of their types` }
    : { name, result: 'wrong', text: `${rows}; there were ${claim.rows}` };
}
