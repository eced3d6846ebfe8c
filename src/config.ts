import { z } from 'zod';
import { AppError } from './errors.ts';

const MIB = 1024 * 1024;
/** S3 accepts at most this many parts in one multipart upload. */
const MAX_PARTS = 10_000;
/** The largest number that a structured header, such as RateLimit, can hold (RFC 9651). */
const MOST = 999_999_999_999_999;

const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const url = (protocols: RegExp) => z.url({ protocol: protocols });
const postgresUrl = url(/^postgres(ql)?$/);
/** The name of a setting that stands for several: here each names a source of its own. */
const NAMED_SOURCE = 'SOURCE_<NAME>_DATABASE_URL';
/** Words with commas between them. */
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== ''),
);
const target = z
  .string()
  .regex(
    /^[A-Za-z0-9_.:-]+(\/\d{1,3})?$/,
    'must be host names, addresses or ranges, such as hooks.internal,10.0.0.0/8',
  );
const origin = z.union([
  z.literal('*'),
  z
    .string()
    .regex(/^https?:\/\/[a-z0-9.[\]:-]+$/, 'must be origins in lower case, such as https://app.example.org'),
]);
const portRange = z
  .string()
  .regex(/^\d{1,5}(-\d{1,5})?$/, 'must be ports or ranges of ports, such as 443,8000-8999')
  .transform((text) => {
    const [from = 0, to = from] = text.split('-').map(Number);
    return { from, to };
  })
  .refine(({ from, to }) => from >= 1 && from <= to && to <= 65_535, 'must be ports from 1 to 65535');
const keyAdvice = 'must have at least 32 characters; make one with: openssl rand -base64 48';
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/**
 * Every setting, in the order in which docs/configuration.md lists them. The description is the documentation; the
 * schema is the rule. An empty variable counts as not set.
 */
