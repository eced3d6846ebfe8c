import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** What the picture shows of the page. */
const CLIP = { x: 0, y: 0, width: 450, height: 620 };
const FRAME_MS = 100;

/**
 * Takes pictures of a page, named by their milliseconds, until it is told to stop; of these scripts/docs-screenshots.mjs
 * makes a moving one. Takes none without a folder.
 */
export function film(page: Page, folder: string | undefined): { stop(): Promise<void> } {
  let goesOn = folder !== undefined;
  const taking = (async () => {
    const startedAt = performance.now();
    while (goesOn) {
      const at = performance.now() - startedAt;
      const picture = await page.screenshot({ clip: CLIP });
      await mkdir(join(folder ?? '', 'film'), { recursive: true });
      await writeFile(join(folder ?? '', 'film', `${at.toFixed(0).padStart(6, '0')}.png`), picture);
      await page.waitForTimeout(Math.max(0, FRAME_MS - (performance.now() - startedAt - at)));
    }
  })();
  return {
    async stop() {
      goesOn = false;
      await taking;
    },
  };
}
