import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RecordedStep, type Recording, recordRun } from "#runtime/testing/record-run.ts";
import { recordedScenarios } from "#runtime/testing/recorded-scenarios.ts";

/**
 * Writes `runtime/run/recordings` from the scenarios: run it after a change that is meant to make old logs go another way, and
 * read the difference. Logs that exist elsewhere stay as they are.
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
for (const name of readdirSync(folder)) if (name.endsWith(".json")) rmSync(join(folder, name));
for (const [name, scenario] of Object.entries(recordedScenarios)) writeFileSync(join(folder, `${name}.json`), write(recordRun(scenario)));
const formatted = spawnSync(join(root, "node_modules", ".bin", "biome"), ["format", "--write", folder], { encoding: "utf8", timeout: 60_000 });
if (formatted.status !== 0) throw new Error(formatted.error?.message ?? formatted.stderr);
console.log(`Recorded ${Object.keys(recordedScenarios).length} runs.`);
