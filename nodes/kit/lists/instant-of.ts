const ISO = /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?$/i;
/** RFC 2822, as feeds and mails write it. */
const MAIL = /^(?:[a-z]{3},\s*)?(\d{1,2}) ([a-z]{3}) (\d{4})(?: (\d{2}):(\d{2})(?::(\d{2}))?(?: (GMT|UTC?|Z|[+-]\d{4}))?)?$/i;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * Milliseconds since the epoch: of an ISO 8601 or RFC 2822 text, in UTC where it names no zone (the machine's own zone would give
 * other results elsewhere), or of a number, which is that already. Undefined for anything else.
 */
export function instantOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.length > 64) return undefined;
  const text = value.trim();
  const iso = ISO.exec(text);
  if (iso) {
    const [, year, month, day, hour, minute, second, fraction, zone] = iso;
    return instant({ year, month: Number(month), day, time: [hour, minute, second, (fraction ?? "0").padEnd(3, "0").slice(0, 3)], zone });
  }
  const mail = MAIL.exec(text);
  if (!mail) return undefined;
  const [, day, month = "", year, hour, minute, second, zone] = mail;
  return instant({ year, month: MONTHS.indexOf(month.toLowerCase()) + 1, day, time: [hour, minute, second, "0"], zone });
}

interface Written {
  year: string | undefined;
  /** From 1. */
  month: number;
  day: string | undefined;
  /** Hour, minute, second, millisecond. */
  time: (string | undefined)[];
  zone: string | undefined;
}

function instant({ year, month, day = "1", time, zone }: Written): number | undefined {
  const [hour = 0, minute = 0, second = 0, millisecond = 0] = time.map((part) => Number(part ?? 0));
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), month - 1, Number(day));
  // the 30th of February becomes the 1st of March
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== Number(day)) return undefined;
  return date.setUTCHours(hour, minute, second, millisecond) - offsetMinutes(zone) * 60_000;
}

function offsetMinutes(zone: string | undefined): number {
  const [, sign, hours, minutes = "0"] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? "") ?? [];
  if (sign === undefined) return 0;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
