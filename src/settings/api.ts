import { z } from 'zod';
import { MIB, integer, url, list, origin } from './kinds.ts';

export const api = {
  heading: 'API',
  settings: {
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
  },
};
