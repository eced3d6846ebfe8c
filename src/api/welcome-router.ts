import { Router } from 'express';

const style = `
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif; }
body { max-width: 42rem; margin: 12vh auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; margin-bottom: 0.25rem; }
pre { padding: 1rem; overflow-x: auto; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: 0.5rem; }
code { font: 0.9rem/1.6 ui-monospace, monospace; }
`;

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>rowferry</title>
<link rel="stylesheet" href="/welcome.css">
<h1>rowferry is running</h1>
<p>It turns rows of your database into files that people download. This is its HTTP interface; a request looks like this:</p>
<pre><code>curl -H "Authorization: Bearer $KEY" \\
     -H "Content-Type: application/json" \\
     -d '{"dataset": "diary"}' "$URL/v1/exports"</code></pre>
<p><code>npm start</code> puts demo keys into <code>.rowferry/credentials.json</code>; elsewhere
<code>rowferry keys create</code> makes one. What may be exported is listed at <code>/v1/datasets</code>,
the state of the service at <a href="/readyz">/readyz</a>, and everything else is at <a href="/docs">/docs</a>.</p>
</html>
`;

/** What a person sees who opens the address in a browser. */
export function welcomeRouter(): Router {
  const router = Router();
  router.get('/', (_request, response) => {
    response.type('html').send(page);
  });
  router.get('/welcome.css', (_request, response) => {
    response.type('css').send(style);
  });
  return router;
}
