import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Identity } from '../auth/identity.ts';
import type { NotifyTargets } from '../db/notify-targets.ts';
import { AppError } from '../errors.ts';
import type { WebhookSecrets } from '../notify/webhook-secrets.ts';

/** Longest address that mail servers take (RFC 5321). */
const MAX_ADDRESS_LENGTH = 254;
const MAX_ADDRESSES = 100;

const address = z.email('is not an e-mail address').max(MAX_ADDRESS_LENGTH).transform(plainAddress);

export const webhookUrl = z.string().max(2048);

/** Who is to hear how the export ends. */
export const notifyRequest = z.strictObject({
  email: z.union([z.literal(true), z.array(address).min(1).max(MAX_ADDRESSES)]).optional(),
  webhook: z.strictObject({ url: webhookUrl }).optional(),
});
export type NotifyRequest = z.output<typeof notifyRequest>;

export interface NotifyPolicy {
  /** False where there is no mail server. */
  mail: boolean;
  /** Domains whose addresses everybody may name; `*` for all. */
  emailDomains: readonly string[];
  maxTargets: number;
  /** Undefined where there are no webhooks. */
  webhookSecrets: WebhookSecrets | undefined;
  /** What is wrong with a URL, in words; undefined when nothing is. */
  problemOfUrl: (url: string) => string | undefined;
}

/**
 * Checks that somebody may have these targets told, and makes the secret of a webhook that comes with the request. The
 * texts are ours, but whom they reach is a matter of rights all the same: nobody is to be used to bother others.
 *
 * @throws AppError `invalid_request` or `forbidden`, both with pointers below `/notify`
 */
export function notifyTargets(
  asked: NotifyRequest,
  identity: Identity,
  policy: NotifyPolicy,
): NotifyTargets | undefined {
  const emails = asked.email === undefined ? [] : addressesOf(asked.email, identity, policy);
  const webhook = asked.webhook === undefined ? undefined : webhookOf(asked.webhook.url, policy);
  const count = emails.length + (webhook === undefined ? 0 : 1);
  if (count > policy.maxTargets) throw invalid('', `names more than ${policy.maxTargets} targets`);
  return count === 0 ? undefined : { emails, webhook };
}

function addressesOf(
  asked: true | readonly string[],
  identity: Identity,
  { mail, emailDomains }: NotifyPolicy,
): string[] {
  if (!mail) throw invalid('/email', 'cannot be used: this service sends no e-mail (SMTP_URL is not set)');
  if (asked === true) {
    if (identity.email !== undefined) return [identity.email];
    throw invalid('/email', 'must be a list of addresses: your key or token says none');
  }
  const refused = asked.findIndex((one) => !mayReach(one, identity, emailDomains));
  if (refused >= 0) {
    throw new AppError('forbidden', 'You may not have e-mail sent to this address.', {
      details: { errors: [{ pointer: `/notify/email/${refused}`, detail: 'is not yours' }] },
    });
  }
  return [...new Set(asked)];
}

/** Admins and back ends answer for whom they name; a user for nobody but themselves. */
function mayReach(address: string, identity: Identity, domains: readonly string[]): boolean {
  const trusted = identity.roles.includes('admin') || identity.scopes.includes('act-as');
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const open = domains.some((one) => one === '*' || one.toLowerCase() === domain);
  const own = identity.email === undefined ? undefined : plainAddress(identity.email);
  return trusted || open || address === own;
}

/** Whatever is before the @ may depend on case; what is after it never does. */
function plainAddress(text: string): string {
  return text.replace(/@.*$/, (domain) => domain.toLowerCase());
}

function webhookOf(url: string, { webhookSecrets, problemOfUrl }: NotifyPolicy): NotifyTargets['webhook'] {
  if (webhookSecrets === undefined) {
    throw invalid('/webhook', 'cannot be used: this service has no webhooks (WEBHOOK_SECRET_KEY is not set)');
  }
  const problem = problemOfUrl(url);
  if (problem !== undefined) throw invalid('/webhook/url', problem);
  const id = randomUUID();
  return { id, url, secret: webhookSecrets.make(id).sealed };
}

function invalid(below: string, detail: string): AppError {
  return new AppError('invalid_request', 'See `errors` for what to change.', {
    details: { errors: [{ pointer: `/notify${below}`, detail }] },
  });
}
