import { type Figure, isMissed } from "./figure.ts";

/** For programs: figures by name, without the words. */
export function json(figures: Record<string, Figure>): string {
  const entries = Object.entries(figures).map(([name, { against: _, others, goal, ...numbers }]) => {
    const beside = Object.fromEntries(others.map((other) => [other.against, other.value]));
    return [name, { ...numbers, ...(others.length > 0 && { beside }), ...(goal && { goal, reached: !isMissed({ ...numbers, against: "", others, goal }) }) }];
  });
  return JSON.stringify(Object.fromEntries(entries), undefined, 2);
}

/** For people. A figure that misses its goal says so. */
export function table(figures: Record<string, Figure>): string {
  const rows = Object.entries(figures).flatMap(([name, figure]) => [
    [name, quantity(figure.value, figure.unit), quantity(figure.reference, figure.unit), `× ${round(figure.ratio)}`, goalOf(figure), figure.against],
    ...figure.others.map(({ against, value }) => ["", "", quantity(value, figure.unit), `× ${round(figure.value / value)}`, "", against]),
  ]);
  const lines = [["", "measured", "reference", "ratio", "goal", "the reference is"], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) => (column === 0 || column > 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0));
  return lines.map((row) => row.map(pad).join("   ").trimEnd()).join("\n");
}

function goalOf(figure: Figure): string {
  const { goal, unit } = figure;
  if (!goal) return "";
  const limit = goal.of === "ratio" ? `× ${goal.limit}` : quantity(goal.limit, unit);
  return `${goal.type === "at-most" ? "≤" : "≥"} ${limit}${isMissed(figure) ? "  MISSED" : ""}`;
}

function quantity(value: number, unit: string): string {
  return `${round(value)} ${unit}`;
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
