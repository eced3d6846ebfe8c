import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { IPv4, IPv6 } from 'ipaddr.js';

/** What the operator has opened beside the public internet. */
export interface AllowedTargets {
  /** Names of hosts, lower case. */
  hosts: ReadonlySet<string>;
  ranges: readonly [IPv4 | IPv6, number][];
}

/** Addresses that are routed on the public internet (RFC 4291); ::/96 and others around it are not. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');
/** The well-known prefix behind which networks without IPv4 put its addresses (RFC 6052). */
const NAT64 = ipaddr.parseCIDR('64:ff9b::/96');
/** Reads `WEBHOOK_ALLOW_HOSTS`: names of hosts, addresses and ranges such as 10.0.0.0/8. */
export function parseAllowedTargets(entries: readonly string[]): AllowedTargets {
  const isName = (entry: string) => !ipaddr.isValidCIDR(entry) && !ipaddr.isValid(entry);
  return {
    hosts: new Set(entries.filter(isName).map((name) => name.toLowerCase())),
    ranges: entries.filter((entry) => !isName(entry)).map(rangeOf),
  };
}

function rangeOf(entry: string): [IPv4 | IPv6, number] {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  const address = ipaddr.parse(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/**
 * True when messages may go to an address: it is public, or inside a range that was opened. Whatever form an IPv4 address
 * is wrapped in, it is the IPv4 address that is judged, or the form is refused.
 */
export function isAllowedAddress(text: string, { ranges }: Pick<AllowedTargets, 'ranges'>): boolean {
  const family = isIP(text);
  if (family === 0 || text.includes('%')) return false;
  const address = unwrap(ipaddr.parse(family === 6 ? inHex(text) : text));
  const opened = ranges.some(([base, bits]) => address.kind() === base.kind() && address.match(base, bits));
  return opened || isPublic(address);
}

/** The one way to write it: ipaddr.js takes ::127.0.0.1 for ::ffff:127.0.0.1, which is another address. */
function inHex(text: string): string {
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

function unwrap(address: IPv4 | IPv6): IPv4 | IPv6 {
  if (!isIPv6(address)) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (address.match(NAT64)) return new ipaddr.IPv4(address.toByteArray().slice(-4));
  return address;
}

/** An allow-list, since a list of what is forbidden is never complete: what is not known to be public is not. */
function isPublic(address: IPv4 | IPv6): boolean {
  return address.range() === 'unicast' && (!isIPv6(address) || address.match(GLOBAL_UNICAST));
}

function isIPv6(address: IPv4 | IPv6): address is IPv6 {
  return address.kind() === 'ipv6';
}
