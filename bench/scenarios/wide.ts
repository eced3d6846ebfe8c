import { comparePeers, known } from '../pipeline/compare-peers.ts';
import { wideTable } from '../pipeline/database/tables.ts';
import { copy, rowferryBytes, rowferryRows } from '../pipeline/peers/node-peers.ts';
import { psqlCopy } from '../pipeline/peers/psql.ts';
import { checkSameFile } from '../pipeline/same-file.ts';
import type { Scenario } from '../scenario.ts';

/** Many columns of many types: what a field costs. */
export const wide: Scenario = {
  name: 'wide',
  title: 'Rows of 30 columns to a null sink',
  run: async (context) => {
    const table = wideTable(context.rows);
    const { bytes, remark } = await checkSameFile(context, table);
    const comparison = await comparePeers({
      context,
      table,
      bytes,
      peers: [psqlCopy, copy, rowferryBytes, rowferryRows],
      reference: { peer: psqlCopy, figure: 'timesPsqlCopy' },
    });
    return {
      measurements: comparison.measurements,
      ratios: known({ wideVsPsqlCopy: comparison.speedRatio(rowferryBytes, psqlCopy) }),
      remarks: [...(remark === undefined ? [] : [remark]), ...comparison.remarks],
    };
  },
};
