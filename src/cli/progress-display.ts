import cliProgress from 'cli-progress';
import type { Export } from '../client/index.ts';
import { formatBytes, formatCount } from './format-numbers.ts';

/** Shows how far an export is. */
export interface ProgressDisplay {
  update(state: Export): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere a plain line whenever the state changes, and every ten percent; few while it waits. */
export function progressDisplay(out: NodeJS.WriteStream): ProgressDisplay {
  return out.isTTY ? bar(out) : lines(out);
}

function bar(out: NodeJS.WriteStream): ProgressDisplay {
  const single = new cliProgress.SingleBar({
    stream: out,
    hideCursor: true,
    clearOnComplete: false,
    format: (options, params, payload: { text: string }) =>
      `  ${cliProgress.Format.BarFormat(params.progress, { ...options, barsize: 30 })} ${payload.text}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
  });
  single.start(100, 0, { text: 'waiting' });
  return {
    update: (state) => single.update(state.progress.percent ?? 0, { text: describe(state) }),
    stop: () => single.stop(),
  };
}

function lines(out: NodeJS.WriteStream): ProgressDisplay {
  let last = '';
  return {
    update(state) {
      const { status, queuePosition, progress } = state;
      // Of a long line not every step.
      const far =
        queuePosition === null ? Math.floor((progress.percent ?? 0) / 10) : `${queuePosition}`.length;
      const step = `${status} ${far}`;
      if (step === last) return;
      last = step;
      out.write(`  ${state.status}: ${describe(state)}\n`);
    },
    stop: () => undefined,
  };
}

function describe({ progress, queuePosition }: Export): string {
  if (queuePosition !== null)
    return queuePosition === 1 ? 'next in line' : `${formatCount(queuePosition - 1)} before it`;
  const { percent, rows, bytes, etaSeconds } = progress;
  const eta = etaSeconds === null ? '' : ` · ${etaSeconds === 0 ? 'done' : `${etaSeconds} s left`}`;
  return `${percent ?? 0} % · ${formatCount(rows)} rows · ${formatBytes(bytes)}${eta}`;
}
