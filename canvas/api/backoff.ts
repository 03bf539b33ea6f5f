const BASE_MS = 300;
const CAP_MS = 15_000;

/** Milliseconds to wait before an attempt, `failures` of which went wrong before it: doubles up to a cap, half of it drawn at random. */
export function backoffMs(failures: number, random: () => number): number {
  const full = Math.min(CAP_MS, BASE_MS * 2 ** Math.max(0, failures - 1));
  return full / 2 + (full / 2) * random();
}
