import { Webhook } from 'standardwebhooks';
import { codeOf, messageOf } from '../errors.ts';
import type { News } from './news.ts';
import { postPinned } from './pinned-post.ts';
import { SendError } from './send-error.ts';
import { untilAborted } from './until-aborted.ts';
import { webhookPayload } from './webhook-payload.ts';
import { resolveTarget } from './webhook-target.ts';
import type { TargetRules } from './webhook-target.ts';

export interface WebhookSenderOptions {
  rules: TargetRules;
  timeoutMs: number;
  /** Where the API is for others, for the links in a message. */
  publicUrl: string | undefined;
}

export interface WebhookTarget {
  url: string;
  /** At least one; after a rotation the one before signs too. */
  secrets: readonly string[];
}

const GONE = 410;

/** Posts signed messages, as https://www.standardwebhooks.com says. */
export class WebhookSender {
  readonly #options: WebhookSenderOptions;

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  /**
   * Tries once. Resolves to the status, one of 200 to 299, when the receiver has taken the message.
   *
   * @throws SendError that says why it has not; `gone` when it asked to be left alone
   */
  async send(news: News, { url, secrets }: WebhookTarget, signal: AbortSignal): Promise<number> {
    const { rules, timeoutMs, publicUrl } = this.#options;
    const body = JSON.stringify(webhookPayload(news, publicUrl));
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    let status: number;
    try {
      const target = new URL(url);
      // A look-up cannot be aborted.
      const addresses = await untilAborted(resolveTarget(target, rules), limit);
      status = await postPinned({
        url: target,
        addresses,
        headers: { ...signatureOf(news.id, body, secrets), 'content-type': 'application/json' },
        body,
        signal: limit,
      });
    } catch (error) {
      if (error instanceof SendError) throw error;
      signal.throwIfAborted();
      const reason = limit.aborted
        ? `no answer within ${timeoutMs / 1000} seconds`
        : (codeOf(error) ?? messageOf(error));
      throw new SendError('target_unreachable', `The receiver cannot be reached: ${reason}.`, {
        retryable: true,
        cause: error,
      });
    }
    if (status >= 200 && status < 300) return status;
    throw refused(status);
  }
}

function signatureOf(id: string, body: string, secrets: readonly string[]): Record<string, string> {
  const now = new Date();
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, now, body));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
    'user-agent': 'rowferry',
  };
}

function refused(status: number): SendError {
  if (status === GONE) {
    const message = 'The receiver answered with HTTP 410: it wants no more messages.';
    return new SendError('target_gone', message, { retryable: false, status, gone: true });
  }
  const advice = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  const message = `The receiver answered with HTTP ${status}${advice}.`;
  return new SendError('target_refused', message, { retryable: true, status });
}
