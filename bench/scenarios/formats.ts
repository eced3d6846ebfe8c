import { comparePeers, known } from '../pipeline/compare-peers.ts';
import { diaryTable } from '../pipeline/database/tables.ts';
import { rowferryBytes, rowferryFormats } from '../pipeline/peers/node-peers.ts';
import { checkSameFile } from '../pipeline/same-file.ts';
import type { Scenario } from '../scenario.ts';

/** What each format costs: the same rows, each in a process of its own. */
export const formats: Scenario = {
  name: 'formats',
  title: 'The diary in every format to a null sink (MB/s as CSV)',
  run: async (context) => {
    const table = diaryTable(context.rows);
    const { bytes, remark } = await checkSameFile(context, table);
    const comparison = await comparePeers({
      context,
      table,
      bytes,
      peers: [rowferryBytes, ...rowferryFormats],
      reference: { peer: rowferryBytes, figure: 'timesCsv' },
    });
    const [, , , xlsx, parquet] = rowferryFormats;
    return {
      measurements: comparison.measurements,
      ratios: known({
        ...(xlsx && { xlsxVsCsv: comparison.speedRatio(xlsx, rowferryBytes) }),
        ...(parquet && { parquetVsCsv: comparison.speedRatio(parquet, rowferryBytes) }),
      }),
      remarks: [...(remark === undefined ? [] : [remark]), ...comparison.remarks],
    };
  },
};
