import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import { mailWords } from './mail-words.ts';
import type { News } from './news.ts';

const templates = fileURLToPath(new URL('templates', import.meta.url));
const html = new Eta({ views: templates, cache: true });
/** Plain text has nothing to escape. */
const plain = new Eta({ views: templates, cache: true, autoEscape: false });

export interface ComposedMail {
  subject: string;
  text: string;
  html: string;
}

/** Puts news into words, as plain text and as HTML that says the same. @param publicUrl where the API is for others */
export function composeMail(news: News, publicUrl: string): ComposedMail {
  const words = mailWords(news, publicUrl);
  return {
    subject: words.subject,
    text: plain.render('mail-text', words),
    html: html.render('mail-html', words),
  };
}
