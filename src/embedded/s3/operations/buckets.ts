import { S3Error } from '../errors.ts';
import { receiveText } from '../payload.ts';
import { sendEmpty, sendXml } from '../responses.ts';
import { childText, malformed, readXml } from '../xml-reader.ts';
import { owner } from './operation.ts';
import type { Operation } from './operation.ts';

export const listBuckets: Operation = ({ store }, { response }) => {
  const buckets = store.list().map((bucket) => {
    const created = new Date(bucket.createdMs).toISOString();
    return [
      'Bucket',
      [
        ['Name', bucket.name],
        ['CreationDate', created],
      ],
    ] as const;
  });
  sendXml(response, 'ListAllMyBucketsResult', [
    ['Owner', owner],
    ['Buckets', buckets],
  ]);
};

export const createBucket: Operation = async ({ store, region }, request) => {
  if ((request.headers.get('content-length') ?? '0') !== '0') {
    const { text } = await receiveText(request);
    const configuration = readXml(text);
    if (configuration.name !== 'CreateBucketConfiguration') throw malformed();
    const location = childText(configuration, 'LocationConstraint') ?? region;
    if (location !== region) {
      throw new S3Error(
        'IllegalLocationConstraintException',
        `The ${location} location constraint is incompatible for the region ${region}.`,
      );
    }
  }
  await store.createBucket(request.bucket);
  sendEmpty(request.response, 200, { location: `/${request.bucket}` });
};

export const headBucket: Operation = ({ store, region }, { bucket, response }) => {
  store.bucket(bucket);
  sendEmpty(response, 200, { 'x-amz-bucket-region': region });
};

export const deleteBucket: Operation = async ({ store }, { bucket, response }) => {
  await store.deleteBucket(bucket);
  sendEmpty(response, 204);
};

export const getBucketLocation: Operation = ({ store, region }, { bucket, response }) => {
  store.bucket(bucket);
  // us-east-1 has the empty name here, from the time when there was only one region.
  sendXml(response, 'LocationConstraint', region === 'us-east-1' ? '' : region);
};
