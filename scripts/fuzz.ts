import { parseArgs } from "node:util";
import { createDocumentChecker } from "../server/documents/document-checker.ts";
import { runFuzz } from "../server/documents/testing/fuzz/run-fuzz.ts";
import { createTestDatabase } from "../server/store/database/test-database.ts";

const USAGE = "Usage: npm run fuzz -- [--seeds 1000] [--from 1] [--processes 1] | --seed N [--processes 1]";
const PROGRESS = 50;

/**
 * Five people edit one document over a bad network, served by one process or several, again and again. Ends with 1 when anything is wrong, and says
 * how to see it again.
 */
const { values } = parseArgs({
  options: {
    ...{ seeds: { type: "string", default: "1000" }, from: { type: "string", default: "1" }, seed: { type: "string" } },
    processes: { type: "string", default: "1" },
  },
});
const [first, count] = values.seed === undefined ? [Number(values.from), Number(values.seeds)] : [Number(values.seed), 1];
const processes = Number(values.processes);
if (![first, count, processes].every((value) => Number.isSafeInteger(value) && value > 0)) throw new Error(USAGE);

const database = await createTestDatabase();
const checkers = Array.from({ length: processes }, () => createDocumentChecker());
const done: Record<string, number> = {};
const begun = Date.now();
let wrong = 0;
for (let seed = first; seed < first + count; seed++) {
  const report = await runFuzz({ seed, database, checkers });
  for (const [what, times] of Object.entries(report.done)) done[what] = (done[what] ?? 0) + times;
  for (const problem of report.problems) console.error(`WRONG seed ${seed}: ${problem}`);
  if (report.problems.length > 0) {
    wrong += 1;
    console.error(`npm run fuzz -- --seed ${seed} --processes ${processes} does it again.`);
  }
  if ((seed - first + 1) % PROGRESS === 0) console.info(`${seed - first + 1} seeds after ${Math.round((Date.now() - begun) / 1_000)} s`);
}
await Promise.all(checkers.map((checker) => checker.close()));
await database.close();
console.info(`Seeds ${first} to ${first + count - 1}. Done: ${JSON.stringify(done)}.`);
console.info(wrong === 0 ? "All copies are the same, valid, and stored." : `${wrong} seeds went wrong.`);
process.exitCode = wrong === 0 ? 0 : 1;
