import { join } from 'node:path';
import { messageOf } from '../../../src/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { keepLogs } from '../lab/service.ts';
import type { Backend } from '../lab/site.ts';
import type { FaultCase } from './fault-case.ts';
import type { Scale } from './scale.ts';
import type { SiteChoice } from './site-choice.ts';
import { judge } from './oracle.ts';
import { OwnServers } from './own-servers.ts';
import { Random } from './random.ts';
import { Trial } from './trial.ts';
import { addVerdict, cleanVerdict, isClean } from './verdict.ts';
import type { Verdict } from './verdict.ts';

export interface TrialPlan {
  fault: FaultCase;
  backend: Backend;
  /** Counts from 0. */
  index: number;
  scale: Scale;
  seed: number;
}

export interface TrialOutcome {
  verdict: Verdict;
  notes: string[];
}

const END_WITHIN_SECONDS = 60;
const RUN_WITHIN_SECONDS = 180;

/** Runs one fault once: an installation, the harm, the judgement. Never rejects: what breaks is a problem of the verdict. */
export async function runTrial(lab: Lab, plan: TrialPlan, logs?: string): Promise<TrialOutcome> {
  const { fault, backend, index, scale, seed } = plan;
  const own = new OwnServers(lab);
  const outcome: TrialOutcome = { verdict: cleanVerdict(), notes: [] };
  const { verdict } = outcome;
  try {
    const servers = await fault.site?.(own, { index, backend });
    const site =
      servers === undefined ? await lab.borrow(backend) : await lab.openSite(optionsOf(backend, servers));
    const random = new Random(`${seed} ${fault.number} ${backend} ${index}`);
    const trial = await Trial.begin({ site, servers: servers ?? {}, own, random, index, scale });
    try {
      // What was asked for is judged even when the case broke off: what it did until then may be why.
      await inTime(fault.run(trial), fault.runWithinSeconds ?? RUN_WITHIN_SECONDS).catch((error: unknown) => {
        verdict.problems.push(messageOf(error));
      });
      const { verdict: judged, endedAt } = await judge(
        site,
        trial.asked,
        fault.endWithinSeconds ?? END_WITHIN_SECONDS,
      );
      addVerdict(verdict, judged);
      if (trial.injectedAt !== undefined) {
        verdict.recoverySeconds.push((endedAt - trial.injectedAt) / 1000);
      }
    } catch (error) {
      verdict.problems.push(messageOf(error));
    }
    addVerdict(verdict, trial.verdict);
    outcome.notes.push(...trial.notes);
    if (logs !== undefined && !isClean(verdict))
      await keepLogs(join(logs, nameOf(plan)), [site.api, ...trial.services]);
    await own.close();
    if (servers === undefined && isClean(verdict)) lab.giveBack(site);
    else await site.close();
  } catch (error) {
    verdict.problems.push(messageOf(error));
    await own.close();
  }
  return outcome;
}

/** A fault that was never met, because what the case waits for does not come, must not hold up the others. */
async function inTime(work: Promise<void>, seconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`the case itself did not come to its end within ${seconds} s`));
    }, seconds * 1000);
  });
  await Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}

function optionsOf(backend: Backend, { redis, postgres, redisUrl = redis?.url, ...settings }: SiteChoice) {
  return {
    backend,
    ...settings,
    ...(postgres === undefined ? {} : { postgres }),
    ...(redisUrl === undefined ? {} : { redisUrl }),
  };
}

function nameOf({ fault, backend, index }: TrialPlan): string {
  return `${fault.number}-${backend}-${index + 1}`;
}
