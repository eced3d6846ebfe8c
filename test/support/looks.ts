import type { BrowserContextOptions, ViewportSize } from 'playwright-core';

export type Look = [name: string, context: BrowserContextOptions];

/**
 * Each width and each scheme of colours once: a desktop in light, a phone in dark. Pictures for a person are taken in the
 * other two as well.
 */
export function looksOf(
  { desktop, phone }: { desktop: ViewportSize; phone: ViewportSize },
  { forPictures }: { forPictures: boolean },
): Look[] {
  const onDesktop = { viewport: desktop };
  const onPhone = { viewport: phone, deviceScaleFactor: 2 };
  const looks: Look[] = [
    ['desktop-light', { ...onDesktop, colorScheme: 'light' }],
    ['phone-dark', { ...onPhone, colorScheme: 'dark' }],
  ];
  if (forPictures) {
    looks.push(
      ['desktop-dark', { ...onDesktop, colorScheme: 'dark' }],
      ['phone-light', { ...onPhone, colorScheme: 'light' }],
    );
  }
  return looks;
}
