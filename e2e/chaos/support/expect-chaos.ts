import { expect } from "vitest";
import { type ChaosOptions, chaosSeed, runChaos } from "./run-chaos.ts";

/** A kill and its restart take about two seconds; a busy machine several times that. */
export const CHAOS_TIMEOUT_MS = 600_000;

/** A campaign of a test: prints how to repeat it, and holds what it finds against the promise. */
export async function expectChaos({ database, kills }: Pick<ChaosOptions, "database" | "kills">): Promise<void> {
  const seed = chaosSeed();
  console.info(`CHAOS_SEED=${seed} repeats the campaign on ${database}.`);
  const from = Date.now();
  const report = await runChaos({ database, kills, seed });
  // the reason was printed
  if (!report) return;
  const seconds = Math.round((Date.now() - from) / 1_000);
  const { runs, begun, decided, killed, ended } = report;
  console.info(`${database}: ${runs} runs and ${begun} that they began, ${decided} decisions, ${seconds} s, killed at ${JSON.stringify(killed)}`);
  expect(report.problems).toEqual([]);
  expect(report.violations).toEqual([]);
  expect(runs).toBeGreaterThan(20);
  // of every kind, the long one included
  expect(Object.keys(ended).length).toBeGreaterThan(12);
  expect(begun).toBeGreaterThan(10);
  // at failpoints, and in between
  expect(Object.keys(killed).length).toBeGreaterThan(2);
}
