import { readdir } from 'node:fs/promises';
import { AppError } from '../../../src/errors.ts';
import type { FaultCase } from './fault-case.ts';

const FOLDER = new URL('../cases/', import.meta.url);

/** All cases, or those with the wanted numbers, in the order of the numbers: each file of `cases/` is one. @throws AppError */
export async function loadCases(wanted?: readonly number[]): Promise<FaultCase[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.ts'));
  const cases = await Promise.all(files.map(loadCase));
  cases.sort((a, b) => a.number - b.number);
  const unknown = wanted?.filter((number) => !cases.some((one) => one.number === number)) ?? [];
  if (unknown.length > 0) {
    const known = cases.map(({ number }) => number).join(', ');
    throw new AppError('unknown_fault', `There is no fault ${unknown.join(', ')}. There are: ${known}.`);
  }
  return cases.filter(({ number }) => wanted?.includes(number) ?? true);
}

async function loadCase(file: string): Promise<FaultCase> {
  const module = (await import(new URL(file, FOLDER).href)) as Record<string, Partial<FaultCase>>;
  const found = Object.values(module).find((exported) => typeof exported.run === 'function');
  if (found?.number !== Number(file.slice(0, 2))) {
    throw new AppError('bad_fault', `test/faults/cases/${file} exports no case with the number of its name.`);
  }
  return found as FaultCase;
}
