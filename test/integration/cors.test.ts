import { describe, expect, it } from 'vitest';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const APP = 'https://app.example.org';
const database = useTestDatabase();
const storage = useTestStore();
const closed = useTestApi(database, storage);
const open = useTestApi(database, storage, undefined, {
  settings: { CORS_ORIGINS: `${APP}, http://localhost:5173` },
});

describe('pages of other origins', () => {
  const preflight = { origin: APP, 'access-control-request-method': 'POST' };

  it('may not call the API unless they are named', async () => {
    const response = await closed.call('GET', '/v1/exports', { headers: { origin: APP } });
    expect(response.status).toBe(200);
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
    const asked = await fetch(`${closed.url}/v1/exports`, { method: 'OPTIONS', headers: preflight });
    expect(asked.status).toBe(401);
    expect(asked.headers.has('access-control-allow-origin')).toBe(false);
  });

  it('are told what they may send, without a credential', async () => {
    const { status, headers } = await fetch(`${open.url}/v1/exports`, {
      method: 'OPTIONS',
      headers: preflight,
    });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(APP);
    expect(headers.get('access-control-allow-methods')).toMatch(/POST.*DELETE/);
    expect(headers.get('access-control-allow-headers')).toMatch(/Authorization.*Idempotency-Key/);
    expect(headers.has('access-control-allow-credentials')).toBe(false);
  });

  it('may read answers, problems and their headers', async () => {
    const asked = await open.call('POST', '/v1/exports', {
      headers: { origin: APP },
      body: { dataset: 'diary' },
    });
    expect(asked.status).toBe(202);
    expect(asked.headers.get('access-control-allow-origin')).toBe(APP);
    expect(asked.headers.get('access-control-expose-headers')).toMatch(
      /Location.*Retry-After.*RateLimit.*Link/,
    );
    const refused = await fetch(`${open.url}/v1/exports`, { headers: { origin: APP } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, APP]);
  });

  it('are each an origin of their own', async () => {
    for (const origin of ['https://app.example.org.evil.example', 'http://app.example.org', 'null']) {
      const response = await open.call('GET', '/v1/exports', { headers: { origin } });
      expect(response.headers.has('access-control-allow-origin')).toBe(false);
      expect(response.headers.get('vary')).toMatch(/Origin/);
    }
  });
});

describe('the file of the export button', () => {
  const address = () => `${closed.url}/v1/elements/export-button.js`;

  it('is for pages of any origin, without a credential', async () => {
    const { status, headers } = await fetch(address());
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(headers.get('content-encoding')).toBe('gzip');
  });

  it('is kept, and not sent again while it is the same', async () => {
    const { headers } = await fetch(address());
    expect(headers.get('cache-control')).toMatch(/^public, max-age=\d+/);
    const again = await fetch(address(), {
      // With a header of its own, or fetch asks for what is not kept.
      headers: { 'if-none-match': headers.get('etag') ?? '', 'cache-control': 'max-age=0' },
    });
    expect(again.status).toBe(304);
    const plain = await fetch(address(), { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.has('content-encoding')).toBe(false);
    expect(plain.headers.get('etag')).not.toBe(headers.get('etag'));
    expect(await plain.text()).toContain('rowferry-export-button');
  });
});
