import { createApp } from './app.ts';
import { openDatabase } from './database.ts';
import { setting } from './settings.ts';

const { href, hostname, port } = new URL(setting('APP_URL'));
createApp(await openDatabase()).listen(Number(port), hostname, () => console.log(`The diary is at ${href}`));
