import type { Content } from './api.ts';

/** What a page remembers of an export: its id, or before it is known, the request that may be on its way. */
export type Kept = { id: string } | { key: string; content: Content; at: number };

/** Survives the page, in the storage of the browser; where that is blocked, an export is not found again after a reload. */
export class Memory {
  readonly #name: string;

  /** By what is exported and not by whom: who asks may only be known to the token. */
  constructor(endpoint: string, dataset: string, params: Readonly<Record<string, unknown>>) {
    this.#name = `rowferry:${JSON.stringify([endpoint, dataset, params])}`;
  }

  read(): Kept | null {
    try {
      return JSON.parse(localStorage.getItem(this.#name) ?? 'null') as Kept | null;
    } catch {
      return null;
    }
  }

  write(kept?: Kept): void {
    try {
      if (kept === undefined) localStorage.removeItem(this.#name);
      else localStorage.setItem(this.#name, JSON.stringify(kept));
    } catch {
      // Blocked or full.
    }
  }
}
