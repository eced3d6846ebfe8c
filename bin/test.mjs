// `npm test`: installs what is missing, then runs every test. Arguments go to vitest: npm test -- test/unit -t "cursor"
import { ensureInstalled } from './ensure-installed.mjs';

await ensureInstalled();
const { parseCLI, startVitest } = await import('vitest/node');
const { filter, options } = parseCLI(['vitest', ...process.argv.slice(2)]);
const vitest = await startVitest('test', filter, { ...options, run: true, watch: false });
await vitest.close();
