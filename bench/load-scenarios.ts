import { readdir } from 'node:fs/promises';
import { AppError } from '../src/errors.ts';
import type { Scenario } from './scenario.ts';

const FOLDER = new URL('scenarios/', import.meta.url);

/** The names of all scenarios: each file of the folder is one. */
async function scenarioNames(): Promise<string[]> {
  const files = await readdir(FOLDER);
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/** @throws AppError `unknown_scenario` */
export async function loadScenarios(wanted: readonly string[] | undefined): Promise<Scenario[]> {
  const names = await scenarioNames();
  const unknown = wanted?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length > 0) {
    const message = `There is no scenario ${unknown.join(', ')}. There are: ${names.join(', ')}.`;
    throw new AppError('unknown_scenario', message);
  }
  return Promise.all((wanted ?? names).map(loadScenario));
}

async function loadScenario(name: string): Promise<Scenario> {
  const module = (await import(new URL(`${name}.ts`, FOLDER).href)) as Record<string, Partial<Scenario>>;
  const scenario = Object.values(module).find((exported) => typeof exported.run === 'function');
  if (scenario?.name !== name)
    throw new AppError('bad_scenario', `bench/scenarios/${name}.ts exports no scenario named ${name}.`);
  return scenario as Scenario;
}
