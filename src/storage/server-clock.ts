import type { S3Client } from '@aws-sdk/client-s3';

/**
 * How old things are by the storage's own clock: a clock of ours that is wrong must not make new files look like old
 * ones. The SDK hides the Date header of an answer; this keeps it.
 */
export class ServerClock {
  readonly #answeredAt = new WeakMap<object, number>();

  constructor(client: S3Client) {
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const at = Date.parse(dateHeaderOf(result.response) ?? '');
        if (!Number.isNaN(at)) this.#answeredAt.set(result.output, at);
        return result;
      },
      { step: 'initialize', name: 'rowferryServerClock' },
    );
  }

  /**
   * Age, in milliseconds, of something that an answer tells of. Nothing is old where the answer or the thing has no date:
   * what is old may be removed.
   */
  ageMs(output: object, date: Date | undefined): number {
    const answeredAt = this.#answeredAt.get(output);
    return answeredAt === undefined || date === undefined ? 0 : answeredAt - date.getTime();
  }
}

function dateHeaderOf(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  return (response.headers as Readonly<Record<string, string | undefined>>)['date'];
}
