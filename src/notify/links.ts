/** Addresses of an export as clients see them. Never a signed one: ours asks for rights on every click. */
export interface ExportLinks {
  self: string;
  download: string;
}

/** @param publicUrl where the API is for others; without it the links are paths */
export function linksOf(exportId: string, publicUrl: string | undefined): ExportLinks {
  const self = `${baseOf(publicUrl)}/v1/exports/${exportId}`;
  return { self, download: `${self}/download` };
}

/** Of a bulk export. */
export function bulkLinksOf(
  bulkId: string,
  publicUrl: string | undefined,
): { self: string; manifest: string } {
  const self = `${baseOf(publicUrl)}/v1/bulk-exports/${bulkId}`;
  return { self, manifest: `${self}/manifest` };
}

function baseOf(publicUrl: string | undefined): string {
  return publicUrl?.replace(/\/+$/, '') ?? '';
}
