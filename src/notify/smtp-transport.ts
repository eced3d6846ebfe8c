import { createTransport } from 'nodemailer';
import type { Transporter } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';

export interface SmtpOptions {
  /** `smtp://` or `smtps://`, with user, password and options as nodemailer reads them. */
  url: string;
  /** For the whole of a message, and so for each step of it. */
  timeoutMs: number;
}

export type SmtpTransport = Transporter<SMTPTransport.SentMessageInfo, SMTPTransport.Options>;

/** A connection a message; nothing is read from files or addresses that a message might name. */
export function createSmtpTransport({ url, timeoutMs }: SmtpOptions): SmtpTransport {
  return createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
