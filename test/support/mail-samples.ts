import type { BulkNews, ExportNews, News } from '../../src/notify/news.ts';

export const MAIL_URL = 'https://exports.example.org';
/** What a title must not do: become HTML, or push a narrow screen aside. */
export const HOSTILE_TITLE = `<script>alert("1")</script> & 'Söhne' <b>bold</b>`;

const at = new Date('2026-11-24T11:25:24Z');
const inDays = (days: number) => new Date(at.getTime() + days * 86_400_000);
const about = {
  id: '48c6a37f-8c7e-461f-9cd4-edbf09688108',
  dataset: 'diary',
  title: 'Film diary',
  format: 'csv',
  subject: '1',
};
const file = {
  format: 'csv',
  name: 'diary-2026-11-24.csv',
  rows: 200_000,
  bytes: 16_297_198,
  sha256: '60410ecf8433e7fe2aa20847a785810417513e4d8af16c9b42760f5a4fa9c7a3',
  expiresAt: inDays(7),
};
const exportNews = (kind: ExportNews['kind'], changes: Partial<ExportNews['export']>): ExportNews => ({
  id: '0b6c9b0e-7a2a-4d0b-9a55-6b0f7f2f1c11',
  kind,
  at,
  export: { ...about, files: [], error: null, ...changes },
});
const bulkNews = (changes: Partial<BulkNews['bulk']>): BulkNews => ({
  id: '9f7f3a52-2c1e-4b0e-8f0a-6a7f0de0c1ab',
  kind: 'bulk_completed',
  at,
  bulk: {
    id: '7d1f2c4e-55a1-4a53-9a0c-0c6a1f3f9b21',
    dataset: 'diary',
    title: 'Film diary',
    format: 'csv',
    status: 'completed_with_failures',
    counts: { waiting: 0, completed: 9_996, failed: 3, cancelled: 1 },
    rows: 48_211_907,
    bytes: 3_912_400_113,
    manifest: { expiresAt: inDays(7) },
    error: null,
    ...changes,
  },
});

const tooManyRows = {
  code: 'too_many_rows',
  message: 'The export has more rows than the 5,000,000 that the dataset allows.',
};

/** One mail of each kind, and two that are hard to set. */
export const mailSamples: Readonly<Record<string, News>> = {
  completed: exportNews('completed', { files: [file] }),
  failed: exportNews('failed', { error: tooManyRows }),
  expiring: exportNews('expiring', { files: [{ ...file, expiresAt: inDays(0.98) }] }),
  bulk: bulkNews({}),
  'bulk-failed': bulkNews({
    ...{ status: 'failed', counts: {}, rows: 0, bytes: 0, manifest: null },
    error: { code: 'subjects_failed', message: 'The list of subjects could not be read.' },
  }),
  hostile: exportNews('completed', {
    title: HOSTILE_TITLE,
    files: [{ ...file, name: `"><img src=x onerror=alert(1)>&amp;${'very-long-name'.repeat(12)}.csv` }],
  }),
  'hostile-failed': exportNews('failed', {
    title: HOSTILE_TITLE,
    error: { code: 'query_failed', message: `Line one\nReason: <b>none</b> & ${'x'.repeat(300)}` },
  }),
};
