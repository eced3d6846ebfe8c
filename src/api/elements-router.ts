import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Router } from 'express';

/** Beside the compiled program as beside its source; `scripts/build-web.mjs` writes it. */
const BUNDLE = new URL('../web/export-button.js', import.meta.url);
/** The address does not change with its content, so a new version is there after an hour at the latest. */
const CACHE_CONTROL = 'public, max-age=3600, stale-while-revalidate=86400';

interface Asset {
  body: Buffer;
  etag: string;
}

/** The web components, for pages of any origin: they hold nothing that is secret. */
export function elementsRouter(): Router {
  const router = Router();
  let assets: Promise<{ plain: Asset; packed: Asset }> | undefined;
  router.get('/v1/elements/export-button.js', async (request, response) => {
    assets ??= load().catch((error: unknown) => {
      assets = undefined;
      throw error;
    });
    const packs = request.acceptsEncodings('gzip', 'identity') === 'gzip';
    const { plain, packed } = await assets;
    const { body, etag } = packs ? packed : plain;
    response.set({
      'Cache-Control': CACHE_CONTROL,
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'Content-Type': 'text/javascript; charset=utf-8',
      ETag: etag,
      Vary: 'Accept-Encoding',
      ...(packs ? { 'Content-Encoding': 'gzip' } : {}),
    });
    response.send(body);
  });
  return router;
}

/** Packed once, not for each request. */
async function load() {
  const body = await readFile(BUNDLE);
  return { plain: asset(body), packed: asset(await promisify(gzip)(body, { level: 9 })) };
}

function asset(body: Buffer): Asset {
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
}
