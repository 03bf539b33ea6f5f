/** A finite number, or a text that is written like one; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "string") return value.length <= 64 && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value) ? finite(Number(value)) : undefined;
  return typeof value === "number" ? finite(value) : undefined;
}

function finite(number: number): number | undefined {
  return Number.isFinite(number) ? number : undefined;
}
