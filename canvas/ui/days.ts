/** The first instant of a day as the date input writes it, in this machine's zone; undefined for none. */
export function startOfDay(day: string): string | undefined {
  return instantOf(day, 0);
}

/** The first instant of the day after. */
export function endOfDay(day: string): string | undefined {
  return instantOf(day, 1);
}

function instantOf(day: string, offset: number): string | undefined {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return undefined;
  const at = new Date(year, month - 1, date + offset);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
