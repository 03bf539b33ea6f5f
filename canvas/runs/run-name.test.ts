import { expect, test } from "vitest";
import { createId, idTime, runIdSchema } from "#runtime/graph/ids.ts";
import { runName } from "./run-name.ts";

test("a run is called by the time it was made, which its id tells", () => {
  const before = Date.now();
  const id = createId("run");
  expect(idTime(id)).toBeGreaterThanOrEqual(before);
  expect(idTime(id)).toBeLessThanOrEqual(Date.now());
  expect(runName(id)).toMatch(/^the run of \d\d:\d\d:\d\d$/);
  expect(runName(id, before + 3 * 86_400_000)).toMatch(/^the run of \w{3} \d{1,2}, \d\d:\d\d:\d\d$/);
});

test("one that has no time in its id by the end of it", () => {
  expect(runName(runIdSchema.parse("run_imported_abcdef"))).toBe("run abcdef");
  expect(idTime("run_1")).toBeUndefined();
});
