import { expect, it } from 'vitest';
import { guardsOf } from '../../src/storage/payload-guards.ts';

const http = { endpoint: 'http://s3:9000' };
const https = { endpoint: 'https://s3.example.org' };
const aws = {};

it.each([
  ['AWS', aws, { signed: false, crc32: true }],
  ['https', https, { signed: false, crc32: true }],
  ['http, where anybody could forge a CRC32', http, { signed: true, crc32: false }],
  ['http on this machine', { endpoint: 'http://127.0.0.1:9000' }, { signed: false, crc32: true }],
  ['http on this machine, by name', { endpoint: 'http://localhost:9000' }, { signed: false, crc32: true }],
  ['http on this machine, IPv6', { endpoint: 'http://[::1]:9000' }, { signed: false, crc32: true }],
  [
    'http to a host that only looks like it',
    { endpoint: 'http://127.0.0.1.example.org' },
    { signed: true, crc32: false },
  ],
  ['http, both', { ...http, checksums: 'when_supported' }, { signed: true, crc32: true }],
  ['http, trusted', { ...http, payloadSigning: 'never' }, { signed: false, crc32: true }],
  ['https, signed', { ...https, payloadSigning: 'always' }, { signed: true, crc32: false }],
  ['https, without checksums', { ...https, checksums: 'when_required' }, { signed: false, crc32: false }],
] as const)('guards parts over %s', (_name, policy, guards) => {
  expect(guardsOf(policy)).toEqual(guards);
});
