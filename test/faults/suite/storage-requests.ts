import type { Fault, HttpFaultProxy } from '../../support/http-fault-proxy.ts';

/** A request to the storage, as the proxy before it sees one. */
export type StorageRequest = Parameters<HttpFaultProxy['fault']>[0];

export const uploadsPart = ({ method, url }: StorageRequest) =>
  method === 'PUT' && url.searchParams.has('partNumber');

export const completesUpload = ({ method, url }: StorageRequest) =>
  method === 'POST' && url.searchParams.has('uploadId');

/** A file that is too small for parts. */
export const putsObject = ({ method, url }: StorageRequest) =>
  method === 'PUT' && !url.searchParams.has('partNumber');

export const looksAtObject = ({ method }: StorageRequest) => method === 'HEAD';

/** Does this, once it is known, to the first request that matches, and passes all others. Resolves when it was met. */
export function meetFirst(
  proxy: HttpFaultProxy,
  matches: (request: StorageRequest) => boolean,
  fault: Fault | Promise<Fault>,
): Promise<void> {
  return new Promise((resolve) => {
    proxy.fault = (request) => {
      if (!matches(request)) return 'pass';
      proxy.fault = () => 'pass';
      resolve();
      return fault;
    };
  });
}

/** Does this to every request that matches. */
export function meetAll(
  proxy: HttpFaultProxy,
  matches: (request: StorageRequest) => boolean,
  fault: Fault,
): void {
  proxy.fault = (request) => (matches(request) ? fault : 'pass');
}

/** An answer in S3's own words. */
export function storageAnswer(status: number, code: string): Fault {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>Injected.</Message></Error>`;
  return { status, body };
}
