import { expect, it } from 'vitest';
import { composeMail } from '../../src/notify/compose-mail.ts';
import { span } from '../../src/notify/figures.ts';
import { HOSTILE_TITLE, MAIL_URL, mailSamples } from '../support/mail-samples.ts';

const samples = Object.entries(mailSamples);
const compose = (name: string) => {
  const news = mailSamples[name];
  if (news === undefined) throw new Error(`there is no sample ${name}`);
  return composeMail(news, MAIL_URL);
};

/** What the eyes find in HTML, a piece for each element, by a reader that knows no more than our own template needs. */
function piecesOf(html: string): string[] {
  const body = html.slice(html.indexOf('<body')).replaceAll(/<!--[^]*?-->/g, '');
  const visible = body.replaceAll(/<(\w+)[^>]*aria-hidden="true"[^>]*>[^]*?<\/\1>/g, '');
  return visible
    .split(/<[^>]*>/)
    .map((piece) => decode(piece).trim())
    .filter((piece) => piece !== '');
}

function decode(text: string): string {
  const signs: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return text.replaceAll(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => signs[name] ?? '');
}

const linksIn = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map(([, link = '']) => decode(link));

it.each(samples)('says in text all that it says in HTML: %s', (_name, news) => {
  const { subject, text, html } = composeMail(news, MAIL_URL);
  const pieces = piecesOf(html);
  expect(pieces).toContain(subject);
  expect(pieces.length).toBeGreaterThan(6);
  for (const piece of [...pieces, ...linksIn(html)]) expect(text).toContain(piece);
});

it.each(samples)('previews nothing that is not in the mail: %s', (_name, news) => {
  const { text, html } = composeMail(news, MAIL_URL);
  const [, preheader = ''] = /mso-hide: all"[^>]*>(.*?)&#8199;/.exec(html) ?? [];
  const words = decode(preheader).match(/[\p{L}\d.,]+/gu) ?? [];
  expect(words.length).toBeGreaterThan(3);
  for (const word of words) expect(text.toLowerCase()).toContain(word.replace(/[.,]$/, '').toLowerCase());
});

it.each(samples)('needs nothing from elsewhere, and has one link at most: %s', (_name, news) => {
  const { html } = composeMail(news, MAIL_URL);
  expect(html).not.toMatch(/<(img|link|script|iframe|b|svg)\b|url\(|@import|X-Amz|Signature/);
  expect(linksIn(html).length).toBeLessThanOrEqual(1);
  for (const link of linksIn(html)) expect(link).toMatch(/^https:\/\/exports\.example\.org\/v1\//);
});

it('names the facts of a file, and how long it is kept, in words', () => {
  const { subject, text } = compose('completed');
  expect(subject).toBe('Your export “Film diary” is ready');
  for (const fact of [
    'You can download the file for 7 days.',
    /^Rows: +200,000$/m,
    /^Size: +16\.3 MB$/m,
    /^Kept until: +Tuesday,? 1 December 2026 at 11:25 UTC$/m,
    `${MAIL_URL}/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108/download\n`,
  ]) {
    expect(text).toMatch(fact);
  }
  expect(compose('expiring').text).toContain('The file is removed in 23 hours.');
});

it('leads from a failure to its page, and to no file', () => {
  const { html, text } = compose('failed');
  expect(linksIn(html)).toEqual([`${MAIL_URL}/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108`]);
  expect(text).toContain('The export has more rows than the 5,000,000 that the dataset allows.');
});

it('counts what became of a bulk export, and leads to its manifest if there is one', () => {
  const { html, text } = compose('bulk');
  for (const fact of [/^Completed: +9,996$/m, /^Failed: +3$/m, /^Cancelled: +1$/m]) {
    expect(text).toMatch(fact);
  }
  expect(text).not.toContain('Waiting');
  expect(linksIn(html)).toEqual([
    `${MAIL_URL}/v1/bulk-exports/7d1f2c4e-55a1-4a53-9a0c-0c6a1f3f9b21/manifest`,
  ]);
  expect(linksIn(compose('bulk-failed').html)).toEqual([]);
});

it('makes neither HTML nor lines of what things are called', () => {
  const { subject, text, html } = compose('hostile');
  expect(subject).toContain(HOSTILE_TITLE);
  expect(text).toContain(HOSTILE_TITLE);
  expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; ');
  expect(html).not.toContain('&amp;lt;');
  const lines = compose('hostile-failed').text.split('\n');
  expect(lines.filter((line) => line.startsWith('Reason:'))).toEqual([
    expect.stringMatching(/^Reason: +query_failed$/),
  ]);
});

it.each([
  [7 * 86_400_000, '7 days'],
  [7 * 86_400_000 - 1, '6 days'],
  [47 * 3_600_000, '47 hours'],
  [90 * 60_000, '90 minutes'],
  [61_000, '1 minute'],
  [-5, '1 minute'],
])('rounds %d ms down to %s', (milliseconds, words) => {
  expect(span(milliseconds)).toBe(words);
});
