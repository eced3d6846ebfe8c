// `npm run test:faults`: installs what is missing in a checkout, then does harm. Arguments go to main.ts.
import { ensureInstalled } from '../../bin/ensure-installed.mjs';

await ensureInstalled();
const { register } = await import('tsx/esm/api');
register();
await import('./main.ts');
