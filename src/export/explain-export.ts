import { kernelName } from './byte-path/kernels.ts';
import type { EncoderChoice, EncoderSetting } from './choose-encoder.ts';
import type { Dataset } from './dataset.ts';
import { encoderFor } from './encoded-rows.ts';
import { estimateRows } from './estimate-rows.ts';
import type { FormatName } from './formats/format.ts';
import { closeSourceClient, openSourceClient } from './source-client.ts';

export interface ExplainRequest {
  dataset: Dataset;
  format: FormatName;
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
}

/** How an export would be made. Plans the query and reads no row. */
export async function explainExport(request: ExplainRequest): Promise<ExplainedExport> {
  const { source, deadlineMs } = request;
  const client = await openSourceClient({ ...source, deadlineMs });
  try {
    const estimatedRows = await estimateRows(client, request.dataset.query(request.params));
    return { encoder: encoderFor({ ...request, client }), kernel: kernelName, estimatedRows };
  } finally {
    await closeSourceClient(client);
  }
}
