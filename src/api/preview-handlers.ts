import type { AuditLog } from '../db/audit-log.ts';
import type { PastExports } from '../db/past-speed.ts';
import { AppError } from '../errors.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { BundlePreview } from '../export/bundle/preview-bundle.ts';
import type { FileFormatName } from '../export/formats/format.ts';
import type { PreviewRequest } from '../export/preview-export.ts';
import { checkAsked } from './asked-export.ts';
import { columnNames } from './column-names.ts';
import type { previewOperations } from './contract/preview.ts';
import type { Handlers } from './operations-router.ts';
import { Places } from './places.ts';
import type { Place } from './places.ts';

type Asked = Pick<PreviewRequest, 'dataset' | 'asker' | 'options' | 'params' | 'pastSpeed' | 'signal'> & {
  format: FileFormatName;
};

export interface PreviewOptions {
  datasets: DatasetRegistry;
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
  previews,
  auditLog,
}: PreviewOptions): Handlers<typeof previewOperations> {
  const places = new Places();
  return {
    async previewExport({ body, identity, by, signal }) {
      const { dataset, role, format, params, options } = checkAsked(datasets, body, identity);
      const leave = places.take(placesOf(identity.tenant, previews.maxAtOnce));
      try {
        const kind = { tenant: identity.tenant, dataset: dataset.name, format };
        // Only an estimate: a preview is shown without it too.
        const pastSpeed = await previews.pastSpeed(kind).catch(() => undefined);
        const asker = { tenant: identity.tenant, subject: identity.subject, role };
        const preview = await previews.make({ dataset, asker, format, options, params, pastSpeed, signal });
        // It shows rows: whoever sees some of them has to be found in the log.
        await auditLog.write({
          tenant: identity.tenant,
          by,
          act: 'export.previewed',
          object: { kind: 'dataset', id: dataset.name },
          details: { format, role, params, rows: preview.rows },
        });
        const { files, ...first } = preview;
        const ofFiles = files?.map(({ name, text, rows, complete, columns }) => ({
          ...{ name, text, rows, complete },
          ...columnNames(columns),
        }));
        const asked = { dataset: dataset.name, format, params, options };
        const body = { ...asked, ...first, ...columnNames(first.columns) };
        return { status: 200, body: { ...body, ...(ofFiles === undefined ? {} : { files: ofFiles }) } };
      } finally {
        leave();
      }
    },
  };
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
