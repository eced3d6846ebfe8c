import { createHash } from 'node:crypto';
import { checksumAlgorithms, checksumElement, checksumHeader, compositeChecksum } from './checksums.ts';
import type { Checksum, ChecksumAlgorithm } from './checksums.ts';
import { S3Error } from './errors.ts';
import type { PartRecord } from './records.ts';
import { sameText } from './sigv4.ts';
import { childText, malformed, readXml } from './xml-reader.ts';
import type { XmlElement } from './xml-reader.ts';

/** "Amazon S3 multipart upload limits". */
export const maximumPartNumber = 10_000;
const minimumPartBytes = 5 * 1024 ** 2;

/** A part as CompleteMultipartUpload names it. */
export interface CompletedPart {
  readonly number: number;
  readonly etag: string;
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, string>;
}

/**
 * Reads the document of CompleteMultipartUpload.
 * @throws S3Error `MalformedXML`, `InvalidPartOrder`
 */
export function readCompletion(text: string): CompletedPart[] {
  const root = readXml(text);
  if (root.name !== 'CompleteMultipartUpload') throw malformed();
  const parts = root.children.filter(({ name }) => name === 'Part').map(readPart);
  if (parts.length === 0 || parts.length > maximumPartNumber) throw malformed();
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (next !== undefined && next.number <= part.number) {
      throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order.');
    }
  }
  return parts;
}

function readPart(element: XmlElement): CompletedPart {
  const number = childText(element, 'PartNumber')?.trim() ?? '';
  const etag = childText(element, 'ETag')?.trim();
  if (!/^\d{1,5}$/.test(number) || etag === undefined) throw malformed();
  const checksums = new Map<ChecksumAlgorithm, string>();
  for (const algorithm of checksumAlgorithms) {
    const value = childText(element, checksumElement(algorithm))?.trim();
    if (value !== undefined && value !== '') checksums.set(algorithm, value);
  }
  return { number: Number(number), etag: etag.replace(/^"(.*)"$/, '$1'), checksums };
}

/**
 * The parts to make the object of, with its ETag (the MD5 of the parts' MD5s, `-`, their number) and its checksum.
 * @param options.algorithm the one that CreateMultipartUpload named: then each part must come with it
 * @throws S3Error `InvalidPart`, `EntityTooSmall`, `InvalidRequest`, `BadDigest`
 */
export function chooseParts(
  completion: readonly CompletedPart[],
  stored: ReadonlyMap<number, PartRecord>,
  options: { headers: ReadonlyMap<string, string>; algorithm: ChecksumAlgorithm | undefined },
): { parts: PartRecord[]; etag: string; checksum: Checksum | undefined } {
  const { headers, algorithm } = options;
  const parts = completion.map((claimed) => {
    const part = stored.get(claimed.number);
    if (part === undefined || !sameText(part.etag, claimed.etag) || !checksumsAgree(claimed, part)) {
      throw invalidPart(claimed);
    }
    if (algorithm !== undefined && !claimed.checksums.has(algorithm)) {
      throw new S3Error(
        'InvalidRequest',
        `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for ` +
          `each part. It was missing for part ${claimed.number} in the request.`,
      );
    }
    return part;
  });
  for (const part of parts.slice(0, -1)) if (part.sizeBytes < minimumPartBytes) throw tooSmall(part);
  checkObjectSize(parts, headers.get('x-amz-mp-object-size'));
  const digest = createHash('md5');
  for (const part of parts) digest.update(part.etag, 'hex');
  const values = parts.map((part) => part.checksum?.value ?? '');
  const checksum = algorithm === undefined ? undefined : compositeChecksum(algorithm, values);
  checkObjectChecksum(checksum, headers);
  return { parts, etag: `${digest.digest('hex')}-${parts.length}`, checksum };
}

function checksumsAgree(claimed: CompletedPart, part: PartRecord): boolean {
  return [...claimed.checksums].every(([algorithm, value]) => {
    return part.checksum?.algorithm === algorithm && part.checksum.value === value;
  });
}

function checkObjectSize(parts: readonly PartRecord[], claimed: string | undefined): void {
  const size = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (claimed === undefined || claimed === `${size}`) return;
  throw new S3Error(
    'InvalidRequest',
    `The provided 'x-amz-mp-object-size' header value ${claimed} does not match what was computed: ${size}`,
  );
}

function checkObjectChecksum(checksum: Checksum | undefined, headers: ReadonlyMap<string, string>): void {
  for (const algorithm of checksumAlgorithms) {
    const claimed = headers.get(checksumHeader(algorithm));
    if (claimed === undefined) continue;
    // Clients give the value with or without the number of parts behind it.
    if (
      checksum?.algorithm === algorithm &&
      claimed.replace(/-\d+$/, '') === checksum.value.replace(/-\d+$/, '')
    )
      continue;
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
}

function invalidPart({ number, etag }: CompletedPart): S3Error {
  const message =
    'One or more of the specified parts could not be found. The part may not have been uploaded, or its entity tag or ' +
    'checksum may not match.';
  return new S3Error('InvalidPart', message, { PartNumber: `${number}`, ETag: etag });
}

function tooSmall(part: PartRecord): S3Error {
  return new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
    ProposedSize: `${part.sizeBytes}`,
    MinSizeAllowed: `${minimumPartBytes}`,
    PartNumber: `${part.number}`,
    ETag: part.etag,
  });
}