export const settings = z.object({
  NODE_ENV: z
    .enum(['development', 'production', 'test'])
    .default('development')
    .describe('`production` refuses to start on demo credentials, demo data or the embedded servers.'),
  ROWFERRY_HOME: z
    .string()
    .default('.rowferry')
    .describe('Folder of the embedded servers’ data and of the demo credentials.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severe log line that is written (JSON lines on standard output).'),
  METRICS_TOKEN: z
    .string()
    .min(32, keyAdvice)
    .max(1024)
    .optional()
    .describe('What Prometheus has to send as a bearer token to read `/metrics`. Not set: nothing.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(/^https?$/)
    .optional()
    .describe(
      'Where traces go, by OTLP over HTTP, such as `http://collector:4318`. Not set: none are made. OpenTelemetry’s other variables for it count too.',
    ),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Share of traces that are kept, of those that begin here; others follow their beginning.'),
  DATASETS_DIR: z
    .string()
    .optional()
    .describe('Folder of dataset files. Default: the `datasets` folder of this project.'),

  HOST: z.string().default('127.0.0.1').describe('Address the API listens on; `0.0.0.0` in a container.'),
  PORT: integer(0, 65_535).default(3000).describe('Port the API listens on; 0 takes any free one.'),
  API_BODY_MAX_BYTES: integer(1024, 16 * MIB)
    .default(64 * 1024)
    .describe('Largest request body the API reads.'),
  API_BODY_MAX_DEPTH: integer(4, 500).default(32).describe('Levels to which a request body may be nested.'),
  API_REQUEST_TIMEOUT_SECONDS: integer(1, 600)
    .default(30)
    .describe('Time a client has to send its request; slower ones are cut off.'),
  API_ANSWER_TIMEOUT_MS: integer(200, 60_000)
    .default(1800)
    .describe(
      'Time within which every request is answered, once it has arrived; by 503 when a part of the service hangs.',
    ),
  EVENTS_LOOK_MS: integer(50, 60_000)
    .default(500)
    .describe('How often an API process looks at the exports that are watched over it; one query for all.'),
  EVENTS_HEARTBEAT_SECONDS: integer(1, 300)
    .default(15)
    .describe(
      'Pause between two heartbeats of a stream of events, which keep proxies from closing it. So often its key or token is checked, too.',
    ),
  EVENTS_MAX_STREAMS: integer(1, 100_000)
    .default(2000)
    .describe('Streams of events that one API process keeps open; more are refused.'),
  EVENTS_MAX_STREAMS_PER_SUBJECT: integer(1, 100_000).default(100).describe('Those of one subject.'),
  API_PROXY_HOPS: integer(0, 10)
    .default(0)
    .describe(
      'Reverse proxies in front of the API that each add a client’s address to `X-Forwarded-For`. 0: the header is not believed. Set it behind a proxy, or all clients share the limit of `AUTH_FAILURES_PER_MINUTE`.',
    ),

  CORS_ORIGINS: list
    .pipe(z.array(origin))
    .prefault('')
    .describe(
      'Origins, such as `https://app.example.org`, with commas between them, whose pages may call the API from the browser; `*` for all. Needed by the export button on pages of another origin.',
    ),
  PUBLIC_URL: url(/^https?$/)
    .optional()
    .describe('Address of the API as people and programs elsewhere see it, for the links in messages.'),

  AUTH_JWT_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters; make one with: openssl rand -base64 48')
    .max(1024)
    .optional()
    .describe('Secret of HS256 tokens, shared with what issues them. Not set: no such token is taken.'),
  AUTH_JWKS_URL: url(/^https?$/)
    .optional()
    .describe(
      'Where the public keys of the issuer of RS256, ES256 or EdDSA tokens are. Not set: no such token is taken.',
    ),
  AUTH_JWT_ISSUER: z.string().max(1024).optional().describe('What the claim `iss` of a token has to be.'),
  AUTH_JWT_AUDIENCE: z
    .string()
    .max(1024)
    .optional()
    .describe('What the claim `aud` of a token has to be or to hold.'),
  AUTH_JWT_CLOCK_TOLERANCE_SECONDS: integer(0, 60)
    .default(5)
    .describe('By how much the clock of a token’s issuer may differ from ours.'),
  AUTH_JWKS_TIMEOUT_MS: integer(100, 10_000)
    .default(1500)
    .describe('Time that `AUTH_JWKS_URL` has to answer.'),
  AUTH_FAILURES_PER_MINUTE: integer(1, 100_000)
    .default(60)
    .describe(
      'Unknown keys and forged tokens that one address may send a minute to one API process; then it is refused until the minute is over.',
    ),

  CONSOLE_SESSION_HOURS: integer(1, 30 * 24)
    .default(12)
    .describe(
      'How long a browser stays signed in to the console; with a token at most as long as that is good.',
    ),
  CONSOLE_SESSIONS_PER_SUBJECT: integer(1, 1000)
    .default(20)
    .describe('Browsers that one subject may be signed in with; another one signs the oldest out.'),
  CONSOLE_QUEUE_PAGE: z
    .enum(['off', 'read-only', 'full'])
    .default('read-only')
    .describe(
      'The page of the queue at `/queue`, for admins of the tenant `default`: it shows the ids of all tenants. `full` lets them change jobs, too.',
    ),

  LIMIT_SUBJECT_CONCURRENT_EXPORTS: integer(1, 1_000_000)
    .default(20)
    .describe('Exports that one subject may have queued or running.'),
  LIMIT_SUBJECT_EXPORTS_PER_HOUR: integer(1, MOST)
    .default(200)
    .describe('Exports that one subject may ask for in an hour of the clock.'),
  LIMIT_SUBJECT_ROWS_PER_DAY: integer(1, MOST)
    .default(2_000_000_000)
    .describe('Rows in one subject’s exports of a day (UTC). What goes on when it is reached may end.'),
  LIMIT_SUBJECT_BYTES_PER_DAY: integer(1, MOST)
    .default(256 * 1024 ** 3)
    .describe('Bytes in one subject’s exports of a day (UTC). What goes on when it is reached may end.'),
  LIMIT_TENANT_CONCURRENT_EXPORTS: integer(1, 1_000_000)
    .default(1000)
    .describe('Exports that all subjects of one tenant together may have queued or running.'),
  LIMIT_TENANT_EXPORTS_PER_HOUR: integer(1, MOST)
    .default(10_000)
    .describe('Exports that they may ask for together in an hour of the clock.'),
  LIMIT_TENANT_ROWS_PER_DAY: integer(1, MOST)
    .default(20_000_000_000)
    .describe('Rows in all their exports of a day (UTC).'),
  LIMIT_TENANT_BYTES_PER_DAY: integer(1, MOST)
    .default(2 * 1024 ** 4)
    .describe('Bytes in all their exports of a day (UTC).'),
  LIMIT_TENANT_WAITING_REQUESTS: integer(1, 10_000)
    .default(100)
    .describe(
      'Requests for exports of one tenant that may wait for each other in one API process; more at once are refused.',
    ),
  IDEMPOTENCY_RETENTION_HOURS: integer(1, 30 * 24)
    .default(24)
    .describe('How long an `Idempotency-Key` is remembered.'),

  PREVIEW_ROWS: integer(1, 1000).default(20).describe('Rows that a preview shows.'),
  PREVIEW_MAX_BYTES: integer(1024, 16 * MIB)
    .default(MIB)
    .describe('Most text that a preview shows. One with more is refused; the export itself is not.'),
  PREVIEW_TIMEOUT_SECONDS: integer(1, 300)
    .default(10)
    .describe(
      'Time the source database has for the first rows of a preview; then its connection is dropped.',
    ),
  PREVIEW_CONCURRENCY: integer(1, 100)
    .default(4)
    .describe('Previews an API process makes at a time, each on a connection to the source database.'),
  PREVIEW_BYTES_PER_SECOND: integer(1024, 10 * 1024 * MIB)
    .default(50 * MIB)
    .describe(
      'Speed of the byte path that previews reckon with when they say how long the export will take, until exports of the same dataset and format have shown theirs. Rows that take the other way are reckoned at 0.4 times that.',
    ),

  DATABASE_URL: postgresUrl
    .optional()
    .describe('PostgreSQL (14 or newer) that keeps the export records. Not set: an embedded one.'),
  DATABASE_POOL_SIZE: integer(2, 200)
    .default(10)
    .describe('Connections to `DATABASE_URL` a process may hold, besides one a running export.'),
  SOURCE_DATABASE_URL: postgresUrl
    .optional()
    .describe('PostgreSQL that is exported from; may be a read replica. Default: `DATABASE_URL`.'),
  [NAMED_SOURCE]: postgresUrl
    .optional()
    .describe(
      "Another PostgreSQL to export from, for the datasets that name it: `SOURCE_REPLICA_DATABASE_URL` for `source: 'replica'`. As many as you like, in capitals, with `_` for `-`.",
    ),
  REDIS_URL: url(/^rediss?$/)
    .optional()
    .describe(
      'Redis (6.2 or newer, `maxmemory-policy noeviction`) for the queue. Not set: the queue is in `DATABASE_URL`.',
    ),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,30}$/, 'lower-case letters, digits and _ only, at most 31')
    .default('rowferry')
    .describe('Namespace of the queue: Redis key prefix, or PostgreSQL schema `<prefix>_queue`.'),
  QUEUE_ADD_TIMEOUT_MS: integer(50, 30_000)
    .default(1500)
    .describe(
      'Time the queue gets to take a job or to answer; after it the janitor delivers the job. No request waits for it.',
    ),

  S3_BUCKET: z.string().min(3).max(63).default('rowferry').describe('Bucket the files go to.'),
  S3_ENDPOINT: url(/^https?$/)
    .optional()
    .describe(
      'S3-compatible endpoint. Not set, with `S3_BUCKET` set: AWS. Neither set: an embedded server on this machine.',
    ),
  S3_PUBLIC_ENDPOINT: url(/^https?$/)
    .optional()
    .describe('Endpoint as clients see it, for signed links. Default: `S3_ENDPOINT`.'),
  S3_REGION: z.string().default('us-east-1').describe('Region of the bucket.'),
  S3_FORCE_PATH_STYLE: flag
    .default(false)
    .describe('`true` for servers that want the bucket in the path rather than in the host name.'),
  S3_KEY_PREFIX: z
    .string()
    .regex(/^([A-Za-z0-9._-]+\/)+$/, 'must be folders that each end with a slash, e.g. exports/')
    .default('exports/')
    .describe(
      'Start of every key. rowferry deletes what it does not know under this prefix, and nothing outside it.',
    ),
  S3_PAYLOAD_SIGNING: z
    .enum(['auto', 'always', 'never'])
    .default('auto')
    .describe(
      'Whether the signature covers the bytes of a file; a SHA-256 of them costs 0.6 CPU seconds per 600 MB. `auto`: only where the endpoint has no TLS and is another machine. `never` over plain HTTP is for networks you trust.',
    ),
  S3_CHECKSUMS: z
    .enum(['auto', 'when_supported', 'when_required'])
    .default('auto')
    .describe(
      'Whether S3 checks a CRC32 of each part, which costs 0.2 CPU seconds per 600 MB. `auto`: where the signature does not cover the bytes. `when_required`: never, for compatible servers that reject checksums.',
    ),
  S3_PART_BYTES: integer(5 * MIB, 5 * 1024 * MIB)
    .default(8 * MIB)
    .describe(
      'Size of one part of an upload; grows by itself where `EXPORT_MAX_BYTES` needs it. Smaller ones cost more requests, larger ones only memory.',
    ),
  S3_PARTS_IN_FLIGHT: integer(1, 32)
    .default(3)
    .describe(
      'Parts of one export in memory: one is filled while the others are uploaded. With 1 nothing overlaps.',
    ),
  S3_REQUEST_TIMEOUT_SECONDS: integer(1, 3600)
    .default(60)
    .describe('Time one request to S3 may take before it is given up and tried again.'),
  S3_MAX_ATTEMPTS: integer(1, 10).default(4).describe('Tries of one request to S3 before the attempt fails.'),

  EXPORT_MAX_BYTES: integer(1, 5 * 1024 ** 4)
    .default(64 * 1024 ** 3)
    .describe(
      'Largest file, before compression too. An export that grows beyond it fails and says so; it is never cut.',
    ),
  EXPORT_MAX_ROWS: integer(1, Number.MAX_SAFE_INTEGER)
    .default(1_000_000_000)
    .describe('Most rows in one export. One with more fails and says so; it is never cut.'),
  EXPORT_GZIP_LEVEL: integer(1, 9)
    .default(1)
    .describe(
      'Level of exports that ask for gzip. 6 takes almost twice as long as 1 for a file that is a tenth smaller.',
    ),
  EXPORT_MAX_FIELD_BYTES: integer(1024, 500 * MIB)
    .default(128 * MIB)
    .describe(
      'Largest single value. An export with a larger one fails and names its row and column. One value has to fit in memory several times over.',
    ),
  EXPORT_ENCODER: z
    .enum(['auto', 'rows'])
    .default('auto')
    .describe(
      '`rows` takes every export through JavaScript values, several times slower; the files are the same. Only to rule out the byte path when a file looks wrong.',
    ),
  EXPORT_BATCH_ROWS: integer(1, 100_000).default(1000).describe('Most rows fetched from PostgreSQL at once.'),
  EXPORT_BATCH_BYTES: integer(1024, 1024 * MIB)
    .default(4 * MIB)
    .describe('Size a batch aims at: wide rows are fetched in smaller batches.'),
  EXPORT_PARQUET_ROW_GROUP_BYTES: integer(64 * 1024, 1024 * MIB)
    .default(8 * MIB)
    .describe(
      'Values of a Parquet file that are written as one row group, and held in memory until then, several times over.',
    ),
  EXPORT_STALL_TIMEOUT_SECONDS: integer(1, 3600)
    .default(60)
    .describe('An attempt fails when PostgreSQL sends nothing for this long.'),
  EXPORT_DEADLINE_SECONDS: integer(1, 7 * 86_400)
    .default(3600)
    .describe('Longest an attempt may run; then its snapshot is let go.'),
  EXPORT_MAX_ATTEMPTS: integer(1, 20).default(5).describe('Attempts at one export before it is `failed`.'),
  EXPORT_MAX_RELEASES: integer(0, 1000)
    .default(20)
    .describe(
      'Attempts that workers may hand back (they shut down, they lost the queue) without counting; later ones count.',
    ),
  EXPORT_RETRY_DELAY_SECONDS: integer(0, 3600)
    .default(5)
    .describe('Pause before the second attempt; doubles with each further one.'),
  EXPORT_GIVE_UP_AFTER_HOURS: integer(1, 24 * 365)
    .default(72)
    .describe('An export that has not come to an end so long after its request becomes `failed`.'),
  EXPORT_RETENTION_HOURS: integer(1, 24 * 365)
    .default(168)
    .describe('How long a finished file is kept.'),
  EXPORT_RECORD_RETENTION_DAYS: integer(1, 3650)
    .default(90)
    .describe(
      'How long the record of an export that has ended is kept, with its history; never shorter than its file.',
    ),
  IMPORT_DATABASE_URL: postgresUrl
    .optional()
    .describe(
      'PostgreSQL that imports are written to, by a user who may write and make temporary tables. Default: the one that is exported from.',
    ),
  IMPORT_MAX_BYTES: integer(1024, 64 * 1024 ** 3)
    .default(4 * 1024 ** 3)
    .describe('Largest file to import, before and after it is unpacked.'),
  IMPORT_MAX_ROWS: integer(1, 1_000_000_000).default(10_000_000).describe('Most rows in a file to import.'),
  IMPORT_MAX_ROW_BYTES: integer(1024, 256 * MIB)
    .default(16 * MIB)
    .describe('Most text in one row to import. One row has to fit in memory several times over.'),
  IMPORT_BATCH_ROWS: integer(1, 1_000_000)
    .default(1000)
    .describe('Rows of a batch, where an import leaves out whole batches for their invalid rows.'),
  IMPORT_REPORT_ROWS: integer(0, 10_000)
    .default(100)
    .describe('Invalid rows that the report of an import lists, with line and reason. All are counted.'),
  IMPORT_UPLOAD_TIMEOUT_SECONDS: integer(1, 86_400)
    .default(900)
    .describe('Time a client has to send a file to import.'),
  IMPORT_MAX_OPEN_PER_SUBJECT: integer(1, 100_000)
    .default(5)
    .describe('Imports that one subject may have queued or running; more are refused.'),
  IMPORT_MAX_OPEN_PER_TENANT: integer(1, 1_000_000)
    .default(100)
    .describe('Those of all subjects of one tenant together.'),
  IMPORT_CONCURRENCY: integer(1, 100).default(1).describe('Imports one worker process runs at a time.'),
  IMPORT_DEADLINE_SECONDS: integer(1, 7 * 86_400)
    .default(3600)
    .describe('Longest that one step of an import may take in PostgreSQL; then nothing is written.'),
  MANIFEST_SIGNING_KEY: z
    .base64('must be what `rowferry keys signing` prints')
    .max(1024)
    .optional()
    .describe(
      'Ed25519 private key that vouches for manifests, as `rowferry keys signing` makes it. Not set: manifests have no signature, except with an embedded server, which comes with a key.',
    ),
  DOWNLOAD_URL_TTL_SECONDS: integer(5, 300)
    .default(300)
    .describe('Life of a signed download URL; five minutes at most.'),

  BULK_MAX_SUBJECTS: integer(1, 1_000_000)
    .default(20_000)
    .describe('Subjects that one bulk export may have. One with more fails before any export is made.'),
  BULK_MAX_IN_FLIGHT: integer(1, 1000)
    .default(16)
    .describe(
      'Exports of one bulk export that are queued or running at a time; each one’s end brings the next. They wait in a lane of their own, of which a worker runs `WORKER_BULK_LANE_CONCURRENCY` at a time.',
    ),
  BULK_MAX_OPEN_PER_TENANT: integer(1, 1000)
    .default(5)
    .describe('Bulk exports of one tenant that may be under way.'),
  BULK_BODY_MAX_BYTES: integer(1024, 64 * MIB)
    .default(2 * MIB)
    .describe('Largest body of a request for a bulk export, which may list its subjects.'),
  BULK_GIVE_UP_AFTER_HOURS: integer(1, 24 * 365)
    .default(168)
    .describe('Subjects whose turn has not come so long after the start are given up.'),

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
    .describe('Messages that one e-mail address may get in an hour; those beyond it wait.'),
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

  AUDIT_RETENTION_DAYS: integer(0, 36_500)
    .default(0)
    .describe('How long lines of the audit log are kept; 0: for ever.'),
  AUDIT_REFUSALS_PER_MINUTE: integer(0, 100_000)
    .default(60)
    .describe(
      'Lines about refused acts that one tenant gets in the audit log in a minute, from one API process; those beyond it are left out.',
    ),

  SCHEDULE_INTERVAL_SECONDS: integer(1, 3600)
    .default(5)
    .describe('How often each worker looks for schedules that are due.'),
  SCHEDULE_MIN_INTERVAL_MINUTES: integer(1, 7 * 24 * 60)
    .default(15)
    .describe('Shortest time between two runs of a schedule.'),
  SCHEDULE_MAX_PER_SUBJECT: integer(1, 100_000).default(20).describe('Schedules that one subject may have.'),
  SCHEDULE_MAX_PER_TENANT: integer(1, 1_000_000)
    .default(1000)
    .describe('Schedules that all subjects of one tenant may have together.'),

  WORKER_CONCURRENCY: integer(1, 100)
    .default(4)
    .describe('Exports one worker process runs at a time, besides those in the fast lane.'),
  WORKER_FAST_LANE_CONCURRENCY: integer(1, 100)
    .default(4)
    .describe('Small exports that it runs at a time besides those.'),
  WORKER_BULK_LANE_CONCURRENCY: integer(1, 100)
    .default(4)
    .describe('Exports of bulk exports that it runs at a time besides those.'),
  FAST_LANE_MAX_ROWS: integer(0, 1_000_000)
    .default(20_000)
    .describe(
      'Exports that are expected to have no more rows than this wait in a lane of their own. One that turns out to have twice as many is started again in the other. 0: there are none.',
    ),
  FAST_LANE_MAX_SECONDS: integer(1, 3600)
    .default(10)
    .describe('An export that takes longer leaves the fast lane too.'),
  FAST_LANE_ESTIMATE_TIMEOUT_MS: integer(10, 1000)
    .default(200)
    .describe(
      'Time a request may spend on finding out how many rows to expect; without an answer it is not for the fast lane.',
    ),
  WORKER_LOCK_SECONDS: integer(5, 600)
    .default(30)
    .describe('A worker silent for this long is taken for dead and its exports are started again.'),
  WORKER_HEALTH_PORT: integer(0, 65_535)
    .optional()
    .describe('Port of the worker’s own `/livez`, `/readyz` and `/metrics`. Not set: none.'),
  JANITOR_INTERVAL_SECONDS: integer(1, 3600)
    .default(15)
    .describe('How often lost jobs, dead attempts, orphaned uploads and expired files are looked for.'),
  JANITOR_ORPHAN_AGE_SECONDS: integer(60, 30 * 86_400)
    .default(86_400)
    .describe(
      'Age at which an object or upload that no export knows is removed. What an export left that has ended is removed at once.',
    ),
  JANITOR_ORPHAN_INTERVAL_SECONDS: integer(1, 30 * 86_400)
    .default(3600)
    .describe(
      'How often such objects are looked for, by all workers together: it lists everything under `S3_KEY_PREFIX`.',
    ),
  SHUTDOWN_GRACE_SECONDS: integer(1, 3600)
    .default(25)
    .describe('Time running exports have to end after SIGTERM; then they go back into the queue.'),
});

