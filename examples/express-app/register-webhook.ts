// `npm run webhook`: what an admin does once for an installation. Tells rowferry where to post what becomes of exports.
// The secret that signs it is shown now and never again, so it goes to where the application finds its settings.
import { writeFile } from 'node:fs/promises';
import { askRowferry, tokenFor } from './rowferry.ts';
import { setting } from './settings.ts';

const url = `${setting('APP_URL')}/webhooks/rowferry`;
const token = await tokenFor('express-app', ['admin']);

// One that an earlier run has made has a secret that nobody knows any more.
const { webhooks } = await ask<{ webhooks: { id: string; url: string }[] }>('webhooks');
for (const { id } of webhooks.filter((one) => one.url === url)) await ask(`webhooks/${id}`, 'DELETE');

const { secret } = await ask<{ secret: string }>('webhooks', 'POST', { url });
await writeFile('.env', `WEBHOOK_SECRET=${secret}\n`, { mode: 0o600 });
console.log(`rowferry posts to ${url}. The secret is in .env.`);

async function ask<Answer>(path: string, method = 'GET', body?: object): Promise<Answer> {
  const response = await askRowferry(token, path, { method, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`rowferry answers ${response.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}
