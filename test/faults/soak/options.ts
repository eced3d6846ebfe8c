import { Command, InvalidArgumentError, Option } from 'commander';
import type { Backend } from '../lab/site.ts';
import { newSeed, wholeNumber } from '../options.ts';

export interface SoakOptions {
  minutes: number;
  backend: Backend;
  seed: number;
  json?: string;
  logs?: string;
}

const MOST_MINUTES = 7 * 24 * 60;

/** Reads the command line; says what is wrong and ends the process when it cannot. */
export function parseOptions(args: readonly string[]): SoakOptions {
  const program = new Command('npm run test:soak --')
    .description('Keeps an installation busy and kills parts of it at random, then looks at what has grown.')
    .option('--minutes <number>', 'how long', parseMinutes, 10)
    .addOption(
      new Option('--backend <queue>', 'where the queue is').choices(['redis', 'postgres']).default('redis'),
    )
    .option('--seed <number>', 'repeats the random choices of an earlier run', wholeNumber(0, 2 ** 31 - 1))
    .option('--json <file>', 'write the figures')
    .option('--logs <folder>', 'keep the logs of processes where something is found');
  const { seed = newSeed(), ...rest } = program
    .parse(args, { from: 'user' })
    .opts<Omit<SoakOptions, 'seed'> & { seed?: number }>();
  return { ...rest, seed };
}

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0 && minutes <= MOST_MINUTES))
    throw new InvalidArgumentError(`It is a number above 0, up to ${MOST_MINUTES}.`);
  return minutes;
}
