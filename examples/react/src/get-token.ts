let token = '';

/** Of the back end, for whoever is signed in there; empty when nobody is. Another one when rowferry refuses it. */
export async function getToken({ refused = false } = {}): Promise<string> {
  if (refused || token === '') {
    const response = await fetch('/export-token', { method: 'POST' });
    token = response.ok ? await response.text() : '';
  }
  return token;
}
