import type { z } from 'zod';
import type { ExportResource, exportContent, newExport, preview } from './schemas.ts';

const columns = ['title', 'year', 'director', 'rating', 'comment', 'watched_at', 'external_metadata_id'];
const id = '48c6a37f-8c7e-461f-9cd4-edbf09688108';

export const exportContentExample: z.input<typeof exportContent> = {
  dataset: 'diary',
  format: 'csv',
  options: { compression: 'none' },
};

export const newExportExample: z.input<typeof newExport> = {
  ...exportContentExample,
  notify: { email: ['ada@example.org'] },
};

export const queuedExample: ExportResource = {
  id,
  dataset: 'diary',
  format: 'csv',
  formats: ['csv'],
  params: { userId: '1' },
  options: { compression: 'none' },
  subject: '1',
  status: 'queued',
  attempt: 0,
  queuePosition: 3,
  progress: { rows: 0, bytes: 0, estimatedRows: null, percent: 0, etaSeconds: null },
  file: null,
  files: [],
  error: null,
  createdAt: '2026-11-22T11:35:21.034Z',
  startedAt: null,
  finishedAt: null,
  links: { self: `/v1/exports/${id}` },
};

const file: ExportResource['files'][number] = {
  format: 'csv',
  name: 'diary-2026-11-22.csv',
  bytes: 16_297_198,
  rows: 200_000,
  sha256: '60410ecf8433e7fe2aa20847a785810417513e4d8af16c9b42760f5a4fa9c7a3',
  contentType: 'text/csv; charset=utf-8; header=present',
  formulaGuard: 'none',
  encoder: { path: 'bytes', reason: 'plain columns as csv need no JavaScript' },
  columns,
  masked: [],
  expiresAt: '2026-11-29T11:35:24.015Z',
};

export const completedExample: ExportResource = {
  ...queuedExample,
  status: 'completed',
  attempt: 1,
  queuePosition: null,
  progress: { rows: 200_000, bytes: 16_297_198, estimatedRows: 200_000, percent: 100, etaSeconds: 0 },
  file,
  files: [file],
  startedAt: '2026-11-22T11:35:21.103Z',
  finishedAt: '2026-11-22T11:35:24.015Z',
  links: {
    self: `/v1/exports/${id}`,
    download: `/v1/exports/${id}/download`,
    manifest: `/v1/exports/${id}/manifest`,
  },
};

export const cancelledExample: ExportResource = {
  ...queuedExample,
  status: 'cancelled',
  queuePosition: null,
  finishedAt: '2026-11-22T11:35:22.480Z',
};

export const expiredExample: ExportResource = {
  ...completedExample,
  status: 'expired',
  links: { self: completedExample.links.self, manifest: completedExample.links.manifest },
};

export const previewExample: z.output<typeof preview> = {
  dataset: 'diary',
  format: 'csv',
  params: { userId: '1' },
  options: { compression: 'none' },
  text: 'title,year,director,rating,comment,watched_at,external_metadata_id\nAlien,1979,Ridley Scott,8.5,,2026-11-20,348\n',
  rows: 1,
  complete: false,
  columns,
  masked: [],
  encoder: { path: 'bytes', reason: 'plain columns as csv need no JavaScript' },
  estimate: { rows: 200_237, bytes: 8_009_547, seconds: 1 },
};
