const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** A size for people: `0 B`, `12.5 MiB`. */
export function sizeText(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  return `${(bytes / 1_024 ** step).toFixed(step === 0 ? 0 : 1)} ${UNITS[step] ?? ""}`;
}
