import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import { bulkLinksOf, linksOf } from './links.ts';
import type { BulkNews, ExportNews, News } from './news.ts';

const templates = fileURLToPath(new URL('templates', import.meta.url));
const html = new Eta({ views: templates, cache: true });
/** Plain text has nothing to escape. */
const plain = new Eta({ views: templates, cache: true, autoEscape: false });

const count = new Intl.NumberFormat('en');
const size = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' });
const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

export interface ComposedMail {
  subject: string;
  text: string;
  html: string;
}

/** Puts news into words, as plain text and as HTML that says the same. */
export function composeMail(news: News, publicUrl: string): ComposedMail {
  const words = news.kind === 'bulk_completed' ? bulkWords(news, publicUrl) : exportWords(news, publicUrl);
  return {
    subject: words.subject,
    text: plain.render('mail-text', words),
    html: html.render('mail-html', words),
  };
}

interface Words {
  subject: string;
  lead: string;
  facts: { name: string; value: string }[];
  // Our own address, which asks for rights on every click: a message is forwarded and kept.
  link: string | undefined;
  reference: string;
}

function exportWords(news: ExportNews, publicUrl: string): Words {
  const { kind, export: about } = news;
  return {
    ...wordsOf(news),
    facts: factsOf(news),
    link: kind === 'failed' ? undefined : linksOf(about.id, publicUrl).download,
    reference: about.id,
  };
}

const bulkEnds: Readonly<Record<BulkNews['bulk']['status'], string>> = {
  completed: 'is complete',
  completed_with_failures: 'ended with failures',
  failed: 'failed',
};

function bulkWords({ bulk }: BulkNews, publicUrl: string): Words {
  const { title, format, status, counts, rows, bytes, manifest, error } = bulk;
  const until = manifest === null ? '' : ` until ${time.format(manifest.expiresAt)} UTC`;
  const states = Object.entries(counts).filter(([, number]) => number > 0);
  return {
    subject: `Your bulk export “${title}” ${bulkEnds[status]}`,
    lead:
      manifest === null
        ? `No export was made. ${error?.message ?? ''}`.trim()
        : `What became of each export, with its link, is in the manifest, which can be downloaded${until}.`,
    facts: [
      { name: 'Exports', value: `${title}, ${format.toUpperCase()}` },
      ...states.map(([name, number]) => ({
        name: name.charAt(0).toUpperCase() + name.slice(1),
        value: count.format(number),
      })),
      { name: 'Rows', value: count.format(rows) },
      { name: 'Size', value: sizeOf(bytes) },
    ],
    link: manifest === null ? undefined : bulkLinksOf(bulk.id, publicUrl).manifest,
    reference: bulk.id,
  };
}

function wordsOf({ kind, export: { title, file, error } }: ExportNews): { subject: string; lead: string } {
  const until = file === null ? '' : ` until ${time.format(file.expiresAt)} UTC`;
  switch (kind) {
    case 'completed':
      return {
        subject: `Your export “${title}” is ready`,
        lead: `The file can be downloaded${until}.`,
      };
    case 'expiring':
      return {
        subject: `Your export “${title}” is about to expire`,
        lead: `The file can be downloaded${until}; then it is removed. Ask for the export again if you need it later.`,
      };
    case 'failed':
      return {
        subject: `Your export “${title}” failed`,
        lead: `There is no file. ${error?.message ?? ''}`.trim(),
      };
  }
}

function factsOf({ export: { title, format, file, error } }: ExportNews): { name: string; value: string }[] {
  const kind = `${title}, ${format.toUpperCase()}`;
  if (file === null) {
    return [
      { name: 'Export', value: kind },
      { name: 'Reason', value: error?.code ?? 'unknown' },
    ];
  }
  return [
    { name: 'Export', value: kind },
    { name: 'File', value: file.name },
    { name: 'Rows', value: count.format(file.rows) },
    { name: 'Size', value: sizeOf(file.bytes) },
    { name: 'SHA-256', value: file.sha256 },
  ];
}

function sizeOf(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${size.format(bytes / 1000 ** power)} ${UNITS[power] ?? ''}`;
}
