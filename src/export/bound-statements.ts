import type { Client, Connection } from 'pg';

export interface BoundStatement {
  text: string;
  /** For `$1`, `$2` …: none of them becomes a part of the text. */
  values?: readonly string[];
}

/**
 * Runs several statements in one round trip, each with its values. pg sends one statement at a time, and takes values
 * only then. Where one fails the rest are skipped.
 *
 * @returns the last row of the last one that has any, each value as text
 */
export function runBound(
  client: Client,
  statements: readonly BoundStatement[],
): Promise<readonly (string | null)[]> {
  return new Promise((resolve, reject) => {
    client.query(new Batch(statements, resolve, reject));
  });
}

/** What pg's client asks of a query that it runs. */
class Batch {
  readonly #statements: readonly BoundStatement[];
  readonly handleReadyForQuery: () => void;
  readonly handleError: (error: Error) => void;
  #lastRow: readonly (string | null)[] = [];

  constructor(
    statements: readonly BoundStatement[],
    resolve: (lastRow: readonly (string | null)[]) => void,
    reject: (error: Error) => void,
  ) {
    this.#statements = statements;
    this.handleReadyForQuery = () => resolve(this.#lastRow);
    this.handleError = reject;
  }

  submit(connection: Connection): void {
    // pg's types ask these methods for more than they take.
    const pg = connection as unknown as PgConnection;
    pg.stream.cork();
    for (const { text, values = [] } of this.#statements) {
      pg.parse({ text, name: '' });
      pg.bind({ values: [...values] });
      pg.execute({});
    }
    // One for all: after an error the server skips to it.
    pg.sync();
    pg.stream.uncork();
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    this.#lastRow = fields;
  }

  handleCommandComplete(): void {
    // The end of all of them is ReadyForQuery.
  }
}

/** The part of pg's connection that is used here, as it is. */
interface PgConnection {
  stream: { cork(): void; uncork(): void };
  parse(statement: { text: string; name: string }): void;
  bind(portal: { values: string[] }): void;
  execute(portal: object): void;
  sync(): void;
}
