import { badFile } from './bad-file.ts';
import type { ByteLimit } from './byte-limit.ts';
import { gunzip } from './gunzip.ts';
import { peek } from './peek.ts';

const GZIP = Buffer.from([0x1f, 0x8b]);
const UTF_16LE = Buffer.from([0xff, 0xfe]);

/**
 * The text of a file as UTF-8 bytes that have been checked, unpacked where it is gzip and from UTF-16 where it begins with
 * the mark of that: its content says so, not its name.
 *
 * @param limit of what it unpacks to: a small file may unpack to a huge one
 * @throws AppError `bad_import_file`, `import_too_large`; while it is read, too
 */
export async function fileText(
  source: AsyncIterable<Buffer>,
  limit: ByteLimit,
): Promise<AsyncIterable<Buffer>> {
  const file = await peek(source, 2);
  if (!file.head.subarray(0, 2).equals(GZIP)) return textOf(file);
  return textOf(await peek(limit.of(gunzip(file.all)), 2));
}

function textOf({ head, all }: Awaited<ReturnType<typeof peek>>): AsyncIterable<Buffer> {
  return head.subarray(0, 2).equals(UTF_16LE) ? fromUtf16(all) : utf8(all);
}

/** Passes on what is UTF-8. Elsewhere wrong bytes would silently become question marks. */
async function* utf8(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decode = strictDecoder('utf-8', 'it is not UTF-8; save it as “CSV UTF-8”');
  for await (const chunk of source) {
    decode(chunk);
    yield chunk;
  }
  decode();
}

async function* fromUtf16(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decode = strictDecoder('utf-16le', 'it begins as UTF-16 and is not');
  for await (const chunk of source) yield Buffer.from(decode(chunk));
  yield Buffer.from(decode());
}

function strictDecoder(encoding: string, reason: string): (chunk?: Buffer) => string {
  const decoder = new TextDecoder(encoding, { fatal: true });
  return (chunk) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw badFile(reason);
    }
  };
}
