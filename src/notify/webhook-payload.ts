import { bulkLinksOf, linksOf } from './links.ts';
import type { BulkNews, ExportNews, News } from './news.ts';

/** The body of a webhook, documented in docs/notifications.md. */
export function webhookPayload(news: News, publicUrl: string | undefined) {
  return news.kind === 'bulk_completed' ? bulkPayload(news, publicUrl) : exportPayload(news, publicUrl);
}

function exportPayload({ kind, at, export: about }: ExportNews, publicUrl: string | undefined) {
  const { id, dataset, format, subject, files, error } = about;
  const { self, download } = linksOf(id, publicUrl);
  const shown = files.map(({ expiresAt, ...file }) => ({ ...file, expiresAt: expiresAt.toISOString() }));
  const file = shown[0] ?? null;
  return {
    type: `export.${kind}`,
    timestamp: at.toISOString(),
    data: {
      id,
      dataset,
      format,
      subject,
      status: kind === 'failed' ? 'failed' : 'completed',
      file,
      files: shown,
      error,
      links: { self, ...(file === null ? {} : { download }) },
    },
  };
}

function bulkPayload({ at, bulk }: BulkNews, publicUrl: string | undefined) {
  const { title: _, manifest, ...about } = bulk;
  const { self, manifest: link } = bulkLinksOf(bulk.id, publicUrl);
  return {
    type: 'bulk_export.completed',
    timestamp: at.toISOString(),
    data: {
      ...about,
      manifest: manifest === null ? null : { expiresAt: manifest.expiresAt.toISOString() },
      links: { self, ...(manifest === null ? {} : { manifest: link }) },
    },
  };
}
