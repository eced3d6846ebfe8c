import { describe, expect, it } from 'vitest';
import { isAllowedAddress, parseAllowedTargets } from '../../src/notify/address-rules.ts';

const nothing = parseAllowedTargets([]);

describe('without exceptions', () => {
  it.each([
    '8.8.8.8',
    '93.184.215.14',
    '2606:2800:21f:cb07:6820:80da:af6b:8b2c',
    // An address of the public internet behind NAT64, and as IPv6 writes it.
    '64:ff9b::808:808',
    '::ffff:8.8.8.8',
  ])('lets messages go to %s', (address) => {
    expect(isAllowedAddress(address, nothing)).toBe(true);
  });

  it.each([
    ['this host', ['0.0.0.0', '0.1.2.3', '::']],
    ['loopback', ['127.0.0.1', '127.255.255.254', '::1']],
    ['private networks', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12::1']],
    ['link-local, where clouds keep credentials', ['169.254.169.254', 'fe80::1', 'febf::1']],
    ['site-local', ['fec0::1']],
    ['carrier-grade NAT', ['100.64.0.1', '100.127.255.255']],
    ['multicast and broadcast', ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1']],
    ['documentation', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1']],
    ['benchmarks and protocols', ['198.18.0.1', '192.0.0.1', '240.0.0.1', '2001:2::1', '2001::1']],
    ['IPv4 in IPv6', ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1']],
    ['IPv4-compatible', ['::7f00:1', '::127.0.0.1', '::8.8.8.8']],
    ['IPv4-translated', ['::ffff:0:7f00:1', '::ffff:0:808:808']],
    ['NAT64', ['64:ff9b::7f00:1', '64:ff9b::a00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::7f00:1']],
    ['6to4 and Teredo', ['2002:7f00:1::1', '2002:808:808::1', '2001:0:7f00:1::']],
    ['discard, segment routing and what is not given out', ['100::1', '5f00::1', '4000::1', 'e000::1']],
    ['what is no address', ['', 'localhost', '1.2.3', '::g', '127.0.0.1 ', 'fe80::1%lo']],
  ])('refuses %s', (_name, addresses) => {
    for (const address of addresses)
      expect([address, isAllowedAddress(address, nothing)]).toEqual([address, false]);
  });
});

describe('exceptions', () => {
  it('open a range, and an address in whatever form', () => {
    const allowed = parseAllowedTargets(['10.1.0.0/16', '127.0.0.1', 'fd00:1::/32']);
    for (const address of ['10.1.2.3', '127.0.0.1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', 'fd00:1::5']) {
      expect([address, isAllowedAddress(address, allowed)]).toEqual([address, true]);
    }
    for (const address of ['10.2.0.1', '127.0.0.2', '::1', '::7f00:1', 'fd00:2::5']) {
      expect([address, isAllowedAddress(address, allowed)]).toEqual([address, false]);
    }
  });

  it('tell names of hosts from addresses', () => {
    const { hosts, ranges } = parseAllowedTargets(['Hooks.Internal', '10.0.0.0/8', '::1']);
    expect([...hosts]).toEqual(['hooks.internal']);
    expect(ranges).toHaveLength(2);
  });
});
