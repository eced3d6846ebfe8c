import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf } from '../../src/errors.ts';
import { parseAllowedTargets } from '../../src/notify/address-rules.ts';
import type { News } from '../../src/notify/news.ts';
import { postPinned } from '../../src/notify/pinned-post.ts';
import { WebhookSender } from '../../src/notify/webhook-sender.ts';
import { problemOfTarget, refuseForbidden } from '../../src/notify/webhook-target.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';

const news: News = {
  id: '0b6c9b0e-7a2a-4d0b-9a55-6b0f7f2f1c11',
  kind: 'failed',
  at: new Date(0),
  export: {
    id: '5f0c1de0-6a55-4f44-9d5a-0a4f4a1f3c12',
    dataset: 'diary',
    title: 'Film diary',
    format: 'csv',
    subject: '1',
    files: [],
    error: { code: 'too_many_rows', message: 'Too many.' },
  },
};
const secrets = [`whsec_${Buffer.alloc(32, 7).toString('base64')}`];
const never = new AbortController().signal;

/** Everything is open but the addresses, so that it is they that stop a message. */
const rulesOf = (allow: readonly string[]) => ({
  allowHttp: true,
  ports: [{ from: 1, to: 65_535 }],
  allowed: parseAllowedTargets(allow),
});
const senderOf = (allow: readonly string[] = []) =>
  new WebhookSender({ rules: rulesOf(allow), timeoutMs: 3000, publicUrl: undefined });

/** Listens on every address of this machine, IPv4 and IPv6, and counts who comes. */
let canary: Server;
let port: number;
let touched: number;
beforeEach(async () => {
  touched = 0;
  canary = createServer((socket) => {
    touched++;
    socket.on('error', () => undefined).resume();
    socket.end('HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n');
  });
  canary.listen(0, '::');
  await once(canary, 'listening');
  port = (canary.address() as AddressInfo).port;
});
afterEach(async () => {
  canary.close();
  await once(canary, 'close');
});

const outcomeOf = (host: string, sender = senderOf()) =>
  sender.send(news, { url: `http://${host}:${port}/hook`, secrets }, never).then(
    (status) => status,
    (error: unknown) => codeOf(error),
  );

/** Addresses of this machine on its networks. */
const ownAddresses = Object.values(networkInterfaces())
  .flatMap((entries) => entries ?? [])
  .filter(({ internal }) => !internal)
  .map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));

const forms = [
  ['loopback', ['127.0.0.1', '127.1', '127.255.255.254', '[::1]', 'localhost', 'LOCALHOST', 'localhost.']],
  ['decimal', ['2130706433']],
  ['octal', ['0177.0.0.1', '017700000001', '0177.1']],
  ['hex', ['0x7f000001', '0x7f.0.0.1', '0x7F.1']],
  ['full-width and percent-encoded digits', ['１２７.0.0.1', '%31%32%37.0.0.1', '127。0。0。1']],
  ['mapped', ['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:7f00:1]']],
  ['compatible', ['[::7f00:1]', '[::127.0.0.1]']],
  ['NAT64', ['[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]']],
  ['6to4 and Teredo', ['[2002:7f00:1::]', '[2001:0:7f00:1::]']],
  ['any address', ['0.0.0.0', '0', '0.0.0.1', '[::]', '[::ffff:0.0.0.0]']],
  ['link-local', ['169.254.169.254', '[fe80::1]', '[::ffff:a9fe:a9fe]']],
  ['own addresses', ownAddresses],
] as const;

