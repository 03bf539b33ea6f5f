const UNIT_MS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

export const UNITS = ["seconds", "minutes", "hours", "days"] as const satisfies readonly (keyof typeof UNIT_MS)[];
const MAX_DAYS = 365;

interface Duration {
  amount: number;
  unit: (typeof UNITS)[number];
}

/** Milliseconds, at most a year. */
export function durationMs({ amount, unit }: Duration): number {
  return Math.min(Math.round(amount * UNIT_MS[unit]), MAX_DAYS * UNIT_MS.days);
}

/** What is wrong with an amount that is known before a run, for the person who typed it. */
export function problemOfDuration({ amount, unit }: { amount: unknown; unit: Duration["unit"] }): string | undefined {
  return typeof amount === "number" && amount * UNIT_MS[unit] > MAX_DAYS * UNIT_MS.days ? `Wait ${MAX_DAYS} days at most.` : undefined;
}

/** "1 hour", "5 minutes". */
export function durationText({ amount, unit }: { amount: unknown; unit: Duration["unit"] }): string {
  return amount === 1 ? `1 ${unit.slice(0, -1)}` : `${amount} ${unit}`;
}
