import { expect, it } from "vitest";
import { NodeError } from "#runtime/node/node-error.ts";
import { sortInTurns } from "./sort-in-turns.ts";
import { forEachInTurns, mapInTurns, Turns } from "./turns.ts";

const never = new AbortController().signal;

/** The same numbers on every run. */
function pseudoRandom(count: number): number[] {
  let seed = 42;
  return Array.from({ length: count }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed;
  });
}

it.each([0, 1, 2, 999, 1_000, 1_001, 5_500, 100_000])("sorts %i items as the engine does, and stable", async (count) => {
  const items = pseudoRandom(count).map((value, index) => ({ value: value % 1_000, index }));
  const sorted = await sortInTurns(items, (left, right) => left.value - right.value, new Turns({ signal: never }));
  expect(sorted).toEqual(items.toSorted((left, right) => left.value - right.value));
});

/** Long work, in many small parts. */
function busy(milliseconds: number): () => void {
  return () => {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
  };
}

it("lets others go first in between", async () => {
  let others = 0;
  const timer = setInterval(() => others++, 0);
  await forEachInTurns(new Array(10).fill(0), new Turns({ signal: never }), busy(15));
  clearInterval(timer);
  expect(others).toBeGreaterThanOrEqual(5);
});

it("keeps the order of what it makes", async () => {
  expect(await mapInTurns(["a", "b"], new Turns({ signal: never }), (item, index) => item + index)).toEqual(["a0", "b1"]);
});

it("ends with the reason when the signal fires", async () => {
  const controller = new AbortController();
  const reason = new NodeError("cancelled", "Stopped.", { happened: "no" });
  setTimeout(() => controller.abort(reason), 0);
  let visited = 0;
  const visit = () => {
    visited++;
    busy(5)();
  };
  await expect(forEachInTurns(new Array(2_000).fill(0), new Turns({ signal: controller.signal }), visit)).rejects.toBe(reason);
  expect(visited).toBeLessThan(2_000);
}, 30_000);
