import { codeOf } from '../../errors.ts';
import type { FileFormatName } from '../formats/format.ts';
import { previewExport, timedOut } from '../preview-export.ts';
import type { Preview, PreviewRequest } from '../preview-export.ts';
import { filesOf } from './bundle.ts';

export interface BundlePreview extends Preview {
  /** Those of a bundle: `text` is empty then. */
  files?: readonly (Preview & { name: string })[];
}

type Request = Omit<PreviewRequest, 'format'> & { format: FileFormatName };

/**
 * The first rows of an export; of a bundle those of each file, one after the other and each in a snapshot of its own. Time
 * and bytes are limited for all of them together.
 *
 * @throws as `previewExport`
 */
export async function previewAny({ format, ...request }: Request): Promise<BundlePreview> {
  if (format !== 'zip') return previewExport({ ...request, format });
  const { dataset, params, limits } = request;
  const deadline = performance.now() + limits.timeoutMs;
  const files: (Preview & { name: string })[] = [];
  let maxBytes = limits.maxBytes;
  for (const { name, params: paramsOf, ...file } of filesOf(dataset)) {
    const timeoutMs = Math.max(1, Math.ceil(deadline - performance.now()));
    const left = { ...limits, timeoutMs, maxBytes };
    const preview = await previewExport({
      ...request,
      ...file,
      params: paramsOf(params),
      limits: left,
    }).catch((error: unknown) => {
      throw codeOf(error) === 'preview_timed_out' ? timedOut(limits, error) : error;
    });
    maxBytes -= Buffer.byteLength(preview.text);
    files.push({ name, ...preview });
  }
  return { ...summed(files), files };
}

function summed(files: readonly Preview[]): Preview {
  const sum = (figure: (file: Preview) => number) => files.reduce((total, file) => total + figure(file), 0);
  const path = files.every(({ encoder }) => encoder.path === 'bytes') ? 'bytes' : 'rows';
  return {
    text: '',
    rows: sum(({ rows }) => rows),
    complete: files.every(({ complete }) => complete),
    columns: [],
    encoder: { path, reason: 'a bundle: each of its files has its own way' },
    estimate: {
      rows: sum(({ estimate }) => estimate.rows),
      bytes: sum(({ estimate }) => estimate.bytes),
      seconds: sum(({ estimate }) => estimate.seconds),
    },
  };
}
