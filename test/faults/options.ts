import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Backend } from './lab/site.ts';
import type { Scale } from './suite/scale.ts';

export interface FaultOptions {
  scale: Scale;
  seed: number;
  only?: number[];
  backend?: Backend;
  jobs: number;
  json?: string;
  logs?: string;
  list?: true;
}

const LARGEST_SEED = 2 ** 31 - 1;

/** Reads the command line; says what is wrong and ends the process when it cannot. */
export function parseOptions(args: readonly string[]): FaultOptions {
  const program = new Command('npm run test:faults --')
    .description('Does harm to real processes and checks every file against one that was computed beside it.')
    .addOption(
      new Option(
        '--quick',
        'each fault once: in which variant and on which queue the seed decides',
      ).conflicts('full'),
    )
    .option('--full', '200 kills, 1,000 exports under them, and all else that often; about an hour')
    .option('--only <numbers>', 'these faults, separated by commas', parseNumbers)
    .addOption(new Option('--backend <queue>', 'only with this queue').choices(['redis', 'postgres']))
    .option('--seed <number>', 'repeats the random choices of an earlier run', wholeNumber(0, LARGEST_SEED))
    .option('--jobs <number>', 'runs side by side', wholeNumber(1, 32), 2 * availableParallelism())
    .option('--json <file>', 'write the figures')
    .option('--logs <folder>', 'keep the logs of processes where something is found')
    .option('--list', 'list the faults and end');
  const { quick, full, seed, ...rest } = program
    .parse(args, { from: 'user' })
    .opts<Omit<FaultOptions, 'scale' | 'seed'> & { quick?: true; full?: true; seed?: number }>();
  const scale = quick === true ? 'quick' : full === true ? 'full' : 'normal';
  return { ...rest, scale, seed: seed ?? newSeed() };
}

export function newSeed(): number {
  return Math.floor(Math.random() * LARGEST_SEED);
}

export function wholeNumber(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < from || value > to)
      throw new InvalidArgumentError(`It is a whole number from ${from} to ${to}.`);
    return value;
  };
}

function parseNumbers(text: string): number[] {
  return text.split(',').map((part) => wholeNumber(1, 99)(part.trim()));
}
