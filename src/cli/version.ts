import { readFileSync } from 'node:fs';

/** Of rowferry, from package.json beside `src` or `dist`. */
export const VERSION = readVersion();

function readVersion(): string {
  for (const place of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as {
        name: string;
        version: string;
      };
      if (name === 'rowferry') return version;
    } catch {
      // Not there.
    }
  }
  return 'unknown';
}
