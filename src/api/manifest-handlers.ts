import type { ExportRecords } from '../db/export-records.ts';
import { AppError } from '../errors.ts';
import { signedManifest } from '../manifest/signed-manifest.ts';
import type { manifestOperations } from './contract/manifests.ts';
import type { Handlers } from './operations-router.ts';
import { visibleExport } from './visible-export.ts';

/** What an export's file holds, as its worker has signed it. */
export function manifestHandlers({
  records,
}: {
  records: ExportRecords;
}): Handlers<typeof manifestOperations> {
  return {
    async getManifest({ params, identity }) {
      const { id, status, sha256 } = await visibleExport(records, params.id, identity);
      if (sha256 === null) throw new AppError('not_ready', `The export is ${status}.`);
      const document = await records.manifestOf(id);
      if (document === null) {
        const message = 'The file was made before there were manifests. Ask for the export again.';
        throw new AppError('not_ready', message);
      }
      return { status: 200, body: signedManifest.parse(document) };
    },
  };
}
