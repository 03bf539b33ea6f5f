import { afterAll, expect, test } from "vitest";
import { benchmarks } from "./benchmarks.ts";
import { closeBenchDatabases } from "./databases.ts";

afterAll(closeBenchDatabases);

test.each(benchmarks)(
  "$name measures itself and its reference",
  async ({ name, run }) => {
    const figures = Object.entries(await run({ small: true }));
    expect(figures.length).toBeGreaterThan(0);
    for (const [title, { value, reference, ratio, unit, against }] of figures) {
      expect(title.startsWith(name)).toBe(true);
      expect([unit, against]).not.toContain("");
      expect(Math.min(value, reference), title).toBeGreaterThan(0);
      expect(ratio, title).toBe(value / reference);
      expect(Number.isFinite(ratio), title).toBe(true);
    }
  },
  60_000,
);

test("each has a name of its own", () => {
  expect(new Set(benchmarks.map(({ name }) => name)).size).toBe(benchmarks.length);
});
