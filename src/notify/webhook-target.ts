import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { messageOf } from '../errors.ts';
import { isAllowedAddress } from './address-rules.ts';
import type { AllowedTargets } from './address-rules.ts';
import { SendError } from './send-error.ts';

export interface TargetRules {
  allowHttp: boolean;
  ports: readonly { from: number; to: number }[];
  allowed: AllowedTargets;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 };

/**
 * What is wrong with an address that messages are to be posted to, in words; undefined when nothing is. A name is not
 * looked up here: what it means is asked each time a message goes out.
 */
export function problemOfTarget(text: string, rules: TargetRules): string | undefined {
  if (!URL.canParse(text)) return 'is not a URL';
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(rules.allowHttp && url.protocol === 'http:')) {
    return rules.allowHttp ? 'must begin with https:// or http://' : 'must begin with https://';
  }
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  if (url.hash !== '') return 'must not have a fragment (#…)';
  const port = portOf(url);
  if (!rules.ports.some(({ from, to }) => from <= port && port <= to)) {
    return `has port ${port}, which is not open to webhooks here`;
  }
  const host = hostOf(url);
  if (isIP(host) !== 0 && !isAllowed(host, host, rules)) return 'is not an address of the public internet';
  return undefined;
}

/**
 * Where a request to this URL may go: every address that its name has, each of them allowed. The caller connects to
 * these and to no other, so a name that means something else a moment later changes nothing.
 *
 * @throws SendError `target_forbidden`, `target_unknown`
 */
export async function resolveTarget(url: URL, rules: TargetRules): Promise<LookupAddress[]> {
  const problem = problemOfTarget(url.href, rules);
  if (problem !== undefined) throw forbidden(`The address ${problem}.`);
  const host = hostOf(url);
  const family = isIP(host);
  const addresses = family === 0 ? await lookUp(host) : [{ address: host, family }];
  refuseForbidden(host, addresses, rules);
  return addresses;
}

/** One forbidden address among several is enough: which of them a connection takes is not ours to say. */
export function refuseForbidden(host: string, addresses: readonly LookupAddress[], rules: TargetRules): void {
  if (addresses.every(({ address }) => isAllowed(host, address, rules))) return;
  throw forbidden('The host is not on the public internet, and not in WEBHOOK_ALLOW_HOSTS.');
}

function isAllowed(host: string, address: string, { allowed }: TargetRules): boolean {
  return allowed.hosts.has(host) || isAllowedAddress(address, allowed);
}

async function lookUp(host: string): Promise<LookupAddress[]> {
  try {
    const addresses = await lookup(host, { all: true });
    if (addresses.length > 0) return addresses;
  } catch (error) {
    const message = `The host has no address: ${messageOf(error)}`;
    throw new SendError('target_unknown', message, { retryable: true, cause: error });
  }
  throw new SendError('target_unknown', 'The host has no address.', { retryable: true });
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (DEFAULT_PORTS[protocol] ?? 0) : Number(port);
}

/** Without the brackets of an IPv6 address and the dot at the end of a full name. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

/** Tried again all the same: a name may mean another address tomorrow, and the operator may open the host. */
function forbidden(message: string): SendError {
  return new SendError('target_forbidden', message, { retryable: true });
}
