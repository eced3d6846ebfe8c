import { S3Error, toS3Error } from '../errors.ts';
import { deleteObject } from '../object-files.ts';
import { receiveText } from '../payload.ts';
import { sendXml } from '../responses.ts';
import type { XmlChild } from '../xml.ts';
import { childText, malformed, readXml } from '../xml-reader.ts';
import type { Operation } from './operation.ts';

const maximumKeys = 1000;

export const deleteObjects: Operation = async ({ store }, request) => {
  const bucket = store.bucket(request.bucket);
  const { text, payload } = await receiveText(request);
  if (payload.checksum === undefined && !request.headers.has('content-md5')) {
    throw new S3Error(
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    );
  }
  const { keys, quiet } = readDelete(text);
  const results = await Promise.all(
    keys.map(async (key): Promise<XmlChild | undefined> => {
      try {
        await deleteObject(store, bucket, key);
        return quiet ? undefined : ['Deleted', [['Key', key]]];
      } catch (error) {
        const { code, message } = toS3Error(error);
        return [
          'Error',
          [
            ['Key', key],
            ['Code', code],
            ['Message', message],
          ],
        ];
      }
    }),
  );
  sendXml(
    request.response,
    'DeleteResult',
    results.filter((result) => result !== undefined),
  );
};

function readDelete(text: string): { keys: string[]; quiet: boolean } {
  const root = readXml(text);
  if (root.name !== 'Delete') throw malformed();
  const keys = root.children
    .filter((child) => child.name === 'Object')
    .map((child) => {
      const key = childText(child, 'Key');
      if (key === undefined || key === '') throw malformed();
      // Deleting more than was asked for cannot be undone: what this server does not know, it refuses.
      const unknown = child.children.find(({ name }) => name !== 'Key');
      if (unknown !== undefined) {
        throw new S3Error('NotImplemented', `${unknown.name} of an object to delete is not supported here.`);
      }
      return key;
    });
  if (keys.length === 0 || keys.length > maximumKeys) throw malformed();
  return { keys, quiet: childText(root, 'Quiet')?.trim() === 'true' };
}
