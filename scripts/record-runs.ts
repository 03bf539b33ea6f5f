import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RecordedStep, type Recording, recordRun } from "#runtime/testing/record-run.ts";
import { recordedScenarios } from "#runtime/testing/recorded-scenarios.ts";

/**
 * Writes `runtime/run/recordings` from the scenarios that have none yet. Those there are stay as they are, with plans as older versions
 * compiled them; `--again` writes them anew, after a change that is meant to make old logs go another way. Read the difference.
 */
const root = join(import.meta.dirname, "..");
const folder = join(root, "runtime", "run", "recordings");

/** One event or command a line. */
function write({ title, plan, steps, end }: Recording): string {
  const lines = (values: readonly unknown[]) => (values.length === 0 ? "[]" : `[\n${values.map((value) => JSON.stringify(value)).join(",\n")}\n]`);
  const step = ({ events, commands }: RecordedStep) => `{\n"events": ${lines(events)},\n"commands": ${lines(commands)}\n}`;
  return `{\n"title": ${JSON.stringify(title)},\n"plan": ${JSON.stringify(plan)},\n"steps": [\n${steps.map(step).join(",\n")}\n],\n"end": ${JSON.stringify(end)}\n}\n`;
}

mkdirSync(folder, { recursive: true });
const isAgain = process.argv.includes("--again");
const files = Object.entries(recordedScenarios).flatMap(([name, scenario]) => {
  const file = join(folder, `${name}.json`);
  if (!isAgain && existsSync(file)) return [];
  writeFileSync(file, write(recordRun(scenario)));
  return [file];
});
if (files.length > 0) {
  const formatted = spawnSync(join(root, "node_modules", ".bin", "biome"), ["format", "--write", ...files], { encoding: "utf8", timeout: 60_000 });
  if (formatted.status !== 0) throw new Error(formatted.error?.message ?? formatted.stderr);
}
console.log(`Recorded ${files.length} runs.`);
