import { z } from 'zod';
import { integer, url, list, target, portRange, keyAdvice, flag } from './kinds.ts';

export const messages = {
  heading: 'E-mail and webhooks',
  text: 'See [notifications.md](notifications.md).',
  settings: {
    SMTP_URL: url(/^smtps?$/)
      .optional()
      .describe(
        'Mail server, as `smtps://user:password@host:465`, or `smtp://…:587?requireTLS=true`. Not set: no e-mail is sent.',
      ),
    MAIL_FROM: z
      .string()
      .regex(
        /^[^\p{C}<>@]*(<[^\p{C}<>@\s]+@[^\p{C}<>@\s]+>|[^\p{C}<>@\s]+@[^\p{C}<>@\s]+)$/u,
        'an address, or `Name <address>`',
      )
      .optional()
      .describe('Sender of e-mails, such as `Exports <exports@example.org>`.'),
    MAIL_TIMEOUT_SECONDS: integer(1, 600).default(30).describe('Time the mail server has to take a message.'),
    NOTIFY_EMAIL_DOMAINS: list
      .prefault('')
      .describe(
        'Domains, with commas between them, to whose addresses everybody may have messages sent; `*` for all. Without it users reach the address in their token alone; admins and keys with the scope `act-as` reach all.',
      ),
    NOTIFY_MAX_TARGETS: integer(1, 100)
      .default(10)
      .describe('Addresses and webhooks that may be told of one export, besides the tenant’s webhooks.'),
    NOTIFY_EMAILS_PER_HOUR: integer(1, 100_000)
      .default(60)
      .describe('Messages that one e-mail address may get from one tenant in an hour; those beyond it wait.'),
    NOTIFY_EXPIRY_HOURS: integer(0, 24 * 30)
      .default(24)
      .describe(
        'How long before a file expires it is told; 0: never. Not of files that are kept for less than twice as long.',
      ),
    NOTIFY_CONCURRENCY: integer(1, 100).default(10).describe('Messages one worker process sends at a time.'),
    NOTIFY_RETRY_DELAY_SECONDS: integer(1, 3600)
      .default(30)
      .describe(
        'Pause after the first failed try of a message; doubles with each further one, less a random part.',
      ),
    NOTIFY_RETRY_MAX_DELAY_SECONDS: integer(1, 86_400)
      .default(6 * 3600)
      .describe('Longest such pause.'),
    NOTIFY_GIVE_UP_HOURS: integer(1, 24 * 30)
      .default(72)
      .describe('A message is given up when it has been tried for this long.'),
    NOTIFY_RETENTION_DAYS: integer(1, 3650)
      .default(30)
      .describe('How long it is kept what became of a message.'),
    WEBHOOK_SECRET_KEY: list
      .refine((keys) => keys.length > 0 && keys.every((key) => key.length >= 32), keyAdvice)
      .optional()
      .describe(
        'Key that the secrets of webhooks are stored with, at least 32 characters. Not set: there are no webhooks. To change it put the new one before the old one, with a comma between them.',
      ),
    WEBHOOK_ALLOW_HTTP: flag
      .default(false)
      .describe('`true` lets webhooks go to `http://`, where others can read them.'),
    WEBHOOK_PORTS: list
      .pipe(z.array(portRange).min(1))
      .prefault('443,8443')
      .describe('Ports that webhooks may go to, and ranges such as `8000-8999`, with commas between them.'),
    WEBHOOK_ALLOW_HOSTS: list
      .pipe(z.array(target))
      .prefault('')
      .describe(
        'Hosts, addresses and ranges such as `10.0.0.0/8`, with commas between them, that webhooks may go to though they are not on the public internet.',
      ),
    WEBHOOK_TIMEOUT_SECONDS: integer(1, 120)
      .default(10)
      .describe('Time the receiver of a webhook has to answer.'),
    WEBHOOK_MAX_PER_TENANT: integer(1, 1000).default(10).describe('Webhooks that a tenant may have.'),
    WEBHOOK_ROTATION_HOURS: integer(0, 24 * 30)
      .default(24)
      .describe('How long the secret before signs too after a rotation.'),
    WEBHOOK_DISABLE_AFTER_DAYS: integer(1, 365)
      .default(5)
      .describe('A webhook at which nothing has arrived for this long is disabled.'),
    WEBHOOK_LOG_ENTRIES: integer(1, 1000).default(200).describe('Tries that the log of a webhook keeps.'),
  },
};
