import { comparePeers, known } from '../pipeline/compare-peers.ts';
import { diaryTable } from '../pipeline/database/tables.ts';
import {
  copyToOwnStore,
  copyToS3,
  loadAllToS3,
  naiveToS3,
  rowferryBytesToS3,
  rowferryRowsToS3,
} from '../pipeline/peers/node-peers.ts';
import { startBenchS3 } from '../pipeline/process/s3-server.ts';
import { checkSameFile } from '../pipeline/same-file.ts';
import type { Scenario } from '../scenario.ts';

/** The whole way. The S3 server runs on the same cores and takes the same from every peer. */
export const s3: Scenario = {
  name: 's3',
  title: 'Diary rows into S3',
  run: async (context) => {
    const table = diaryTable(context.rows);
    const { bytes, remark } = await checkSameFile(context, table);
    const server = await startBenchS3();
    try {
      const comparison = await comparePeers({
        context,
        table,
        bytes,
        s3: server,
        peers: [copyToS3, copyToOwnStore, rowferryBytesToS3, rowferryRowsToS3, naiveToS3, loadAllToS3],
        reference: { peer: copyToS3, figure: 'timesCopyUpload' },
      });
      return {
        measurements: comparison.measurements,
        ratios: known({
          uploadVsCopyUpload: comparison.speedRatio(rowferryBytesToS3, copyToS3),
          uploadVsNaiveUpload: comparison.speedRatio(rowferryBytesToS3, naiveToS3),
        }),
        remarks: [...(remark === undefined ? [] : [remark]), ...comparison.remarks],
      };
    } finally {
      await server.stop();
    }
  },
};
