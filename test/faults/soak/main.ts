import { writeFile } from 'node:fs/promises';
import { AppError, messageOf } from '../../../src/errors.ts';
import { shutdownRequested } from '../../../src/shutdown.ts';
import { aligned } from '../../../bench/report/terminal-table.ts';
import { Lab } from '../lab/lab.ts';
import { Random } from '../suite/random.ts';
import { faultTable, reportOf } from '../suite/report.ts';
import { isClean } from '../suite/verdict.ts';
import { grown, lowest, readGauges } from './gauges.ts';
import type { Gauges } from './gauges.ts';
import { openInstallation } from './installation.ts';
import { parseOptions } from './options.ts';
import type { SoakOptions } from './options.ts';
import { SoakResults } from './results.ts';
import { runRound } from './round.ts';

const print = (text: string) => process.stdout.write(`${text}\n`);
const note = (text: string) => process.stderr.write(`  … ${text}\n`);

/** Before it is measured for the first time an installation has done some of everything. */
const WARM_UP_ROUNDS = 3;
/** Rounds that are measured at the start, and as many at the end. */
const MEASURED_ROUNDS = 8;
const LEAST_ROUNDS = WARM_UP_ROUNDS + 2 * MEASURED_ROUNDS;

const options = parseOptions(process.argv.slice(2));
let interrupted = false;
void shutdownRequested().then(() => {
  note('ending after this round; a second Ctrl-C ends at once');
  interrupted = true;
});
process.exitCode = await soak(options).catch((error: unknown) => {
  const text =
    error instanceof AppError ? error.message : error instanceof Error ? error.stack : messageOf(error);
  process.stderr.write(`${text}\n`);
  return 1;
});
process.exit();

async function soak({ minutes, backend, seed, json, logs }: SoakOptions): Promise<number> {
  print(`Seed ${seed}; --seed ${seed} repeats its random choices.`);
  const lab = await Lab.open();
  try {
    const installation = await openInstallation(lab, backend);
    try {
      const random = new Random(`soak ${seed}`);
      const results = new SoakResults(backend);
      const readings: Gauges[] = [];
      const ends = performance.now() + minutes * 60_000;
      for (let round = 1; !interrupted && (performance.now() < ends || round <= LEAST_ROUNDS); round++) {
        const { exports, event, verdict } = await runRound(installation, random);
        results.add(event.name, exports, verdict);
        note(`round ${round}, ${event.name}: ${isClean(verdict) ? 'held' : 'DID NOT HOLD'}`);
        if (round > WARM_UP_ROUNDS) readings.push(await readGauges(installation.site, installation.stayers));
      }
      const start = lowest(readings.slice(0, MEASURED_ROUNDS));
      const end = lowest(readings.slice(-MEASURED_ROUNDS));
      const leaks = grown(start, end);
      print(`\n${results.exports} exports\n${faultTable(results.all)}\n\n${gaugeTable(start, end)}`);
      for (const name of leaks) print(`  grown: ${name}`);
      if (json !== undefined) {
        const report = {
          ...reportOf(seed, results.all),
          exports: results.exports,
          start,
          end,
          grown: leaks,
        };
        await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
      }
      const broken = leaks.length > 0 || !results.all.every(({ verdict }) => isClean(verdict));
      if (broken && logs !== undefined) await installation.keepLogs(logs);
      print(broken ? '\nIt did not hold.' : '\nAll held.');
      return broken ? 1 : 0;
    } finally {
      await installation.close();
    }
  } finally {
    await lab.close();
  }
}

function gaugeTable(start: Gauges, end: Gauges): string {
  const lines = Object.entries(end).map(([name, value]) => [name, String(start[name] ?? '–'), String(value)]);
  return aligned([['lowest at rest', 'start', 'end'], ...lines]);
}
