// `npm test`: installs what is missing, then runs every test. Arguments go to vitest: npm test -- test/unit
import { ensureInstalled } from './ensure-installed.mjs';

ensureInstalled();
const { startVitest } = await import('vitest/node');
const filters = process.argv.slice(2);
const vitest = await startVitest('test', filters, { run: true, watch: false });
await vitest.close();
