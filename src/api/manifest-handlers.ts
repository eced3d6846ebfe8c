import type { ExportRecords } from '../db/export-records.ts';
import { AppError } from '../errors.ts';
import { signedManifest } from '../manifest/signed-manifest.ts';
import type { manifestOperations } from './contract/manifests.ts';
import { fileFormat } from './asked-form.ts';
import type { Handlers } from './operations-router.ts';
import { visibleExport } from './visible-export.ts';

/** What an export's file holds, as its worker has signed it. */
export function manifestHandlers({
  records,
}: {
  records: ExportRecords;
}): Handlers<typeof manifestOperations> {
  return {
    async getManifest({ params, query, identity }) {
      const { id, status, formats, files } = await visibleExport(records, params.id, identity);
      const format = fileFormat(formats, query.format);
      if (files.length === 0) throw new AppError('not_ready', `The export is ${status}.`);
      const document = await records.manifestOf(id, format);
      if (document === null) {
        const message = 'The file was made before there were manifests. Ask for the export again.';
        throw new AppError('not_ready', message);
      }
      return { status: 200, body: signedManifest.parse(document) };
    },
  };
}
