import { parseArgs } from "node:util";
import { benchmarks } from "./benchmarks.ts";
import { closeBenchDatabases } from "./databases.ts";
import type { Figure } from "./figure.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" }, small: { type: "boolean" } } });
const unknown = positionals.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}. There are: ${benchmarks.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}
const chosen = benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const figures: Record<string, Figure> = {};
try {
  for (const benchmark of chosen) {
    if (!values.json) console.error(`${benchmark.name} …`);
    Object.assign(figures, await benchmark.run({ small: values.small ?? false }));
  }
} finally {
  await closeBenchDatabases();
}
console.log(values.json ? JSON.stringify(withoutWords(figures), undefined, 2) : table(figures));

function withoutWords(all: Record<string, Figure>): Record<string, Omit<Figure, "against">> {
  return Object.fromEntries(Object.entries(all).map(([name, { value, unit, reference, ratio }]) => [name, { value, unit, reference, ratio }]));
}

function table(all: Record<string, Figure>): string {
  const rows = Object.entries(all).map(([name, { value, unit, reference, ratio, against }]) => [
    name,
    `${round(value)} ${unit}`,
    `${round(reference)} ${unit}`,
    `× ${round(ratio)}`,
    against,
  ]);
  const lines = [["", "measured", "reference", "ratio", "the reference is"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((row) => row[column]?.length ?? 0)));
  return lines
    .map((row) => row.map((cell, column) => (column === 0 || column > 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("   "))
    .join("\n");
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
