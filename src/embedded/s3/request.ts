import type { IncomingMessage, ServerResponse } from 'node:http';
import { S3Error } from './errors.ts';
import { authenticate } from './sigv4.ts';
import type { Authentication, Credential } from './sigv4.ts';

/** A request as the operations see it: parsed and authenticated. */
export interface S3Request {
  readonly id: string;
  readonly method: string;
  /** Decoded path, for error documents. */
  readonly resource: string;
  /** Empty for the service itself. */
  readonly bucket: string;
  /** Empty for a bucket or the service. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  /** By lower-case name; `x-amz-` names of a presigned query count as headers. */
  readonly headers: ReadonlyMap<string, string>;
  readonly authentication: Authentication;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  /** The client waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
}

/** What the path and the query name; the same for signing and for routing. */
export interface RequestTarget {
  readonly path: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: readonly (readonly [name: string, value: string])[];
}

const maximumKeyBytes = 1024;
const authenticationParameters =
  /^x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token)$/i;

/**
 * Reads a path-style request target: `/bucket/key?query`. Everything behind the bucket's slash is the key, as it is:
 * nothing is normalised, `..` and `//` are names like others ("Creating object key names" in the S3 user guide).
 * @throws S3Error `InvalidURI`, `KeyTooLongError`
 */
export function parseTarget(url: string): RequestTarget {
  const mark = url.indexOf('?');
  const path = decode(mark === -1 ? url : url.slice(0, mark));
  if (!path.startsWith('/')) throw invalidUri();
  const slash = path.indexOf('/', 1);
  const bucket = slash === -1 ? path.slice(1) : path.slice(1, slash);
  const key = slash === -1 ? '' : path.slice(slash + 1);
  if (Buffer.byteLength(key) > maximumKeyBytes) {
    throw new S3Error('KeyTooLongError', 'Your key is too long', { MaxSizeAllowed: `${maximumKeyBytes}` });
  }
  const pairs =
    mark === -1
      ? []
      : url
          .slice(mark + 1)
          .split('&')
          .filter((pair) => pair !== '');
  const query = pairs.map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return [decode(name.replaceAll('+', ' ')), decode(value.join('=').replaceAll('+', ' '))] as const;
  });
  return { path, bucket, key, query };
}

function decode(text: string): string {
  if (/[^\u0021-\u007e]/.test(text.replaceAll(' ', '+'))) throw invalidUri();
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidUri();
  }
}

function invalidUri(): S3Error {
  return new S3Error('InvalidURI', "Couldn't parse the specified URI.");
}

/**
 * Authenticates a request and makes it ready for its operation.
 * @throws S3Error of the signature ({@link authenticate}) or of a value that is no header value
 */
export function readRequest(
  message: IncomingMessage,
  response: ServerResponse,
  options: { id: string; target: RequestTarget; credential: Credential; expectsContinue: boolean },
): S3Request {
  const { id, target, credential, expectsContinue } = options;
  const headers = new Map<string, string>();
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    const [name = '', value = ''] = message.rawHeaders.slice(index, index + 2);
    const earlier = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), earlier === undefined ? value : `${earlier},${value}`);
  }
  const method = message.method ?? '';
  const signed = { method, path: target.path, query: target.query, headers };
  const authentication = authenticate(signed, credential, new Date());
  const { path: resource, bucket, key, query } = target;
  return {
    id,
    method,
    resource,
    bucket,
    key,
    query: new Map(query),
    headers: authentication.presigned ? withHoistedHeaders(headers, query) : headers,
    authentication,
    message,
    response,
    expectsContinue,
  };
}

// SDKs move `x-amz-` headers into the query when they presign, and S3 obeys them there.
function withHoistedHeaders(
  headers: ReadonlyMap<string, string>,
  query: RequestTarget['query'],
): Map<string, string> {
  const all = new Map(headers);
  for (const [name, value] of query) {
    const header = name.toLowerCase();
    if (!header.startsWith('x-amz-') || authenticationParameters.test(header) || all.has(header)) continue;
    all.set(header, headerValue(value));
  }
  return all;
}

/**
 * A value from a query that is to become a header.
 * @throws S3Error `InvalidArgument` when it cannot be one: line ends would start another header
 */
export function headerValue(value: string): string {
  if (/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) return value;
  throw new S3Error('InvalidArgument', 'Header value cannot be represented using ISO-8859-1.', {
    ArgumentValue: value,
  });
}

/**
 * A whole number from the query.
 * @throws S3Error `InvalidArgument`
 */
export function integerParameter(
  request: S3Request,
  name: string,
  range: { fallback?: number; minimum: number; maximum: number },
): number {
  const text = request.query.get(name);
  if ((text === undefined || text === '') && range.fallback !== undefined) return range.fallback;
  const value = text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (value >= range.minimum && value <= range.maximum) return value;
  throw new S3Error(
    'InvalidArgument',
    `${name} must be an integer between ${range.minimum} and ${range.maximum}, inclusive`,
    { ArgumentName: name, ArgumentValue: text ?? '' },
  );
}
