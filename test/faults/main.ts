import { writeFile } from 'node:fs/promises';
import { AppError, messageOf } from '../../src/errors.ts';
import { shutdownRequested } from '../../src/shutdown.ts';
import { hasRedisServer } from '../support/redis-server.ts';
import { Lab } from './lab/lab.ts';
import { parseOptions } from './options.ts';
import type { FaultOptions } from './options.ts';
import { loadCases } from './suite/load-cases.ts';
import { planFaults } from './suite/plan.ts';
import { faultTable, reportOf } from './suite/report.ts';
import { runSuite } from './suite/run-suite.ts';
import type { FaultResult } from './suite/run-suite.ts';
import { isClean } from './suite/verdict.ts';

const print = (text: string) => process.stdout.write(`${text}\n`);
/** Apart from the results, so that they can be kept in a file. */
const note = (text: string) => process.stderr.write(`  … ${text}\n`);

const options = parseOptions(process.argv.slice(2));
const interruption = new AbortController();
void shutdownRequested().then(() => {
  note('ending what runs; a second Ctrl-C ends at once');
  interruption.abort();
});
process.exitCode = await run(options).catch((error: unknown) => {
  const text =
    error instanceof AppError ? error.message : error instanceof Error ? error.stack : messageOf(error);
  process.stderr.write(`${text}\n`);
  return 1;
});
process.exit();

async function run({ only, list, scale, seed, backend, jobs, json, logs }: FaultOptions): Promise<number> {
  const cases = await loadCases(only);
  if (list === true) {
    for (const { number, name } of cases) print(`${String(number).padStart(2)}  ${name}`);
    return 0;
  }
  print(`Seed ${seed}; --seed ${seed} repeats its random choices.`);
  const lab = await Lab.open();
  try {
    const { planned, missing } = planFaults(cases, { scale, seed, backend, hasRedis: hasRedisServer() });
    for (const lane of missing) print(`MISSING: ${lane}. Install redis-server.`);
    const signal = interruption.signal;
    const results = await runSuite(lab, planned, { scale, seed, jobs, logs, signal, onResult });
    print(`\n${faultTable(results)}`);
    if (json !== undefined) await writeFile(json, `${JSON.stringify(reportOf(seed, results), null, 2)}\n`);
    if (signal.aborted) return 130;
    const broken = results.filter(({ verdict }) => !isClean(verdict)).length;
    print(broken === 0 ? '\nAll held.' : `\n${broken} of ${results.length} did not hold.`);
    const incomplete = missing.length > 0 && Boolean(process.env['CI']);
    return broken > 0 || incomplete ? 1 : 0;
  } finally {
    await lab.close();
  }
}

function onResult({ fault, backend, verdict }: FaultResult): void {
  note(`${fault.number} ${fault.name} (${backend}): ${isClean(verdict) ? 'held' : 'DID NOT HOLD'}`);
}
