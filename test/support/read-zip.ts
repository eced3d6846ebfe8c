import { crc32, inflateRawSync } from 'node:zlib';

/** The files of a small zip by name, in its order. Written for the tests; it wants sizes and checksums to be right. */
export function readZip(content: Buffer): Map<string, Buffer> {
  const end = content.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0) throw new Error('no end of a zip');
  const files = new Map<string, Buffer>();
  let at = content.readUInt32LE(end + 16);
  for (let left = content.readUInt16LE(end + 10); left > 0; left--) {
    if (content.readUInt32LE(at) !== 0x02014b50) throw new Error(`no entry at ${at}`);
    const [crc, packed, unpacked] = [16, 20, 24].map((offset) => content.readUInt32LE(at + offset));
    const [name = 0, extra = 0, comment = 0] = [28, 30, 32].map((offset) =>
      content.readUInt16LE(at + offset),
    );
    const local = content.readUInt32LE(at + 42);
    const begin = local + 30 + content.readUInt16LE(local + 26) + content.readUInt16LE(local + 28);
    const bytes = content.subarray(begin, begin + (packed ?? 0));
    const stored = content.readUInt16LE(at + 10) === 0;
    const data = stored ? bytes : inflateRawSync(bytes);
    const path = content.toString('utf8', at + 46, at + 46 + name);
    if (data.length !== unpacked || crc32(data) !== crc) throw new Error(`${path} is broken`);
    files.set(path, data);
    at += 46 + name + extra + comment;
  }
  return files;
}
