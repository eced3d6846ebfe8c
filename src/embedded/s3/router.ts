import { S3Error } from './errors.ts';
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  headBucket,
  listBuckets,
} from './operations/buckets.ts';
import { deleteObjects } from './operations/delete-objects.ts';
import { listObjectsV2 } from './operations/list-objects.ts';
import { listMultipartUploads, listParts } from './operations/list-uploads.ts';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  uploadPart,
} from './operations/multipart.ts';
import { deleteObject, getObject, headObject, putObject } from './operations/objects.ts';
import type { Operation } from './operations/operation.ts';
import type { S3Request } from './request.ts';

/** Method, what the path names, and those query parameters that choose an operation, sorted. */
const routes: Readonly<Record<string, Operation>> = {
  'GET service': listBuckets,
  'PUT bucket': createBucket,
  'HEAD bucket': headBucket,
  'DELETE bucket': deleteBucket,
  'GET bucket ?location': getBucketLocation,
  'GET bucket ?list-type': listObjectsV2,
  'GET bucket ?uploads': listMultipartUploads,
  'POST bucket ?delete': deleteObjects,
  'PUT object': putObject,
  'GET object': getObject,
  'HEAD object': headObject,
  'DELETE object': deleteObject,
  'POST object ?uploads': createMultipartUpload,
  'PUT object ?partNumber&uploadId': uploadPart,
  'POST object ?uploadId': completeMultipartUpload,
  'DELETE object ?uploadId': abortMultipartUpload,
  'GET object ?uploadId': listParts,
};

/** All query parameters of S3 that choose an operation. One that is missing here would be ignored: a GET of an object's
 * ACL would send the object. */
const choosing = new Set(
  [
    'abac accelerate acl analytics annotation attributes cors delete encryption intelligent-tiering inventory legal-hold',
    'lifecycle list-type location logging metadataConfiguration metadataInventoryTable metadataJournalTable metadataTable',
    'metrics notification object-lock ownershipControls partNumber policy policyStatus publicAccessBlock renameObject',
    'replication requestPayment restore retention select select-type session tagging torrent uploadId uploads versionId',
    'versioning versions website',
  ].flatMap((line) => line.split(' ')),
);

/** Headers that ask for what this server does not do; without them the request would seem to have worked. */
const unsupportedHeaders =
  /^x-amz-(copy-source|tagging|server-side-encryption|object-lock|bucket-object-lock|website-redirect|grant|write-offset|rename)/;
const acceptedValues: ReadonlyMap<string, readonly string[]> = new Map([
  ['x-amz-acl', ['private', 'bucket-owner-full-control']],
  ['x-amz-storage-class', ['STANDARD']],
]);

/**
 * The operation a request asks for.
 * @throws S3Error `NotImplemented`, `MethodNotAllowed`
 */
export function findOperation({ method, bucket, key, query, headers }: S3Request): Operation {
  for (const [name, value] of headers) {
    const accepted = acceptedValues.get(name);
    if (unsupportedHeaders.test(name) || accepted?.includes(value) === false) {
      const message = 'A header you provided implies functionality that is not implemented';
      throw new S3Error('NotImplemented', message, { Header: name });
    }
  }
  const resource = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const choice = [...query.keys()].filter((name) => choosing.has(name)).sort();
  const operation =
    routes[[method, resource, choice.length === 0 ? [] : `?${choice.join('&')}`].flat().join(' ')];
  if (operation !== undefined && (query.get('list-type') ?? '2') === '2') return operation;
  if (!['GET', 'HEAD', 'PUT', 'POST', 'DELETE'].includes(method)) {
    throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
      Method: method,
    });
  }
  throw new S3Error(
    'NotImplemented',
    'This operation is not implemented here; see docs/embedded-s3.md for those that are.',
  );
}
