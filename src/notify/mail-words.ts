import { count, moment, size, span } from './figures.ts';
import { bulkLinksOf, linksOf } from './links.ts';
import type { BulkNews, ExportNews, News } from './news.ts';

/** What a mail says. The templates add layout, and no words but those around a link and below. */
export interface MailWords {
  subject: string;
  /** Colours the mark above the subject, which says the same in words. */
  tone: 'good' | 'bad' | 'warn';
  /** What a list of messages shows behind the subject; all of it is in the mail as well. */
  preheader: string;
  lead: string;
  facts: Fact[];
  action: Action | undefined;
  reference: string;
}

interface Fact {
  name: string;
  value: string;
  /** Long and of characters, not words: shown as code, and broken anywhere. */
  code?: true;
}

/** The one thing to do. The address is our own, which asks for rights on every click: messages are forwarded and kept. */
interface Action {
  label: string;
  link: string;
}

/** Puts news into words. @param publicUrl where the API is for others */
export function mailWords(news: News, publicUrl: string): MailWords {
  return news.kind === 'bulk_completed' ? bulkWords(news, publicUrl) : exportWords(news, publicUrl);
}

function exportWords({ kind, at, export: about }: ExportNews, publicUrl: string): MailWords {
  const { id, format, files, error } = about;
  const [file, ...others] = files;
  const title = oneLine(about.title);
  const { self, download } = linksOf(id, publicUrl);
  const kindOfFile = `${title}, ${format.toUpperCase()}`;
  if (file === undefined) {
    const reason = oneLine(error?.message ?? '');
    return {
      subject: `Your export “${title}” failed`,
      tone: 'bad',
      preheader: reason,
      lead: `There is no file. ${reason}`.trim(),
      facts: [
        { name: 'Export', value: kindOfFile },
        { name: 'Reason', value: error?.code ?? 'unknown' },
        { name: 'Failed on', value: moment(at) },
      ],
      action: { label: 'See what happened', link: self },
      reference: id,
    };
  }
  const [left, until] = [span(file.expiresAt.getTime() - at.getTime()), moment(file.expiresAt)];
  const isNew = kind === 'completed';
  return {
    subject: `Your export “${title}” is ${isNew ? 'ready' : 'about to expire'}`,
    tone: isNew ? 'good' : 'warn',
    preheader: `Rows: ${count(file.rows)} · ${size(file.bytes)} · kept until ${until}`,
    lead: isNew
      ? `You can download the file for ${left}.`
      : `The file is removed in ${left}. Download it before, or ask for the export again when you need it.`,
    facts: [
      { name: 'Export', value: kindOfFile },
      { name: 'File', value: oneLine(file.name) },
      { name: 'Rows', value: count(file.rows) },
      { name: 'Size', value: size(file.bytes) },
      { name: 'Kept until', value: until },
      { name: 'SHA-256', value: file.sha256, code: true },
      ...others.map(({ name, bytes }) => ({ name: 'And', value: `${oneLine(name)}, ${size(bytes)}` })),
    ],
    action: { label: 'Download the file', link: download },
    reference: id,
  };
}

const bulkEnds = {
  completed: { text: 'is complete', tone: 'good' },
  completed_with_failures: { text: 'ended with failures', tone: 'warn' },
  failed: { text: 'failed', tone: 'bad' },
} as const;

function bulkWords({ at, bulk }: BulkNews, publicUrl: string): MailWords {
  const { id, format, status, counts, rows, bytes, manifest, error } = bulk;
  const title = oneLine(bulk.title);
  const { text, tone } = bulkEnds[status];
  const states = Object.entries(counts).filter(([, number]) => number > 0);
  const reason = oneLine(error?.message ?? '');
  const made = states.map(([name, number]) => `${count(number)} ${name}`).join(', ');
  return {
    subject: `Your bulk export “${title}” ${text}`,
    tone,
    preheader: manifest === null ? reason : `${made} · ${size(bytes)}`,
    lead:
      manifest === null
        ? `${states.length === 0 ? 'No export was made. ' : ''}${reason}`.trim()
        : `What became of each export, with its link, is in the manifest, which you can download for ${span(manifest.expiresAt.getTime() - at.getTime())}.`,
    facts: [
      { name: 'Exports', value: `${title}, ${format.toUpperCase()}` },
      ...states.map(([name, number]) => ({
        name: name.charAt(0).toUpperCase() + name.slice(1),
        value: count(number),
      })),
      ...(manifest === null
        ? [
            { name: 'Reason', value: error?.code ?? 'unknown' },
            { name: 'Failed on', value: moment(at) },
          ]
        : [
            { name: 'Rows', value: count(rows) },
            { name: 'Size', value: size(bytes) },
            { name: 'Kept until', value: moment(manifest.expiresAt) },
          ]),
    ],
    action:
      manifest === null
        ? undefined
        : { label: 'Download the manifest', link: bulkLinksOf(id, publicUrl).manifest },
    reference: id,
  };
}

/** In plain text a line break could make one value look like several. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
