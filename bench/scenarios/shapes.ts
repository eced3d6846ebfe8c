import { comparePeers } from '../pipeline/compare-peers.ts';
import { longTextTable, narrowTable } from '../pipeline/database/tables.ts';
import { copy, rowferryBytes, rowferryRows } from '../pipeline/peers/node-peers.ts';
import { psqlCopy } from '../pipeline/peers/psql.ts';
import { checkSameFile } from '../pipeline/same-file.ts';
import type { Measurement, Scenario } from '../scenario.ts';

/** Narrow rows pass quickly: more of them, so that a pass is long enough to be timed. */
const NARROW_TIMES = 5;
/** A row of text is some thirty times as long as one of the diary. */
const LONG_TEXT_SHARE = 1 / 20;

/** The two ends: rows that are nearly nothing, and rows that are mostly text. */
export const shapes: Scenario = {
  name: 'shapes',
  title: 'Narrow rows and long texts to a null sink',
  run: async (context) => {
    const tables = [
      ['two integers', narrowTable(context.rows * NARROW_TIMES)],
      ['long text', longTextTable(Math.ceil(context.rows * LONG_TEXT_SHARE))],
    ] as const;
    const measurements: Measurement[] = [];
    const remarks = new Set<string>();
    for (const [shape, table] of tables) {
      const { bytes, remark } = await checkSameFile(context, table);
      if (remark !== undefined) remarks.add(remark);
      const comparison = await comparePeers({
        context,
        table,
        bytes,
        peers: [psqlCopy, copy, rowferryBytes, rowferryRows],
        reference: { peer: psqlCopy, figure: 'timesPsqlCopy' },
      });
      for (const { name, figures } of comparison.measurements)
        measurements.push({ name: `${shape}: ${name}`, figures: { rows: table.rows, ...figures } });
      for (const line of comparison.remarks) remarks.add(line);
    }
    return { measurements, ratios: {}, remarks: [...remarks] };
  },
};
