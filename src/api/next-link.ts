/** The next page of a list, as RFC 8288 writes it. */
export function nextLink(
  address: string,
  query: Readonly<Record<string, string | number | undefined>>,
): string {
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) next.set(name, String(value));
  return `<${address}?${next.toString()}>; rel="next"`;
}
