import { writeFile } from 'node:fs/promises';
import { AppError, messageOf } from '../src/errors.ts';
import { shutdownRequested } from '../src/shutdown.ts';
import { openEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import { loadScenarios } from './load-scenarios.ts';
import { parseOptions } from './options.ts';
import type { BenchOptions } from './options.ts';
import { reportOf } from './report/report.ts';
import type { Report } from './report/report.ts';
import { svgChart } from './report/svg-chart.ts';
import { scenarioTable, targetTable } from './report/terminal-table.ts';
import type { Scenario } from './scenario.ts';

const print = (text: string) => process.stdout.write(`${text}\n`);
/** Apart from the results, so that they can be kept in a file. */
const note = (text: string) => process.stderr.write(`  … ${text}\n`);

const options = parseOptions(process.argv.slice(2));
// The next lines run before anything is started: an interruption ends the run in order from here on.
const interrupted = shutdownRequested();
let isInterrupted = false;
void interrupted.then(() => (isInterrupted = true));
const exitCode = await run(options).catch((error: unknown) => {
  process.stderr.write(`${error instanceof AppError ? error.message : describe(error)}\n`);
  return 1;
});
process.exit(exitCode);

async function run({
  only,
  list,
  rows,
  rounds,
  cache,
  fresh,
  json,
  svg,
  check,
}: BenchOptions): Promise<number> {
  const scenarios = await loadScenarios(only);
  if (list === true) {
    const width = Math.max(...scenarios.map(({ name }) => name.length));
    for (const { name, title } of scenarios) print(`${name.padEnd(width)}  ${title}`);
    return 0;
  }
  const environment = await openEnvironment({ cache, fresh: fresh === true });
  try {
    const outcome = await Promise.race([
      interrupted.then(() => 'interrupted' as const),
      measureAll(scenarios, environment, { rows, rounds }),
    ]);
    if (outcome === 'interrupted') return 130;
    const { results, broken } = outcome;
    const report = reportOf({ rounds, rows, scenarios: results, postgres: environment.postgresVersion });
    const table = targetTable(report.targets);
    if (table !== undefined) print(`\nTargets\n${table}`);
    if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
    if (svg !== undefined) await writeFile(svg, svgChart(report));
    const missed = check === true && report.targets.some(({ reached }) => reached === false);
    return broken || missed ? 1 : 0;
  } finally {
    await environment.close();
  }
}

/** One that breaks is told of and keeps none of the others from being measured. */
async function measureAll(
  scenarios: readonly Scenario[],
  { postgresUrl, postmasterPid, redisUrl }: Environment,
  { rows, rounds }: Pick<BenchOptions, 'rows' | 'rounds'>,
): Promise<{ results: Report['scenarios']; broken: boolean }> {
  const results: Record<string, Report['scenarios'][string]> = {};
  let broken = false;
  for (const scenario of scenarios) {
    const { name, title } = scenario;
    print(`\n${title} (${name})`);
    try {
      const result = await scenario.run({ postgresUrl, postmasterPid, redisUrl, rounds, rows, note });
      results[name] = { title, ...result };
      print(scenarioTable(result));
    } catch (error) {
      // What fails then, fails because it was ended.
      if (isInterrupted) break;
      broken = true;
      print(`  failed: ${describe(error)}`);
    }
  }
  return { results, broken };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
}
