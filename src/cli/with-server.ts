import { ProblemError, RowferryClient, RowferryError } from '../client/index.ts';
import { AppError } from '../errors.ts';
import { shutdownRequested } from '../shutdown.ts';

/** What every command against a server takes. */
export interface RemoteOptions {
  server: string;
}

/** What a script can tell apart; docs/client.md lists them. Everything else is 1. */
const exitCodes = { refused: 2, endedWithoutFile: 3, away: 4, interrupted: 130 };

/**
 * Runs `work` with a client of the server, until Ctrl-C. What goes on at the server goes on.
 *
 * @throws AppError, with an `exitCode` in its details where it is not 1
 */
export async function withServer(
  { server: url }: RemoteOptions,
  work: (client: RowferryClient, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const key = process.env['ROWFERRY_KEY'];
  if (key === undefined || key === '') {
    const message =
      'Set ROWFERRY_KEY to an API key. It is no option, since others can see what a command was called with.';
    throw new AppError('no_key', message);
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new AppError(
      'bad_option',
      `"${url}" is no address of a server. One looks like http://localhost:3000.`,
    );
  }
  const interrupted = new AbortController();
  void shutdownRequested().then((signal) => {
    const details = { exitCode: exitCodes.interrupted };
    interrupted.abort(
      new AppError('interrupted', `Interrupted by ${signal}; exports at the server go on.`, { details }),
    );
  });
  try {
    await work(new RowferryClient({ url, key }), interrupted.signal);
  } catch (error) {
    if (interrupted.signal.aborted) throw interrupted.signal.reason;
    throw error instanceof RowferryError ? remoteError(error) : error;
  }
}

function remoteError(error: RowferryError): AppError {
  return new AppError(error.code, error.message, { cause: error, details: { exitCode: exitCodeOf(error) } });
}

function exitCodeOf(error: RowferryError): number {
  if (error.code === 'export_ended') return exitCodes.endedWithoutFile;
  const refused = error instanceof ProblemError && error.status < 500 && error.status !== 429;
  return refused ? exitCodes.refused : exitCodes.away;
}
