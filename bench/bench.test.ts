import { afterAll, describe, expect, it, test } from "vitest";
import { benchmarks } from "./benchmarks.ts";
import { closeBenchDatabases } from "./databases.ts";
import { figure, isMissed, percentile } from "./figure.ts";
import { json, table } from "./table.ts";

afterAll(closeBenchDatabases, 60_000);

/** A small look at it is the one at 2,000 nodes again. */
const SAME_WHEN_SMALL = "canvas-5000-pan";

test.each(benchmarks.filter(({ name }) => name !== SAME_WHEN_SMALL))(
  "$name measures itself and its reference",
  async ({ name, run }) => {
    const figures = Object.entries(await run({ small: true }));
    expect(figures.length).toBeGreaterThan(0);
    for (const [title, { value, reference, ratio, unit, against, others }] of figures) {
      expect(title.startsWith(name)).toBe(true);
      expect([unit, against, ...others.map((other) => other.against)]).not.toContain("");
      expect(Math.min(value, reference, ...others.map((other) => other.value)), title).toBeGreaterThan(0);
      expect(ratio, title).toBe(value / reference);
      expect(Number.isFinite(ratio), title).toBe(true);
    }
  },
  120_000,
);

test("each has a name of its own", () => {
  expect(new Set(benchmarks.map(({ name }) => name)).size).toBe(benchmarks.length);
});

test("the names that others ask for are there", () => {
  const asked = ["pure-chain-per-node", "strict-chain-per-node", "fan-out", "webhook-1", "webhook-10", "webhook-50", "recovery", "start"];
  const printed = ["memory-idle", "append-growth", "memory-waiting-runs", "upload-memory"];
  const knowledge = ["knowledge-search", "knowledge-recall", "ingest", "palette-search"];
  const editor = ["canvas-2000-open", "canvas-2000-pan", "canvas-5000-pan", "editors-50", "first-page"];
  expect(benchmarks.map(({ name }) => name)).toEqual(expect.arrayContaining([...asked, ...printed, ...editor, ...knowledge]));
});

describe("a goal", () => {
  const given = { value: 30, unit: "ms", reference: 10, against: "the floor" };
  it.each([
    { type: "at-most", of: "ratio", limit: 3, isLate: false },
    { type: "at-most", of: "ratio", limit: 2.9, isLate: true },
    { type: "at-most", of: "value", limit: 29, isLate: true },
    { type: "at-least", of: "value", limit: 31, isLate: true },
    { type: "at-least", of: "ratio", limit: 3, isLate: false },
  ] as const)("of $type $limit for the $of", ({ isLate, ...goal }) => {
    const made = figure({ ...given, goal });
    expect(isMissed(made)).toBe(isLate);
    expect(table({ made }).includes("MISSED")).toBe(isLate);
    expect(JSON.parse(json({ made })).made).toMatchObject({ value: 30, ratio: 3, reached: !isLate });
  });

  it("is not missed where there is none", () => {
    expect(isMissed(figure(given))).toBe(false);
  });
});

test("a percentile is one of the measured", () => {
  const measured = [5, 1, 4, 2, 3];
  expect([percentile(measured, 0.5), percentile(measured, 0.99), percentile([7], 0.01)]).toEqual([3, 5, 7]);
});
