import { codeOf, messageOf } from '../errors.ts';
import { createSmtpTransport } from '../notify/smtp-transport.ts';
import type { SmtpOptions } from '../notify/smtp-transport.ts';
import { ok, warn } from './finding.ts';
import type { Finding } from './finding.ts';

/** The mail server: reachable, and it takes our user and password. Exports run without it, so it never keeps one from starting. */
export async function checkSmtp(options: SmtpOptions): Promise<Finding[]> {
  const transport = createSmtpTransport(options);
  try {
    await transport.verify();
    return [ok('mail', 'the mail server takes messages')];
  } catch (error) {
    // Not its whole answer, which may repeat the account.
    const detail = `The mail server cannot be used: ${codeOf(error) ?? messageOf(error)}.`;
    const remedy = 'Check SMTP_URL: host, port, user, password, and smtps:// or requireTLS for TLS.';
    return [warn('mail', detail, remedy)];
  } finally {
    transport.close();
  }
}
