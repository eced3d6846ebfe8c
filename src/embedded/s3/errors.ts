import { codeOf } from '../../errors.ts';

/** Status of every error code this server answers with, from "Error responses" in the Amazon S3 API reference. */
const statuses = {
  AccessDenied: 403,
  AuthorizationHeaderMalformed: 400,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IllegalLocationConstraintException: 400,
  IncompleteBody: 400,
  // Not one of AWS's codes (its disks do not fill up): 507 is HTTP's own word for it.
  InsufficientStorage: 507,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedTrailerError: 400,
  MalformedXML: 400,
  MetadataTooLarge: 400,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  OperationAborted: 409,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
} as const;

export type S3ErrorCode = keyof typeof statuses;

/** An answer that is an error: S3's code, its HTTP status, a message for people and further XML elements. */
export class S3Error extends Error {
  readonly code: S3ErrorCode;
  readonly status: number;
  readonly details: Readonly<Record<string, string>>;

  constructor(code: S3ErrorCode, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'S3Error';
    this.code = code;
    this.status = statuses[code];
    this.details = details;
  }
}

/**
 * What to answer for anything that was thrown. Errors of the file system keep their words to themselves: they hold
 * paths of the host.
 */
export function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new S3Error('InsufficientStorage', 'The disk of this server is full. Nothing was stored.');
    case 'EMFILE':
    case 'ENFILE':
      return new S3Error('ServiceUnavailable', 'Too many files are open. Reduce your request rate.');
    default:
      return new S3Error('InternalError', 'We encountered an internal error. Please try again.');
  }
}
