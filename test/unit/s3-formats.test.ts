import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChecksum, crc32c } from '../../src/embedded/s3/checksums.ts';
import { toS3Error } from '../../src/embedded/s3/errors.ts';
import { parseRange } from '../../src/embedded/s3/range.ts';
import { xmlDocument } from '../../src/embedded/s3/xml.ts';
import { readXml } from '../../src/embedded/s3/xml-reader.ts';

describe('checksums', () => {
  it('are those of their definitions', () => {
    const text = Buffer.from('123456789');
    expect(crc32c(text)).toBe(0xe3069283);
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
    const digests = ['CRC32', 'SHA1', 'SHA256'] as const;
    const expected = [
      'cbf43926',
      ...['sha1', 'sha256'].map((name) => createHash(name).update(text).digest('hex')),
    ];
    expect(
      digests.map((name) => {
        const checksum = createChecksum(name);
        checksum.update(text);
        return checksum.digest().toString('hex');
      }),
    ).toEqual(expected);
  });

  it('do not depend on how the bytes are split', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (left, right) => {
        const whole = Buffer.concat([left, right]);
        expect(crc32c(right, crc32c(left))).toBe(crc32c(whole));
        expect(crc32(right, crc32(left))).toBe(crc32(whole));
      }),
    );
  });
});

describe('XML', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readXml(xmlDocument('Key', text)).text).toBe(text);
      }),
    );
  });

  it('is refused unless it is well-formed and plain', () => {
    const wrong = [
      '',
      'text',
      '<a>',
      '<a></b>',
      '<a/><b/>',
      '<a/>text',
      '<a>&nbsp;</a>',
      '<a>&constructor;</a>',
      '<a>& </a>',
      '<a>&#xd800;</a>',
      '<a>&#x110000;</a>',
      '<a b></a>',
      '<a b="<"></a>',
      '<!DOCTYPE a><a/>',
      '<?php ?><a/>',
      '<a><!ENTITY b "c"></a>',
      '<a'.repeat(20),
      '<a>'.repeat(20) + '</a>'.repeat(20),
    ];
    for (const document of wrong) expect(() => readXml(document), document).toThrow('well-formed');
  });

  it('may have what clients write around it', () => {
    const document =
      '\ufeff<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- a -->\n<s3:Delete xmlns:s3="http://s3.amazonaws.com/doc/2006-03-01/">' +
      "<Quiet >true</Quiet ><Object a='b'><Key><![CDATA[<a>&]]>&#65;&#x42;&lt;</Key></Object></s3:Delete>\n";
    expect(readXml(document)).toMatchObject({
      name: 'Delete',
      children: [{ name: 'Quiet', text: 'true' }, { children: [{ name: 'Key', text: '<a>&AB<' }] }],
    });
  });
});

describe('parseRange', () => {
  it('agrees with slicing', () => {
    const number = fc.nat({ max: 12 });
    fc.assert(
      fc.property(number, number, fc.integer({ min: 1, max: 10 }), (first, last, size) => {
        const bytes = Array.from({ length: size }, (_, index) => index);
        const expected = first <= last ? bytes.slice(first, last + 1) : bytes;
        const read = () => {
          const range = parseRange(`bytes=${first}-${last}`, size);
          return range === undefined ? bytes : bytes.slice(range.first, range.last + 1);
        };
        if (expected.length === 0) expect(read).toThrow('not satisfiable');
        else expect(read()).toEqual(expected);
      }),
    );
  });

  it('has no byte of an empty object', () => {
    for (const header of ['bytes=0-', 'bytes=0-0', 'bytes=-1']) expect(() => parseRange(header, 0)).toThrow();
    expect(parseRange(undefined, 0)).toBeUndefined();
    expect(parseRange('bytes=-', 10)).toBeUndefined();
    expect(parseRange('bytes=0-1,3-4', 10)).toBeUndefined();
  });
});

describe('errors of the file system', () => {
  it('have a clear code and tell no paths', () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write '/secret/path'"), {
      code: 'ENOSPC',
    });
    expect(toS3Error(full)).toMatchObject({ code: 'InsufficientStorage', status: 507 });
    const other = toS3Error(Object.assign(new Error("EIO: '/secret/path'"), { code: 'EIO' }));
    expect(other).toMatchObject({ code: 'InternalError', status: 500 });
    expect(toS3Error(full).message + other.message).not.toContain('secret');
  });
});
