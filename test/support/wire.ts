/** A message of PostgreSQL's protocol: type, length, body (documentation, "Message Formats"). */
export function messageOf(type: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

/** The DataRow message by which the server sends a row. */
export function dataRow(row: readonly (string | Buffer | null)[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeUInt16BE(row.length);
  const fields = row.flatMap((field) => {
    const bytes = Buffer.from(field ?? '');
    const length = Buffer.alloc(4);
    length.writeInt32BE(field === null ? -1 : bytes.length);
    return [length, bytes];
  });
  return messageOf('D', Buffer.concat([count, ...fields]));
}

/** The bytes in pieces that end at these offsets, in any order and however often. */
export function splitAt(bytes: Buffer, offsets: readonly number[]): Buffer[] {
  const ends = [...new Set([...offsets.map((offset) => offset % (bytes.length + 1)), bytes.length])];
  ends.sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}
