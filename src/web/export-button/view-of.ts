import type { Export } from './api.ts';
import type { Session } from './session.ts';
import type { Texts } from './texts.ts';
import type { Act, View } from './view.ts';
import { hasEnded } from './watch.ts';

/** Of the element: what it does, and what its page has told it. */
export type Host = Pick<HTMLElement, 'getAttribute' | 'hasAttribute'> & { download(): unknown };

/** What there is to tell of an export: on its way, or at its end, whichever that is. */
export function viewOf(session: Session, current: Export, texts: Texts, host: Host): View {
  const { id, status, progress, queuePosition, file, error, format, options } = current;
  const { addressees, emailProblem } = session;
  const headline = texts.say(status);
  const size = ({ rows, bytes }: { rows: number; bytes: number }) =>
    `${texts.say('rows', { n: rows })} · ${texts.bytes(bytes)}`;
  const anew: Act = { name: 'anew', do: () => session.reset() };

  if (!hasEnded(current)) {
    const { etaSeconds, percent } = progress;
    const waits = status === 'queued';
    const place =
      queuePosition == null ? '' : texts.say(queuePosition > 1 ? 'ahead' : 'next', { n: queuePosition - 1 });
    const cancel: Act = { name: 'cancel', do: () => session.cancel() };
    const email: Act = { name: 'email', do: () => session.tell(host.getAttribute('email')) };
    const isTold = addressees.length > 0;
    return {
      headline,
      percent: waits ? null : percent,
      figures: [
        waits ? place : size(progress),
        etaSeconds === null ? '' : texts.say('left', { time: texts.wait(etaSeconds) }),
      ],
      help: texts.say(session.offline ? 'away' : 'leave'),
      told:
        emailProblem?.message ?? (isTold ? texts.say('told', { address: addressees.join(', ') }) : undefined),
      acts: host.hasAttribute('no-email') || isTold || emailProblem ? [cancel] : [email, cancel],
    };
  }
  if (file !== null && status === 'completed') {
    return {
      headline,
      tone: status,
      figures: [size(file), ''],
      note: file.name,
      help: file.expiresAt === null ? '' : texts.say('until', { date: texts.date(file.expiresAt) }),
      acts: [anew, { name: 'download', do: () => host.download() }],
    };
  }
  if (status === 'failed') {
    return {
      headline,
      tone: status,
      note: error?.message,
      help: texts.say('failedHelp', { id }),
      acts: [anew, { name: 'retry', do: () => session.start({ format, options }) }],
    };
  }
  return { headline, acts: [anew] };
}
