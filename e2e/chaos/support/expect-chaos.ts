import { expect } from "vitest";
import { type ChaosOptions, chaosSeed, runChaos } from "./run-chaos.ts";

/** A kill and its restart take about two seconds; a busy machine several times that. */
export const CHAOS_TIMEOUT_MS = 600_000;

/** A campaign of a test: prints how to repeat it, and holds what it finds against the promise. */
export async function expectChaos({ database, kills }: Pick<ChaosOptions, "database" | "kills">): Promise<void> {
  const seed = chaosSeed();
  console.info(`CHAOS_SEED=${seed} repeats the campaign on ${database}.`);
  const begun = Date.now();
  const report = await runChaos({ database, kills, seed });
  // the reason was printed
  if (!report) return;
  const seconds = Math.round((Date.now() - begun) / 1_000);
  console.info(`${database}: ${report.runs} runs, ${report.decided} decisions, ${seconds} s, killed at ${JSON.stringify(report.killed)}`);
  expect(report.problems).toEqual([]);
  expect(report.violations).toEqual([]);
  expect(report.runs).toBeGreaterThan(20);
  // at failpoints, and in between
  expect(Object.keys(report.killed).length).toBeGreaterThan(2);
}
