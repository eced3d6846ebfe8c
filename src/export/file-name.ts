/**
 * How the file of an export is called: `diary-2026-11-24.csv.gz`.
 *
 * @param at when it was asked for; the day is that of UTC
 */
export function fileNameOf(dataset: string, at: Date, extension: string): string {
  return `${dataset}-${at.toISOString().slice(0, 10)}.${extension}`;
}
