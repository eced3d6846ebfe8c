import { codeOf, messageOf } from '../errors.ts';
import { composeMail } from './compose-mail.ts';
import type { News } from './news.ts';
import { SendError } from './send-error.ts';
import { createSmtpTransport } from './smtp-transport.ts';
import type { SmtpOptions, SmtpTransport } from './smtp-transport.ts';
import { untilAborted } from './until-aborted.ts';

export interface MailSenderOptions extends SmtpOptions {
  /** Sender, as it stands in `From`. */
  from: string;
  /** Where the API is for others, for the links in a message. */
  publicUrl: string;
}

/** Sends messages to people. */
export class MailSender {
  readonly #transport: SmtpTransport;
  readonly #options: MailSenderOptions;

  constructor(options: MailSenderOptions) {
    this.#options = options;
    this.#transport = createSmtpTransport(options);
  }

  /**
   * Tries once. Resolves when the mail server has taken the message.
   *
   * @throws SendError `mail_refused` (for good, or to be tried again), `mail_unavailable`
   */
  async send(news: News, address: string, signal: AbortSignal): Promise<void> {
    const { from, publicUrl, timeoutMs } = this.#options;
    const { subject, text, html } = composeMail(news, publicUrl);
    const { hostname } = new URL(publicUrl);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const sent = this.#transport.sendMail({
        from,
        // As an object it is one address, whatever characters it is made of.
        to: { name: '', address },
        subject,
        text,
        html,
        // The same in every try: mail programs show a message that arrives twice once.
        messageId: `<${news.id}@${hostname}>`,
        date: news.at,
        list: { id: { url: `exports.${hostname}`, comment: 'Exports' } },
        headers: {
          // No out-of-office notes back (RFC 3834, and what Exchange makes of it).
          'Auto-Submitted': 'auto-generated',
          'X-Auto-Response-Suppress': 'All',
        },
      });
      await untilAborted(sent, limit);
    } catch (error) {
      signal.throwIfAborted();
      if (limit.aborted) throw unavailable(`no end within ${timeoutMs / 1000} seconds`, error);
      throw reasonOf(error);
    }
  }
}

function reasonOf(error: unknown): SendError {
  const status = replyCodeOf(error);
  // What the server says may repeat the address or the account; its number says what it means.
  if (status !== undefined && codeOf(error) !== 'EAUTH') {
    const message = `The mail server refused the message with ${status}.`;
    // RFC 5321: 5yz means that the same will never be taken.
    return new SendError('mail_refused', message, { retryable: status < 500, status, cause: error });
  }
  return unavailable(codeOf(error) ?? messageOf(error), error, status);
}

function unavailable(reason: string, cause: unknown, status?: number): SendError {
  const message = `The mail server cannot be used: ${reason}.`;
  return new SendError('mail_unavailable', message, { retryable: true, status, cause });
}

function replyCodeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('responseCode' in error)) return undefined;
  return typeof error.responseCode === 'number' ? error.responseCode : undefined;
}
