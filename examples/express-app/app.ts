import { fileURLToPath } from 'node:url';
import cookieSession from 'cookie-session';
import { Eta } from 'eta';
import express from 'express';
import type { Express } from 'express';
import helmet from 'helmet';
import type { Pool } from 'pg';
import { deleteDiary, diaryOf } from './diary.ts';
import { Notices } from './notices.ts';
import { askRowferry, tokenFor } from './rowferry.ts';
import { setting } from './settings.ts';
import { signedIn, signInRouter } from './sign-in.ts';
import { webhookRouter } from './webhook.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export function createApp(database: Pool): Express {
  const rowferryUrl = setting('ROWFERRY_URL');
  const notices = new Notices(database);
  const pages = new Eta({ views: here('views') });
  const app = express();
  // The script of the button comes from rowferry, and asks rowferry.
  const from = ["'self'", rowferryUrl];
  const directives = { scriptSrc: from, connectSrc: from, upgradeInsecureRequests: null };
  app.use(helmet({ contentSecurityPolicy: { directives } }));
  app.use(express.static(here('public')));
  app.use(webhookRouter(notices));
  app.use(cookieSession({ name: 'diary', keys: [setting('SESSION_SECRET')], sameSite: 'lax' }));
  app.use(express.urlencoded());
  app.use(signInRouter());

  const orSignIn = signedIn(database, (_request, response) => {
    response.send(pages.render('sign-in', {}));
  });
  app.get('/', orSignIn, async (_request, response) => {
    const { user } = response.locals;
    const entries = await diaryOf(database, user.id);
    response.send(pages.render('diary', { user, entries, rowferryUrl }));
  });

  // All that follows is for people who are signed in.
  const orRefuse = signedIn(database, (_request, response) => {
    response.status(401).send('Sign in first.');
  });
  app.use(orRefuse);

  app.post('/diary/delete', async (_request, response) => {
    await deleteDiary(database, response.locals.user.id);
    response.redirect(303, '/');
  });

  // What the button and the import ask rowferry with. Other origins can send this request, but not read the answer.
  app.post('/export-token', async (_request, response) => {
    response.type('text').send(await tokenFor(String(response.locals.user.id)));
  });

  // The link in a notice: rowferry signs a link to the file, if it is theirs.
  app.get('/exports/:id', async (request, response) => {
    const token = await tokenFor(String(response.locals.user.id));
    const answer = await askRowferry(token, `exports/${encodeURIComponent(request.params.id)}/link`);
    if (!answer.ok) {
      response.status(answer.status).send('There is no such file, or not any more.');
      return;
    }
    const { url } = (await answer.json()) as { url: string };
    response.redirect(url);
  });

  app.get('/notices', async (_request, response) => {
    const { user } = response.locals;
    const closed = new AbortController();
    response.on('close', () => closed.abort()).type('text/event-stream');
    const send = async () => response.write(`data: ${JSON.stringify(await notices.latest(user.id))}\n\n`);
    // Where it fails, the browser connects again.
    notices.watch(user.id, () => void send().catch(() => response.destroy()), closed.signal);
    await send();
  });

  return app;
}
