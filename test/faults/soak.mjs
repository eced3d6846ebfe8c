// `npm run test:soak`: installs what is missing in a checkout, then keeps it busy. Arguments go to soak/main.ts.
import { ensureInstalled } from '../../bin/ensure-installed.mjs';

await ensureInstalled();
const { register } = await import('tsx/esm/api');
register();
await import('./soak/main.ts');
