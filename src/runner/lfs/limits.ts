const GIB = 1_073_741_824;

/** What the files of Git LFS of one task may come to. GitHub takes files of up to 2 GiB on its free plan. */
export const LIMITS = {
  /** Bytes of one file. */
  fileBytes: 2 * GIB,
  /** Bytes of all files of a checkout, its submodules included. */
  allBytes: 4 * GIB,
  /** Objects that are fetched or uploaded. */
  objects: 20_000,
} as const;

const UNITS: readonly [bytes: number, unit: string][] = [
  [GIB, 'GiB'],
  [1_048_576, 'MiB'],
  [1024, 'KiB'],
];

/** Bytes for people, rounded up: `12 bytes`, `1.5 MiB`. */
export function inBytes(bytes: number): string {
  const [unit, name] = UNITS.find(([least]) => bytes >= least) ?? [1, 'bytes'];
  return `${Math.ceil((bytes / unit) * 10) / 10} ${name}`;
}
