import type { AuditLog } from '../db/audit-log.ts';
import { MAX_AUDITED_PARAMS } from '../db/export-records.ts';
import type { ExportRecords } from '../db/export-records.ts';
import type { PastExports } from '../db/past-speed.ts';
import { AppError } from '../errors.ts';
import { columnsOfBase } from '../export/changes-range.ts';
import { viewFor } from '../export/dataset-view.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { BundlePreview } from '../export/bundle/preview-bundle.ts';
import type { FileFormatName } from '../export/formats/format.ts';
import { fileFormats } from '../export/formats/index.ts';
import { optionsOf } from '../export/options-of.ts';
import type { PreviewRequest } from '../export/preview-export.ts';
import { checkAsked } from './asked-export.ts';
import { columnNames } from './column-names.ts';
import type { previewOperations } from './contract/preview.ts';
import type { Handlers } from './operations-router.ts';
import { Places } from './places.ts';
import type { Place } from './places.ts';

type Asked = Pick<
  PreviewRequest,
  'dataset' | 'asker' | 'options' | 'params' | 'base' | 'pastSpeed' | 'signal'
> & { format: FileFormatName };

export interface PreviewOptions {
  datasets: DatasetRegistry;
  records: ExportRecords;
  auditLog: AuditLog;
  previews: {
    /** Each holds a connection to the source database. */
    maxAtOnce: number;
    make(asked: Asked): Promise<BundlePreview>;
    /** Bytes a second that such exports came to of late; undefined where none is known. */
    pastSpeed(kind: PastExports): Promise<number | undefined>;
  };
}

export function previewHandlers({
  datasets,
  records,
  previews,
  auditLog,
}: PreviewOptions): Handlers<typeof previewOperations> {
  const places = new Places();
  return {
    async previewExport({ body, identity, by, signal }) {
      const { dataset, role, formats, params, options: asked } = checkAsked(datasets, body, identity);
      // The first file is shown.
      const [format] = formats;
      const options = optionsOf(format, asked);
      const leave = places.take(placesOf(identity.tenant, previews.maxAtOnce));
      try {
        const kind = { tenant: identity.tenant, dataset: dataset.name, format };
        // Only an estimate: a preview is shown without it too.
        const pastSpeed = await previews.pastSpeed(kind).catch(() => undefined);
        const asker = { tenant: identity.tenant, subject: identity.subject, role };
        const content = { dataset: dataset.name, format, params, options };
        const columns = () => columnsOfBase(viewFor(dataset, role, options));
        const base =
          options.since === undefined
            ? undefined
            : await records.lastExport({ ...asker, ...content, columns: columns() });
        const made = { dataset, asker, format, options, params, base, pastSpeed, signal };
        const preview = await previews.make(made);
        // It shows rows: whoever sees some of them has to be found in the log.
        await auditLog.write({
          tenant: identity.tenant,
          by,
          act: 'export.previewed',
          object: { kind: 'dataset', id: dataset.name },
          details: { format, role, rows: preview.rows, ...auditedParams(params) },
        });
        const { files, ...first } = preview;
        const ofFiles = files?.map(({ name, text, rows, complete, columns }) => ({
          ...{ name, text, rows, complete },
          ...columnNames(columns),
        }));
        const estimate = estimateOfAll(preview.estimate, formats);
        const body = { ...content, ...first, estimate, ...columnNames(first.columns) };
        return { status: 200, body: { ...body, ...(ofFiles === undefined ? {} : { files: ofFiles }) } };
      } finally {
        leave();
      }
    },
  };
}

/** As in the line of an export, but of a preview nothing else has those that are too large: nothing is recorded. */
function auditedParams(params: Readonly<Record<string, unknown>>): { params?: typeof params } {
  return Buffer.byteLength(JSON.stringify(params)) <= MAX_AUDITED_PARAMS ? { params } : {};
}

/** The others are about as much larger or smaller as their formats are. */
function estimateOfAll(
  { rows, bytes, seconds }: BundlePreview['estimate'],
  formats: readonly [FileFormatName, ...FileFormatName[]],
): BundlePreview['estimate'] {
  const sizeOf = (format: FileFormatName) => fileFormats[format].bytesPerCsvByte;
  const times = formats.reduce((sum, format) => sum + sizeOf(format), 0) / sizeOf(formats[0]);
  return { rows, bytes: Math.round(bytes * times), seconds: Math.ceil(seconds * times) };
}

/** A connection of the source database is not worth waiting for, and no tenant gets more than half of them. */
function placesOf(tenant: string, maxAtOnce: number): Place[] {
  return [
    {
      name: `tenant ${tenant}`,
      most: Math.ceil(maxAtOnce / 2),
      refusal: () =>
        new AppError('too_many_at_once', 'Your other previews are still being made. Wait for them.'),
    },
    {
      name: 'all',
      most: maxAtOnce,
      refusal: () => new AppError('unavailable', 'Too many previews are being made. Try again in a moment.'),
    },
  ];
}
