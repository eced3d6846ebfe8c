import { timingSafeEqual } from 'node:crypto';
import { S3Error } from './errors.ts';
import { canonicalRequest, sign, signingKey, stringToSign } from './sigv4-signing.ts';
import type { CredentialScope, SignedRequest } from './sigv4-signing.ts';

/** The one credential of the server. */
export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** What a verified signature says; the key signs the chunks of the body. */
export interface Authentication {
  readonly presigned: boolean;
  /** `x-amz-content-sha256`: a digest, `UNSIGNED-PAYLOAD` or a `STREAMING-…` name. */
  readonly payloadHash: string;
  readonly signature: string;
  readonly key: Buffer;
  readonly timestamp: string;
  readonly scope: CredentialScope;
}

interface Claim {
  readonly presigned: boolean;
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly payloadHash: string;
  readonly timestamp: string;
  /** For how many seconds after its timestamp a presigned request is good. */
  readonly expiresSeconds: number | undefined;
}

const algorithm = 'AWS4-HMAC-SHA256';
const maximumSkewMs = 15 * 60 * 1000;
const maximumExpiresSeconds = 7 * 24 * 60 * 60;

/**
 * Checks the signature of a request, in its header or its query ("Authenticating Requests (AWS Signature Version 4)" in
 * the S3 API reference).
 * @throws S3Error `AccessDenied` (anonymous, expired, unsigned `x-amz-` headers), `SignatureDoesNotMatch`,
 * `InvalidAccessKeyId`, `RequestTimeTooSkewed` with 403; what cannot be read is 400
 */
export function authenticate(request: SignedRequest, own: Credential, now: Date): Authentication {
  const claim = readClaim(request);
  const malformedCode = claim.presigned
    ? 'AuthorizationQueryParametersError'
    : 'AuthorizationHeaderMalformed';
  const [accessKeyId, date, region, service, end, ...rest] = claim.credential.split('/');
  const complete =
    accessKeyId !== undefined && date !== undefined && end === 'aws4_request' && rest.length === 0;
  if (!complete || region === undefined || service !== 's3' || !claim.timestamp.startsWith(date)) {
    throw new S3Error(
      malformedCode,
      'The credential is not <access-key>/<date>/<region>/s3/aws4_request of that date.',
    );
  }
  checkTime(claim, now);
  if (!sameText(accessKeyId, own.accessKeyId)) {
    throw new S3Error(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    );
  }
  if (region !== own.region) {
    const message = `The authorization is malformed; the region '${region}' is wrong; expecting '${own.region}'`;
    throw new S3Error(malformedCode, message, { Region: own.region });
  }
  checkSignedHeaders(request, claim.signedHeaders);
  const scope = { date, region, service };
  const key = signingKey(own.secretAccessKey, scope);
  const canonical = canonicalRequest(request, claim.signedHeaders, claim.payloadHash);
  if (!sameText(claim.signature, sign(key, stringToSign(claim.timestamp, scope, canonical)))) {
    throw new S3Error(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    );
  }
  const { presigned, payloadHash, signature, timestamp } = claim;
  return { presigned, payloadHash, signature, key, timestamp, scope };
}

/** Compares without telling by its time where the difference is. */
export function sameText(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}

function readClaim(request: SignedRequest): Claim {
  const authorization = request.headers.get('authorization');
  const query = new Map(request.query);
  const presigned =
    query.has('X-Amz-Signature') || query.has('X-Amz-Algorithm') || query.has('X-Amz-Credential');
  if (authorization !== undefined && presigned) {
    throw new S3Error(
      'InvalidArgument',
      'Only one auth mechanism allowed: a signed header or a signed query.',
    );
  }
  if (authorization !== undefined) return headerClaim(request, authorization);
  if (presigned) return queryClaim(request, query);
  throw new S3Error('AccessDenied', 'Access Denied');
}

