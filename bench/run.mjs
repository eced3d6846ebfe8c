// `npm run bench`: installs what is missing in a checkout, then measures. Arguments go to main.ts.
import { ensureInstalled } from '../bin/ensure-installed.mjs';

await ensureInstalled();
const { register } = await import('tsx/esm/api');
register();
await import('./main.ts');
