import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { Router } from 'express';

/** Nothing from elsewhere and nothing inline; the images are in Swagger UI's style sheet. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Seconds; the names of the files do not change with their content. */
const CACHE_CONTROL = 'public, max-age=3600';

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>rowferry: HTTP API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`;

const start = `SwaggerUIBundle({
  url: '/openapi.json',
  domNode: document.getElementById('docs'),
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
});
`;

/** The API's reference as a page to read and try, from the same document that the requests are checked by. */
export function docsRouter(): Router {
  const router = Router();
  const require = createRequire(import.meta.url);
  router.use('/docs', (_request, response, next) => {
    response.set('Content-Security-Policy', POLICY);
    next();
  });
  router.get('/docs', (_request, response) => {
    response.type('html').send(page);
  });
  router.get('/docs/start.js', (_request, response) => {
    response.type('js').send(start);
  });
  for (const file of [
    require.resolve('swagger-ui-dist/swagger-ui.css'),
    require.resolve('swagger-ui-dist/swagger-ui-bundle.js'),
  ]) {
    router.get(`/docs/${basename(file)}`, (_request, response) => {
      response.set('Cache-Control', CACHE_CONTROL).sendFile(file);
    });
  }
  return router;
}