function headerClaim(request: SignedRequest, authorization: string): Claim {
  if (!authorization.startsWith(`${algorithm} `)) {
    throw new S3Error(
      'InvalidRequest',
      `The authorization mechanism is not supported. Please use ${algorithm}.`,
    );
  }
  const fields = new Map(
    authorization
      .slice(algorithm.length)
      .split(',')
      .map((field) => {
        const [name = '', ...value] = field.trim().split('=');
        return [name, value.join('=')] as const;
      }),
  );
  const payloadHash = request.headers.get('x-amz-content-sha256');
  if (payloadHash === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  const date = request.headers.get('x-amz-date') ?? request.headers.get('date');
  return {
    presigned: false,
    credential: fields.get('Credential') ?? '',
    signedHeaders: (fields.get('SignedHeaders') ?? '').split(';'),
    signature: fields.get('Signature') ?? '',
    payloadHash,
    timestamp: amzTimestamp(date),
    expiresSeconds: undefined,
  };
}

function queryClaim(request: SignedRequest, query: ReadonlyMap<string, string>): Claim {
  const expires = query.get('X-Amz-Expires') ?? '';
  const expiresSeconds = /^\d{1,7}$/.test(expires) ? Number(expires) : 0;
  if (query.get('X-Amz-Algorithm') !== algorithm) {
    throw new S3Error('AuthorizationQueryParametersError', `X-Amz-Algorithm only supports "${algorithm}".`);
  }
  if (expiresSeconds < 1 || expiresSeconds > maximumExpiresSeconds) {
    const message = `X-Amz-Expires must be a number of seconds from 1 to ${maximumExpiresSeconds}.`;
    throw new S3Error('AuthorizationQueryParametersError', message);
  }
  const inHeader = request.headers.get('x-amz-content-sha256');
  return {
    presigned: true,
    credential: query.get('X-Amz-Credential') ?? '',
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    payloadHash: inHeader ?? query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
    timestamp: amzTimestamp(query.get('X-Amz-Date')),
    expiresSeconds,
  };
}

/** Brings `YYYYMMDDTHHMMSSZ`, or the date of HTTP's `Date` header, into the first form. */
function amzTimestamp(value: string | undefined): string {
  if (value !== undefined && /^\d{8}T\d{6}Z$/.test(value)) return value;
  const time = Date.parse(value ?? '');
  if (Number.isNaN(time)) {
    throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
  }
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}

function checkTime(claim: Claim, now: Date): void {
  const iso = claim.timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const aheadMs = Date.parse(iso) - now.getTime();
  if (claim.expiresSeconds === undefined) {
    if (Math.abs(aheadMs) <= maximumSkewMs) return;
    throw new S3Error(
      'RequestTimeTooSkewed',
      "The difference between the request time and the server's time is too large.",
      {
        RequestTime: claim.timestamp,
        ServerTime: now.toISOString(),
        MaxAllowedSkewMilliseconds: `${maximumSkewMs}`,
      },
    );
  }
  if (!(aheadMs <= maximumSkewMs)) throw new S3Error('AccessDenied', 'Request is not yet valid');
  if (-aheadMs > claim.expiresSeconds * 1000) {
    throw new S3Error('AccessDenied', 'Request has expired', { 'X-Amz-Expires': `${claim.expiresSeconds}` });
  }
}

// An unsigned `x-amz-` header could change what a presigned request does, so S3 refuses it.
function checkSignedHeaders(request: SignedRequest, signed: readonly string[]): void {
  const unsigned = [...request.headers.keys()].filter(
    (name) => name.startsWith('x-amz-') && !signed.includes(name),
  );
  if (!signed.includes('host')) unsigned.push('host');
  if (unsigned.length === 0) return;
  const details = { HeadersNotSigned: unsigned.join(', ') };
  throw new S3Error(
    'AccessDenied',
    'There were headers present in the request which were not signed',
    details,
  );
}
