import { accessSync, constants } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';

export interface BenchOptions {
  rows: number;
  rounds: number;
  only?: string[];
  json?: string;
  svg?: string;
  cache: string;
  list?: true;
  check?: true;
  fresh?: true;
}

const CACHE = fileURLToPath(new URL('../node_modules/.cache/rowferry-bench', import.meta.url));
const UNITS: Readonly<Record<string, number>> = { k: 1000, M: 1_000_000 };
const MOST_ROWS = 1_000_000_000;

/** Reads the command line; says what is wrong and ends the process when it cannot. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const program = new Command('npm run bench --')
    .description('Measures exports beside other ways to do the same. bench/README.md says how to read it.')
    .option('--rows <number>', 'rows of the diary table: 1000000, 1_000_000 or 1M', parseRows, 1_000_000)
    .option('--rounds <number>', 'measured rounds; figures are medians over them', parseRounds, 5)
    .option('--only <names>', 'these scenarios, separated by commas', parseNames)
    .option('--json <file>', 'write everything that was measured', parseOutput)
    .option('--svg <file>', 'draw rows a second as a chart', parseOutput)
    .option('--check', 'exit with 1 when a target is missed')
    .option('--fresh', 'make the tables anew')
    .option('--cache <folder>', 'where the tables are kept between runs', CACHE)
    .option('--list', 'list the scenarios and end');
  return program.parse(args, { from: 'user' }).opts<BenchOptions>();
}

function parseRows(text: string): number {
  const [, digits = '', unit = ''] = /^(\d[\d_]*)([kM]?)$/.exec(text) ?? [];
  const rows = Number(digits.replaceAll('_', '')) * (UNITS[unit] ?? 1);
  if (digits === '' || rows < 1 || rows > MOST_ROWS)
    throw new InvalidArgumentError('Write it like 100000, 100_000, 100k or 1M.');
  return rows;
}

function parseRounds(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1) throw new InvalidArgumentError('It is a whole number from 1.');
  return rounds;
}

function parseNames(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Known before hours of measuring, not after. */
function parseOutput(text: string): string {
  const path = resolve(text);
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch {
    throw new InvalidArgumentError(`There is no folder ${dirname(path)} to write to.`);
  }
  return path;
}
