/** Dollars for people: two decimals, "< $0.01" below that. */
export function formatDollars(amount: number): string {
  if (amount > 0 && amount < 0.01) return "< $0.01";
  return `$${amount.toFixed(2)}`;
}

/** What somebody typed as a sum of dollars; undefined when it is none that a budget can be. */
export function parseDollars(typed: string): number | undefined {
  const amount = typed.trim() === "" ? Number.NaN : Number(typed.trim().replace(/^\$/, ""));
  return Number.isFinite(amount) && amount >= 0 && amount <= 1_000_000 ? amount : undefined;
}
