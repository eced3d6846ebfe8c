import { createHash, createHmac } from 'node:crypto';
import { uriEncode } from './xml.ts';

/** The parts of a request that a signature covers, as they came in. */
export interface SignedRequest {
  readonly method: string;
  /** Decoded path, from the first `/` on. */
  readonly path: string;
  /** Decoded names and values, in any order. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** By lower-case name; several values of one name are joined with a comma. */
  readonly headers: ReadonlyMap<string, string>;
}

/** The part of a credential behind the access key: what a signing key is good for. */
export interface CredentialScope {
  /** `YYYYMMDD` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

const emptySha256 = createHash('sha256').digest('hex');

/** The scope as it is written in credentials and strings to sign. */
function scopeText(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}

/** "Task 1: Create a canonical request" of the S3 SigV4 pages. S3 encodes the path once and does not normalise it. */
export function canonicalRequest(
  request: SignedRequest,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const query = request.query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => order(nameA, nameB) || order(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = signedHeaders.map((name) => {
    return `${name}:${(request.headers.get(name) ?? '').trim().replace(/ +/g, ' ')}\n`;
  });
  const path = uriEncode(request.path).replaceAll('%2F', '/');
  return [request.method, path, query, headers.join(''), signedHeaders.join(';'), payloadHash].join('\n');
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * "Task 2: Create a string to sign".
 * @param timestamp `YYYYMMDDTHHMMSSZ`
 */
export function stringToSign(timestamp: string, scope: CredentialScope, canonical: string): string {
  // Node hands header bytes over as Latin-1, so this gives back the bytes that came in.
  const hash = createHash('sha256').update(canonical, 'latin1').digest('hex');
  return ['AWS4-HMAC-SHA256', timestamp, scopeText(scope), hash].join('\n');
}

/** "Task 3: Calculate signature": the key derived from the secret for one day, region and service. */
export function signingKey(secretAccessKey: string, scope: CredentialScope): Buffer {
  const steps = [scope.date, scope.region, scope.service, 'aws4_request'];
  return steps.reduce<Buffer>(
    (key, step) => createHmac('sha256', key).update(step).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
}

/** The signature, in hexadecimal. */
export function sign(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/**
 * Signatures of the chunks of a body, each over the one before ("Signature calculations: transferring payload in
 * multiple chunks" and "... with trailing headers").
 */
export class ChunkSigner {
  readonly #key: Buffer;
  readonly #head: string;
  #previous: string;

  /** @param seed the signature of the request itself */
  constructor(options: { key: Buffer; timestamp: string; scope: CredentialScope; seed: string }) {
    this.#key = options.key;
    this.#head = `${options.timestamp}\n${scopeText(options.scope)}`;
    this.#previous = options.seed;
  }

  /** The signature of the next chunk, of whose bytes `sha256` is the hexadecimal digest. */
  chunk(sha256: string): string {
    return this.#next(
      `AWS4-HMAC-SHA256-PAYLOAD\n${this.#head}\n${this.#previous}\n${emptySha256}\n${sha256}`,
    );
  }

  /** The signature of the trailers, written as lines `name:value\n`. */
  trailer(lines: string): string {
    const hash = createHash('sha256').update(lines, 'latin1').digest('hex');
    return this.#next(`AWS4-HMAC-SHA256-TRAILER\n${this.#head}\n${this.#previous}\n${hash}`);
  }

  #next(text: string): string {
    this.#previous = sign(this.#key, text);
    return this.#previous;
  }
}
