/** Where somebody is: what stands behind the `#` of the address. */
export interface Route {
  /** Without slashes: `exports`, or `exports` and an id. */
  parts: readonly string[];
  query: URLSearchParams;
}

export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  return { parts: path.split('/').filter((part) => part !== ''), query: new URLSearchParams(query) };
}

/** Address of a page; values that are empty are left out. */
export function href(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const set = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const text = new URLSearchParams(set).toString();
  return `#/${path}${text === '' ? '' : `?${text}`}`;
}
