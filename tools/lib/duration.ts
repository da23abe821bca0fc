/** Elapsed time for people: `0.3 s`, `42 s`, `3m20s`, `1h04m`. */
export function elapsed(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}m`;
  return `${minutes}m${twoDigits(Math.round(seconds) % 60)}s`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
