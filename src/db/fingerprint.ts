import { createHash } from 'node:crypto';

/** What is exported and how. */
export interface ExportContent {
  dataset: string;
  formats: readonly string[];
  params: Readonly<Record<string, unknown>>;
  options?: Readonly<Record<string, unknown>>;
  /** The schedule that asks. */
  scheduleId?: string;
}

/** SHA-256 of what is exported and how: where it is the same, two requests make the same files of one moment. */
export function fingerprintOf(content: ExportContent): Buffer {
  const { dataset, formats, params, options = { compression: 'none' } } = content;
  // Of changes each schedule has its own: what is last depends on who asks.
  const asks = options['since'] === undefined ? {} : { scheduleId: content.scheduleId };
  const text = JSON.stringify({ dataset, format: formats.join(), params, options, ...asks }, sorted);
  return createHash('sha256').update(text).digest();
}

/** SHA-256 of a whole request: what is exported, how, and who is to hear of it. */
export function requestHashOf(
  content: ExportContent & {
    notify?: { emails: readonly string[]; webhook?: { url: string } | undefined } | undefined;
  },
): Buffer {
  const { notify } = content;
  const targets = notify === undefined ? null : [[...notify.emails].sort(), notify.webhook?.url ?? null];
  return createHash('sha256').update(fingerprintOf(content)).update(JSON.stringify(targets)).digest();
}

/** A replacer that puts members in order of their names. */
export function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
