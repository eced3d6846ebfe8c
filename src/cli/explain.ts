import { explainExport } from '../export/explain-export.ts';
import { chooseExport } from './choose-export.ts';
import type { TypedExport } from './choose-export.ts';
import { projectDatasets, withContext } from './context.ts';
import { formatCount } from './format-numbers.ts';
import { exportLimits } from './worker-process.ts';

/** `rowferry export … --explain`: how the export would be made, without making it. */
export function explain(typed: TypedExport, print: (line: string) => void): Promise<void> {
  return withContext('rowferry-explain', async ({ config, endpoints }) => {
    const chosen = chooseExport(await projectDatasets(config), typed);
    const explained = await explainExport({
      ...chosen,
      encoder: config.EXPORT_ENCODER,
      source: { connectionString: endpoints.sourceDatabaseUrl, applicationName: 'rowferry-explain' },
      deadlineMs: exportLimits(config).deadlineMs,
    });
    const kernel = explained.encoder.path === 'bytes' ? ` (${explained.kernel})` : '';
    print(`dataset   ${chosen.dataset.name}`);
    print(`format    ${chosen.format}`);
    print(`encoder   ${explained.encoder.path}${kernel}: ${explained.encoder.reason}`);
    print(`estimate  about ${formatCount(explained.estimatedRows)} rows, by the planner`);
  });
}
