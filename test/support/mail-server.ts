import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import type { Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { vi } from 'vitest';

interface ReceivedMail {
  /** Addresses of the envelope. */
  to: string[];
  mail: Email;
  raw: string;
}

export interface MailServer {
  /** With user and password. */
  url: string;
  readonly received: readonly ReceivedMail[];
  /** Status with which recipients are refused; undefined takes them. */
  refuse: number | undefined;
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A mail server on loopback that keeps what it gets. */
export async function startMailServer(password = 'mail-password'): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (auth, _session, done) => {
      if (auth.password === password) done(null, { user: auth.username ?? '' });
      else done(new Error('wrong password'));
    },
    onRcptTo: (_address, _session, done) => {
      if (mailServer.refuse === undefined) done();
      else done(Object.assign(new Error('not now'), { responseCode: mailServer.refuse }));
    },
    onData: (stream, { envelope }, done) => {
      void buffer(stream).then(async (raw) => {
        const to = envelope.rcptTo.map(({ address }) => address);
        received.push({ to, raw: raw.toString(), mail: await PostalMime.parse(raw) });
        done();
      });
    },
  });
  // A client that goes away in mid-sentence is no fault of the server.
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const mailServer: MailServer = {
    url: `smtp://exports:${password}@127.0.0.1:${(listening.address() as AddressInfo).port}`,
    received,
    refuse: undefined,
    arrived: (count) =>
      vi.waitUntil(() => received.length >= count, { timeout: 60_000, interval: 20 }).then(() => undefined),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return mailServer;
}
