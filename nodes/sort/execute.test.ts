import { expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";
import { sort } from "./node.ts";

async function sorted(keys: Record<string, Json>[], items: Json[]) {
  const config = { keys: keys.map((key, index) => ({ id: `k${index}`, ...key })) };
  const result = await runExample(execute, { config, inputs: { items: Object.freeze(items) as Json[] } }, createFakeContext());
  return result.type === "done" ? result.outputs.sorted : result;
}

it("puts numbers first, then true and false, then texts, and what is none last", async () => {
  const items = [null, "b", { a: 1 }, true, "10", 9, [1], "A", false];
  expect(await sorted([{}], items)).toEqual([9, "10", false, true, "A", "b", null, { a: 1 }, [1]]);
  expect(await sorted([{ order: "descending" }], items)).toEqual(["b", "A", true, false, "10", 9, null, { a: 1 }, [1]]);
});

it("is stable, in both directions", async () => {
  const items = [
    { k: 1, n: 1 },
    { k: 0, n: 2 },
    { k: 1, n: 3 },
    { k: 0, n: 4 },
  ];
  expect(await sorted([{ field: "k" }], items)).toEqual([items[1], items[3], items[0], items[2]]);
  expect(await sorted([{ field: "k", order: "descending" }], items)).toEqual([items[0], items[2], items[1], items[3]]);
});

it("lets the next key decide where one is equal or missing in both", async () => {
  const items = [{ a: "x", b: 2 }, { b: 9 }, { a: "x", b: 1 }, { b: 3 }, { a: "w", b: 5 }];
  expect(await sorted([{ field: "a" }, { field: "b" }], items)).toEqual([{ a: "w", b: 5 }, { a: "x", b: 1 }, { a: "x", b: 2 }, { b: 3 }, { b: 9 }]);
});

it("compares texts without case and accents, or exactly", async () => {
  expect(await sorted([{ as: "text" }], ["zebra", "Émile", "apple", "Eva"])).toEqual(["apple", "Émile", "Eva", "zebra"]);
  expect(await sorted([{ as: "text", exact: true }], ["b", "a", "B", "ä"])).toEqual(["B", "a", "b", "ä"]);
  expect(await sorted([{ as: "text" }], [10, 9, "8"])).toEqual([10, "8", 9]);
});

it("reads numbers in texts, however long", async () => {
  const items = ["v2.10", "v2.9", "v10", "v02.9", "v", "", "v99999999999999999999998", "v99999999999999999999997"];
  expect(await sorted([{ as: "natural-text" }], items)).toEqual([
    "",
    "v",
    "v2.9",
    "v02.9",
    "v2.10",
    "v10",
    "v99999999999999999999997",
    "v99999999999999999999998",
  ]);
});

it("puts what is no number, or no date, last", async () => {
  expect(await sorted([{ as: "number", order: "descending" }], ["x", "2", 10, null, "-1e2"])).toEqual([10, "2", "-1e2", "x", null]);
  expect(await sorted([{ as: "date" }], ["soon", "2026-03-01", "2025-12-31T23:00:00-02:00", 0])).toEqual([
    0,
    "2025-12-31T23:00:00-02:00",
    "2026-03-01",
    "soon",
  ]);
});

it("sorts 100,000 items by two keys", async () => {
  const items = Array.from({ length: 100_000 }, (_, index) => ({ name: `Name ${(index * 7_919) % 1_000}`, n: (index * 104_729) % 100_000 }));
  const result = (await sorted(
    [
      { field: "name", as: "natural-text" },
      { field: "n", order: "descending" },
    ],
    items,
  )) as typeof items;
  expect(result).toEqual(items.toSorted((left, right) => Number(left.name.slice(5)) - Number(right.name.slice(5)) || right.n - left.n));
}, 20_000);

it("stops when the run is stopped", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new NodeError("cancelled", "Stopped.", { happened: "no" })), 1);
  const items = Array.from({ length: 300_000 }, (_, index) => `item ${(index * 7_919) % 300_007}`);
  const result = await runExample(execute, { config: { keys: [{ id: "a" }] }, inputs: { items } }, createFakeContext({ signal: controller.signal }));
  expect(result).toMatchObject({ type: "failed", failure: { code: "cancelled" } });
}, 20_000);

it("says in the draft what is wrong", () => {
  const problems = (config: object) => sort.check?.(sort.config.parse(config), {}).map(({ path }) => path);
  expect(problems({})).toEqual(["/keys"]);
  expect(problems({ keys: [{ id: "a", field: "constructor" }] })).toEqual(["/keys/0/field"]);
});