export type Config = Readonly<z.output<typeof settings>> & {
  /** What the person named and what falls to the embedded default. */
  readonly embedded: { readonly database: boolean; readonly storage: boolean };
  /** What each SOURCE_<NAME>_DATABASE_URL says, by the name as datasets write it. */
  readonly namedSources: Readonly<Record<string, string>>;
};

/**
 * Reads the environment once. All problems are reported together.
 *
 * @throws AppError `bad_configuration`; its message has one line a problem.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = settings.safeParse(given);
  const sources = readNamedSources(given);
  const problems = [
    ...(parsed.success
      ? contradictions(parsed.data)
      : parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`)),
    ...sources.problems,
  ];
  if (!parsed.success || problems.length > 0) {
    throw new AppError(
      'bad_configuration',
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n` +
        problems.map((problem) => `  ${problem}`).join('\n') +
        '\nEvery setting is described in docs/configuration.md.',
    );
  }
  const embedded = {
    database: parsed.data.DATABASE_URL === undefined,
    storage: parsed.data.S3_ENDPOINT === undefined && given['S3_BUCKET'] === undefined,
  };
  const namedSources = Object.freeze(sources.named);
  return Object.freeze({ ...parsed.data, embedded: Object.freeze(embedded), namedSources });
}

function readNamedSources(given: Readonly<Record<string, string | undefined>>) {
  const named: Record<string, string> = {};
  const problems: string[] = [];
  for (const [setting, address = ''] of Object.entries(given)) {
    const [, name] = /^SOURCE_(.+)_DATABASE_URL$/i.exec(setting) ?? [];
    if (name === undefined) continue;
    if (!/^SOURCE_[A-Z][A-Z0-9_]{0,39}_DATABASE_URL$/.test(setting) || name === 'DEFAULT') {
      problems.push(
        `${setting}: is written SOURCE_<NAME>_DATABASE_URL, with capitals, digits and _; SOURCE_DATABASE_URL is the default`,
      );
      continue;
    }
    const parsed = postgresUrl.safeParse(address);
    if (!parsed.success) problems.push(`${setting}: ${parsed.error.issues[0]?.message ?? 'is no URL'}`);
    problems.push(...queryTimeout(setting, address));
    named[name.toLowerCase().replaceAll('_', '-')] = address;
  }
  return { named, problems };
}

function queryTimeout(setting: string, address: string | undefined): string[] {
  if (address?.includes('query_timeout') !== true) return [];
  return [`${setting}: remove query_timeout; it cuts a slow export short and lets it pass for complete`];
}

function contradictions(config: z.output<typeof settings>): string[] {
  const problems: string[] = [];
  if (config.S3_PUBLIC_ENDPOINT !== undefined && config.S3_ENDPOINT === undefined) {
    problems.push('S3_PUBLIC_ENDPOINT: makes sense only beside S3_ENDPOINT');
  }
  if (config.JANITOR_ORPHAN_AGE_SECONDS <= config.EXPORT_DEADLINE_SECONDS) {
    problems.push(
      'JANITOR_ORPHAN_AGE_SECONDS: must be longer than EXPORT_DEADLINE_SECONDS, or running uploads would be removed',
    );
  }
  problems.push(...tokenContradictions(config), ...mailContradictions(config));
  if (config.EXPORT_GIVE_UP_AFTER_HOURS * 3600 <= config.EXPORT_DEADLINE_SECONDS) {
    problems.push(
      'EXPORT_GIVE_UP_AFTER_HOURS: must be longer than EXPORT_DEADLINE_SECONDS, or an attempt could not use its time',
    );
  }
  for (const name of ['DATABASE_URL', 'SOURCE_DATABASE_URL'] as const) {
    problems.push(...queryTimeout(name, config[name]));
  }
  return problems;
}

function tokenContradictions(config: z.output<typeof settings>): string[] {
  const { AUTH_JWT_SECRET: secret, AUTH_JWKS_URL: keysUrl, NODE_ENV } = config;
  const production = NODE_ENV === 'production';
  const problems: string[] = [];
  if (secret !== undefined && keysUrl !== undefined) {
    problems.push('AUTH_JWT_SECRET: not beside AUTH_JWKS_URL; tokens have one issuer');
  }
  for (const name of ['AUTH_JWT_ISSUER', 'AUTH_JWT_AUDIENCE'] as const) {
    if ((config[name] === undefined) === (secret === undefined && keysUrl === undefined)) continue;
    problems.push(`${name}: goes together with AUTH_JWT_SECRET or AUTH_JWKS_URL`);
  }
  if (production && secret !== undefined && isGuessable(secret)) {
    problems.push('AUTH_JWT_SECRET: looks like an example; make one with: openssl rand -base64 48');
  }
  if (production && keysUrl?.startsWith('http:') === true) {
    problems.push('AUTH_JWKS_URL: must be https in production, or whoever is in between signs tokens');
  }
  return problems;
}

function mailContradictions(config: z.output<typeof settings>): string[] {
  if (config.SMTP_URL === undefined) return [];
  const missing = (['MAIL_FROM', 'PUBLIC_URL'] as const).filter((name) => config[name] === undefined);
  return missing.map((name) => `${name}: is needed beside SMTP_URL`);
}

/** Words that stand in for a secret, and texts that are long without holding much. */
function isGuessable(secret: string): boolean {
  return (
    /change.?me|change.?it|secret|password|default|example|rowferry/i.test(secret) ||
    new Set(secret).size < 10
  );
}

/** Part size, in bytes, that lets a file of the largest allowed size fit into S3's 10,000 parts. */
export function partSizeBytes(config: Pick<Config, 'S3_PART_BYTES' | 'EXPORT_MAX_BYTES'>): number {
  return Math.max(config.S3_PART_BYTES, Math.ceil(config.EXPORT_MAX_BYTES / (MAX_PARTS - 1)));
}
