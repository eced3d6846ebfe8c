import { comparePeers, known } from '../pipeline/compare-peers.ts';
import { diaryTable } from '../pipeline/database/tables.ts';
import { copy, naive, rowferryBytes, rowferryRows } from '../pipeline/peers/node-peers.ts';
import { psqlCopy } from '../pipeline/peers/psql.ts';
import { pythonCopy, pythonCursor } from '../pipeline/peers/python.ts';
import { checkSameFile } from '../pipeline/same-file.ts';
import type { Scenario } from '../scenario.ts';

/** From rows to the bytes of a file that nobody keeps: what reading and encoding cost. */
export const nullSink: Scenario = {
  name: 'null-sink',
  title: 'Diary rows to a null sink',
  run: async (context) => {
    const table = diaryTable(context.rows);
    const { bytes, remark } = await checkSameFile(context, table);
    const comparison = await comparePeers({
      context,
      table,
      bytes,
      peers: [psqlCopy, copy, rowferryBytes, rowferryRows, naive, pythonCopy, pythonCursor],
      reference: { peer: psqlCopy, figure: 'timesPsqlCopy' },
    });
    return {
      measurements: comparison.measurements,
      ratios: known({
        bytePathVsPsqlCopy: comparison.speedRatio(rowferryBytes, psqlCopy),
        bytePathCpuVsPsqlCopy: comparison.cpuRatio(rowferryBytes, psqlCopy),
        bytePathVsNaive: comparison.speedRatio(rowferryBytes, naive),
        rowPathVsNaive: comparison.speedRatio(rowferryRows, naive),
      }),
      remarks: [...(remark === undefined ? [] : [remark]), ...comparison.remarks],
    };
  },
};
