const MIB = 1024 * 1024;

/** One way to bring the same bytes into S3. */
export interface UploadVariant {
  name: string;
  /**
   * `nothing`: the bytes are made and hashed only. `put`: one HTTP PUT. `defaults`: lib-storage and its client as they
   * come. `lib-storage`: the same with the settings below. `store`: rowferry's own S3ObjectStore.
   */
  kind: 'nothing' | 'put' | 'defaults' | 'lib-storage' | 'store';
  https: boolean;
  partBytes: number;
  partsInFlight: number;
  /** The store knows the first two only. */
  checksum: 'none' | 'CRC32' | 'CRC32C' | 'SHA256';
  signedPayload: boolean;
  /** Size of the buffers that the encoder hands over. */
  chunkBytes: number;
}

/** What a child process is told; its answer is an UploadCost. */
export interface UploadOrder {
  variant: UploadVariant;
  endpoint: string;
  bucket: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  bytes: number;
}

export interface UploadCost {
  cpuSeconds: number;
  wallSeconds: number;
  peakRssMiB: number;
}

const base: UploadVariant = {
  name: 'rowferry: 8 MiB × 3, CRC32, unsigned, http, chunks of 64 KiB',
  kind: 'store',
  https: false,
  partBytes: 8 * MIB,
  partsInFlight: 3,
  checksum: 'CRC32',
  signedPayload: false,
  chunkBytes: 64 * 1024,
};
const variant = (name: string, change: Partial<UploadVariant>): UploadVariant => ({
  ...base,
  ...change,
  name,
});

/** The first, then one knob turned at a time, then what others do. */
export const uploadVariants: readonly UploadVariant[] = [
  base,
  ...[5, 16, 32].map((mib) => variant(`parts of ${mib} MiB`, { partBytes: mib * MIB })),
  ...[1, 2, 4].map((partsInFlight) => variant(`${partsInFlight} in flight`, { partsInFlight })),
  variant('no checksum', { checksum: 'none' }),
  variant('signed, no checksum (the default over http)', { signedPayload: true, checksum: 'none' }),
  variant('signed, CRC32', { signedPayload: true }),
  variant('https (the default there)', { https: true }),
  variant('https, signed', { https: true, signedPayload: true }),
  variant('chunks of a row (130 bytes)', { chunkBytes: 130 }),
  ...[16, 256, 1024].map((kib) => variant(`chunks of ${kib} KiB`, { chunkBytes: kib * 1024 })),
  variant('lib-storage cuts the parts', { kind: 'lib-storage' }),
  variant('lib-storage, CRC32C', { kind: 'lib-storage', checksum: 'CRC32C' }),
  variant('lib-storage, SHA256', { kind: 'lib-storage', checksum: 'SHA256' }),
  variant('lib-storage, https', { kind: 'lib-storage', https: true }),
  variant('lib-storage’s defaults, http', { kind: 'defaults' }),
  variant('lib-storage’s defaults, https', { kind: 'defaults', https: true }),
  variant('bare PUT, http', { kind: 'put' }),
  variant('bare PUT, https', { kind: 'put', https: true }),
  variant('bytes made and hashed only', { kind: 'nothing' }),
];
