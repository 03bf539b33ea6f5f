import { parseArgs } from "node:util";
import { benchmarks } from "./benchmarks.ts";
import { closeBenchDatabases } from "./databases.ts";
import { diskFlush } from "./disk-flush.ts";
import type { Figure } from "./figure.ts";
import { json, table } from "./table.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" }, small: { type: "boolean" } } });
const unknown = positionals.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}. There are: ${benchmarks.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}
// what a commit costs here is read first, whatever else is measured
const chosen = benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name) || name === diskFlush.name);
const figures: Record<string, Figure> = {};
try {
  for (const benchmark of chosen) {
    if (!values.json) console.error(`${benchmark.name} …`);
    try {
      const measured = await benchmark.run({ small: values.small ?? false });
      Object.assign(figures, measured);
      // a bench that is broken off has said what it measured
      console.error(table(measured));
    } catch (error) {
      // the others are still worth their time
      console.error(`${benchmark.name} could not be measured:`, error);
      process.exitCode = 1;
    }
  }
} finally {
  await closeBenchDatabases();
}
console.log(values.json ? json(figures) : table(figures));
