/** Addresses of an export as clients see them. Never a signed one: ours asks for rights on every click. */
export interface ExportLinks {
  self: string;
  download: string;
}

/** @param publicUrl where the API is for others; without it the links are paths */
export function linksOf(exportId: string, publicUrl: string | undefined): ExportLinks {
  const base = publicUrl?.replace(/\/+$/, '') ?? '';
  const self = `${base}/v1/exports/${exportId}`;
  return { self, download: `${self}/download` };
}
