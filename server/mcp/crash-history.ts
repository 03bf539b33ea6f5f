import type { Clock } from "./clock.ts";

const WINDOW_MS = 5 * 60_000;
const MOST_CRASHES = 5;
const QUARANTINE_MS = 15 * 60_000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/** How often a server ended by itself or did not start, and what follows from it. */
export interface CrashHistory {
  /** Answers whether this one put the server under quarantine. */
  add(): boolean;
  /** Crashes in the last 5 minutes. */
  recent(): number;
  /** Milliseconds to wait before the next start, counted from the last crash: none after the first, then 0.5 s, doubling. */
  delayMs(): number;
  /** Milliseconds of quarantine left, or 0. It begins with the fifth crash in 5 minutes and lasts 15. */
  quarantineMs(): number;
  clear(): void;
}

export function createCrashHistory(clock: Clock): CrashHistory {
  let crashes: number[] = [];
  let quarantinedAt: number | undefined;
  const recent = () => {
    crashes = crashes.filter((at) => at > clock.now() - WINDOW_MS);
    return crashes.length;
  };
  return {
    recent,
    add: () => {
      crashes.push(clock.now());
      if (recent() < MOST_CRASHES) return false;
      quarantinedAt = clock.now();
      crashes = [];
      return true;
    },
    delayMs: () => {
      const last = crashes.at(-1);
      if (recent() < 2 || last === undefined) return 0;
      return Math.max(0, last + Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (crashes.length - 2)) - clock.now());
    },
    quarantineMs: () => (quarantinedAt === undefined ? 0 : Math.max(0, quarantinedAt + QUARANTINE_MS - clock.now())),
    clear: () => {
      crashes = [];
      quarantinedAt = undefined;
    },
  };
}
