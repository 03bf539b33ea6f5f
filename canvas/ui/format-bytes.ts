const UNITS = ["KB", "MB", "GB", "TB"];

/** A size in the unit that reads best, 1,024 of one being one of the next. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  let [size, unit] = [bytes / 1_024, 0];
  // what would be rounded to 1,024 is one of the next already
  while (Math.round(size) >= 1_024 && unit < UNITS.length - 1) [size, unit] = [size / 1_024, unit + 1];
  return `${unit === 0 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}