describe('a message', () => {
  it.each(forms)('never reaches this machine by %s', async (_name, hosts) => {
    for (const host of hosts) {
      const outcome = await outcomeOf(host).catch(() => 'invalid');
      expect([host, outcome]).toEqual([
        host,
        expect.stringMatching(/^(target_forbidden|target_unreachable)$/),
      ]);
    }
    expect(touched).toBe(0);
  });

  it('would have reached it: the canary hears what is opened', async () => {
    expect(await outcomeOf('127.0.0.1', senderOf(['127.0.0.0/8']))).toBe(204);
    expect(await outcomeOf('[::1]', senderOf(['::1']))).toBe(204);
    expect(await outcomeOf('localhost', senderOf(['localhost']))).toBe(204);
    expect(await outcomeOf('2130706433', senderOf(['127.0.0.1']))).toBe(204);
    expect(touched).toBe(4);
  });

  it.each(['http://127.0.0.1', 'http://localhost', 'http://[::1]'])(
    'does not follow a redirect to %s',
    async (target) => {
      const receiver = await startWebhookReceiver('127.0.0.2');
      try {
        receiver.answer = { redirect: `${target}:${port}/` };
        const sent = senderOf(['127.0.0.2']).send(news, { url: receiver.url, secrets }, never);
        await expect(sent).rejects.toMatchObject({ code: 'target_refused', status: 307 });
        expect(receiver.received).toHaveLength(1);
        expect(touched).toBe(0);
      } finally {
        await receiver.close();
      }
    },
  );

  it('goes where its name was looked up, and is not looked up again', async () => {
    // This name exists nowhere: a second look-up, which an attacker would answer otherwise, would fail.
    const url = new URL(`http://rebinding.invalid:${port}/hook`);
    const addresses = [{ address: '127.0.0.1', family: 4 }];
    expect(await postPinned({ url, addresses, headers: {}, body: '', signal: never })).toBe(204);
    expect(touched).toBe(1);
  });

  it('does not go to a name that has a forbidden address among others', () => {
    const open = { address: '93.184.215.14', family: 4 };
    const closed = { address: '::1', family: 6 };
    expect(() => refuseForbidden('two.example', [open], rulesOf([]))).not.toThrow();
    for (const addresses of [
      [open, closed],
      [closed, open],
    ]) {
      expect(() => refuseForbidden('two.example', addresses, rulesOf([]))).toThrow('public internet');
      expect(() => refuseForbidden('two.example', addresses, rulesOf(['two.example']))).not.toThrow();
    }
  });

  it('is tried again when a name has no address', async () => {
    expect(await outcomeOf('nowhere.invalid')).toBe('target_unknown');
  });

  it('ends with its time, whatever the receiver does', async () => {
    const receiver = await startWebhookReceiver();
    try {
      receiver.answer = 'hang';
      const sender = new WebhookSender({
        rules: rulesOf(['127.0.0.1']),
        timeoutMs: 200,
        publicUrl: undefined,
      });
      const sent = sender.send(news, { url: receiver.url, secrets }, never);
      await expect(sent).rejects.toMatchObject({ code: 'target_unreachable', retryable: true });
    } finally {
      await receiver.close();
    }
  });

  it('reads nothing of the answer but its status', async () => {
    // Endless: a sender that read it would never end.
    const endless = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const flood = () => {
        while (!socket.destroyed && socket.write('x'.repeat(65_536)));
      };
      socket.on('drain', flood);
      flood();
    });
    endless.listen(0, '127.0.0.1');
    await once(endless, 'listening');
    const { port: at } = endless.address() as AddressInfo;
    const sent = senderOf(['127.0.0.1']).send(news, { url: `http://127.0.0.1:${at}/`, secrets }, never);
    expect(await sent).toBe(200);
    endless.close();
    await once(endless, 'close');
  });
});

describe('an address', () => {
  const strict = { allowHttp: false, ports: [{ from: 443, to: 443 }], allowed: parseAllowedTargets([]) };
  it.each([
    ['ftp://example.org/', 'https://'],
    ['http://example.org/', 'https://'],
    ['javascript:alert(1)', 'https://'],
    ['file:///etc/passwd', 'https://'],
    ['example.org', 'not a URL'],
    ['https://user:word@example.org/', 'user name'],
    ['https://example.org/#here', 'fragment'],
    ['https://example.org:22/', 'port 22'],
    ['https://127.0.0.1/', 'public internet'],
    ['https://[::7f00:1]/', 'public internet'],
    ['https://0x7f000001/', 'public internet'],
  ])('%s is refused when it is given', (url, reason) => {
    expect(problemOfTarget(url, strict)).toContain(reason);
  });

  it('of the public internet is taken', () => {
    expect(problemOfTarget('https://example.org/hook?for=rowferry', strict)).toBeUndefined();
    expect(
      problemOfTarget('https://example.org:8443/', { ...strict, ports: [{ from: 8000, to: 9000 }] }),
    ).toBeUndefined();
  });
});
