import { filesOf } from '../export/bundle/bundle.ts';
import type { Role } from '../export/dataset.ts';
import { explainExport } from '../export/explain-export.ts';
import type { ExplainedExport } from '../export/explain-export.ts';
import { sourceOf } from '../export/sources.ts';
import { chooseExport } from './choose-export.ts';
import type { TypedExport } from './choose-export.ts';
import { projectDatasets, withContext } from './context.ts';
import { formatCount } from './format-numbers.ts';
import { exportLimits } from './export-limits.ts';

/** `rowferry export … --explain`: how the export would be made, without making it. */
export function explain(typed: TypedExport, print: (line: string) => void): Promise<void> {
  return withContext('rowferry-explain', async ({ config, endpoints }) => {
    const { formats, ...chosen } = chooseExport(await projectDatasets(config), typed);
    const { dataset, params, asker } = chosen;
    const shared = {
      encoder: config.EXPORT_ENCODER,
      source: {
        connectionString: sourceOf(endpoints.sources, dataset),
        applicationName: 'rowferry-explain',
      },
      deadlineMs: exportLimits(config).deadlineMs,
    };
    print(`dataset   ${dataset.name}`);
    print(`format    ${formats.join(', ')}`);
    const [first, ...others] = formats.filter((format) => format !== 'zip');
    if (first !== undefined) {
      show(await explainExport({ ...chosen, ...shared, formats: [first, ...others] }), asker.role, print);
      return;
    }
    for (const { name, params: paramsOf, format, ...file } of filesOf(dataset)) {
      print(`file      ${name}`);
      show(
        await explainExport({ ...file, ...shared, formats: [format], asker, params: paramsOf(params) }),
        asker.role,
        print,
      );
    }
  });
}

function show(explained: ExplainedExport, role: Role, print: (line: string) => void): void {
  const kernel = explained.encoder.path === 'bytes' ? ` (${explained.kernel})` : '';
  print(`encoder   ${explained.encoder.path}${kernel}: ${explained.encoder.reason}`);
  print(`columns   ${columnsOf(explained, role)}`);
  print(`estimate  about ${formatCount(explained.estimatedRows)} rows, by the planner`);
}

/** `7 of 9, for the role user; masked: email; left out: salary` */
function columnsOf({ columns, leftOut }: ExplainedExport, role: Role): string {
  const masked = columns.filter((column) => column.masked).map(({ name }) => name);
  const parts = [
    `${columns.length} of ${columns.length + leftOut.length}, for the role ${role}`,
    ...(masked.length === 0 ? [] : [`masked: ${masked.join(', ')}`]),
    ...(leftOut.length === 0 ? [] : [`left out: ${leftOut.join(', ')}`]),
  ];
  return parts.join('; ');
}
