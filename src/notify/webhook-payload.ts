import { linksOf } from './links.ts';
import type { News } from './news.ts';

/** The body of a webhook, documented in docs/notifications.md. */
export function webhookPayload({ kind, at, export: about }: News, publicUrl: string | undefined) {
  const { id, dataset, format, subject, file, error } = about;
  const { self, download } = linksOf(id, publicUrl);
  return {
    type: `export.${kind}`,
    timestamp: at.toISOString(),
    data: {
      id,
      dataset,
      format,
      subject,
      status: kind === 'failed' ? 'failed' : 'completed',
      file: file === null ? null : { ...file, expiresAt: file.expiresAt.toISOString() },
      error,
      links: { self, ...(file === null ? {} : { download }) },
    },
  };
}
