import { kernelName } from './byte-path/kernels.ts';
import type { EncoderChoice, EncoderSetting } from './choose-encoder.ts';
import type { FileColumn } from './column.ts';
import type { Asker, Dataset } from './dataset.ts';
import { viewFor } from './dataset-view.ts';
import { encoderFor } from './encoded-rows.ts';
import { estimateRows } from './estimate-rows.ts';
import { NO_OPTIONS } from './export-options.ts';
import type { ExportOptions } from './export-options.ts';
import type { FormatName } from './formats/format.ts';
import { severalFormats } from './open-files.ts';
import { sessionOf } from './session-of.ts';
import { closeSourceClient, openSourceClient } from './source-client.ts';

export interface ExplainRequest {
  dataset: Dataset;
  asker: Asker;
  formats: readonly [FormatName, ...FormatName[]];
  /** Default: as the presets have it. */
  options?: ExportOptions;
  /** Already parsed by the dataset's schema. */
  params: Record<string, unknown>;
  encoder: EncoderSetting;
  source: { connectionString: string; applicationName: string };
  deadlineMs: number;
}

export interface ExplainedExport {
  encoder: EncoderChoice;
  /** What the byte path's inner loop runs as in this process. */
  kernel: string;
  /** The planner's guess. */
  estimatedRows: number;
  /** Those that the files would have. */
  columns: readonly FileColumn[];
  /** Names of those that the asker does without. */
  leftOut: readonly string[];
}

/** How an export would be made. Plans the query and reads no row. */
export async function explainExport(request: ExplainRequest): Promise<ExplainedExport> {
  const { source, deadlineMs, dataset, asker, options = NO_OPTIONS } = request;
  const view = viewFor(dataset, asker.role, options);
  const session = sessionOf(dataset, asker);
  const client = await openSourceClient({ ...source, deadlineMs, session });
  try {
    const estimatedRows = await estimateRows(client, view.query(request.params));
    const [format, ...others] = request.formats;
    const encoder =
      others.length > 0 ? severalFormats : encoderFor({ ...request, format, options, view, client });
    const { columns, leftOut } = view;
    return { encoder, kernel: kernelName, estimatedRows, columns, leftOut };
  } finally {
    await closeSourceClient(client);
  }
}
