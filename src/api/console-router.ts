import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Router } from 'express';
import type { Request } from 'express';

/** Beside the compiled program as beside its source; `scripts/build-web.mjs` writes them. */
const files = {
  '/console.js': { url: new URL('../web/console.js', import.meta.url), type: 'text/javascript' },
  '/console.css': { url: new URL('../web/console.css', import.meta.url), type: 'text/css' },
};
/** Nothing from elsewhere and nothing inline; text becomes HTML by the templates of lit alone. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "manifest-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  "require-trusted-types-for 'script'; trusted-types lit-html 'allow-duplicates'";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>rowferry</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/console.css">
<script type="module" src="/console.js"></script>
<div id="console"></div>
<noscript>This page needs JavaScript. The <a href="/docs">HTTP interface</a> does not.</noscript>
</html>
`;

/** The console: one page, whose addresses are behind its `#`, so that what they hold stays in the browser. */
export function consoleRouter(): Router {
  const router = Router();
  const served = new Map<string, Promise<{ plain: Buffer; packed: Buffer; etag: string }>>();
  router.get('/', (_request, response) => {
    response.set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache' });
    response.type('html').send(page);
  });
  for (const [path, { url, type }] of Object.entries(files)) {
    router.get(path, async (request, response) => {
      const loading = served.get(path) ?? load(url);
      served.set(path, loading);
      const { plain, packed, etag } = await loading.catch((error: unknown) => {
        served.delete(path);
        throw error;
      });
      const packs = request.acceptsEncodings('gzip', 'identity') === 'gzip';
      response.set({
        // Asked for each time, and answered with 304: page, script and styles are of one version then.
        'Cache-Control': 'no-cache',
        'Content-Type': `${type}; charset=utf-8`,
        ETag: packs ? etag.replace(/"$/, '-gzip"') : etag,
        Vary: 'Accept-Encoding',
        ...(packs ? { 'Content-Encoding': 'gzip' } : {}),
      });
      response.send(packs ? packed : plain);
    });
  }
  // Messages carry addresses of the API. A person who clicks there has no header to show, but a page to sign in at.
  const lead = (path: string, pageFor: (id: string, address: string) => string) => {
    router.get(path, (request: Request<{ id: string }>, response, next) => {
      const { id } = request.params;
      if (!UUID.test(id) || !isVisit(request)) {
        next();
        return;
      }
      response.vary('Accept').set('Cache-Control', 'no-store');
      response.redirect(303, `/#/${pageFor(id, request.path)}`);
    });
  };
  lead('/v1/exports/:id{/download}', (id, address) =>
    address.endsWith('/download') ? `exports/${id}/file` : `exports/${id}`,
  );
  lead('/v1/bulk-exports/:id{/manifest}', (id) => `admin/bulk/${id}`);
  return router;
}

/** Browsers alone name HTML when they open an address. */
function isVisit(request: Pick<Request, 'get'>): boolean {
  return request.get('authorization') === undefined && (request.get('accept') ?? '').includes('text/html');
}

/** Packed once, not for each request. */
async function load(url: URL) {
  const plain = await readFile(url);
  const etag = `"${createHash('sha256').update(plain).digest('base64url')}"`;
  return { plain, packed: await promisify(gzip)(plain, { level: 9 }), etag };
}
