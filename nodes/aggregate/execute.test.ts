import { describe, expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { runExample } from "../kit/testing/run-example.ts";
import type { Operation } from "./config.ts";
import execute from "./execute.ts";
import { aggregate } from "./node.ts";

async function run(config: Parameters<typeof runExample>[1]["config"], items: Json[]) {
  const result = await runExample(execute, { config, inputs: { items } }, createFakeContext());
  if (result.type === "failed") return result.failure;
  return result.type === "done" ? result.outputs.result : result;
}

const one = (operation: Operation, options: Record<string, Json> = {}) => ({ aggregations: [{ id: "a", operation, name: "r", ...options }] });

describe("operations", () => {
  const items: Json[] = [{ v: "b" }, {}, { v: null }, { v: "a" }, { v: "b" }];

  it.each<[Operation, Json]>([
    ["count", 3],
    ["count-distinct", 2],
    ["minimum", "a"],
    ["maximum", "b"],
    ["first", "b"],
    ["last", "b"],
    ["collect", ["b", "a", "b"]],
    ["distinct", ["b", "a"]],
    ["join-text", "b, a, b"],
  ])("%s", async (operation, r) => {
    expect(await run(one(operation, { field: "v" }), items)).toEqual({ r });
  });

  it.each<[Operation, Json]>([
    ["count", 0],
    ["count-distinct", 0],
    ["sum", 0],
    ["average", null],
    ["minimum", null],
    ["maximum", null],
    ["first", null],
    ["last", null],
    ["collect", []],
    ["distinct", []],
    ["join-text", ""],
  ])("%s of nothing", async (operation, r) => {
    expect(await run(one(operation), [])).toEqual({ r });
  });

  it("counts all items without a field", async () => {
    expect(await run(one("count"), [1, "a", {}, []])).toEqual({ r: 4 });
  });

  it("adds without rounding off what many small numbers make", async () => {
    expect(await run(one("sum"), new Array(10).fill(0.1))).toEqual({ r: 1 });
    expect(await run(one("sum"), [1e16, 1, -1e16])).toEqual({ r: 1 });
    expect(await run(one("average"), ["2", 4, "", null])).toEqual({ r: 3 });
  });

  it("yields the value as it is, and compares numbers as numbers", async () => {
    expect(await run(one("maximum"), ["9", 10, "1e1"])).toEqual({ r: 10 });
    expect(await run(one("minimum"), ["2026-02-01", "2025-12-31"])).toEqual({ r: "2025-12-31" });
  });

  it("takes 3 and the text 3 for one value, and the first that came", async () => {
    expect(await run(one("distinct"), [3, "3", { a: 1, b: 2 }, { b: 2, a: 1 }, true])).toEqual({ r: [3, { a: 1, b: 2 }, true] });
  });

  it("joins with a line break, and writes lists and maps as JSON", async () => {
    expect(await run(one("join-text", { separator: "\\n" }), ["a", 1, { b: 2 }])).toEqual({ r: 'a\n1\n{"b":2}' });
  });

  it.each<[Operation, Json[]]>([
    ["sum", [1, "two"]],
    ["average", [[1]]],
    ["sum", [true]],
    ["maximum", [1, "a"]],
    ["minimum", [1, [2]]],
    ["sum", [1e308, 1e308]],
  ])("%s refuses %j", async (operation, items) => {
    expect(await run(one(operation), items)).toMatchObject({ code: "validation", happened: "no" });
  });

  it("says which item does not fit", async () => {
    expect(await run(one("sum", { field: "total" }), [{ total: 1 }, { total: "two" }])).toMatchObject({
      message: 'Item 2: The sum of total: "two" is no number.',
    });
  });

  it("does not build a text without end", async () => {
    expect(await run(one("join-text"), new Array(100).fill("x".repeat(50_000)))).toMatchObject({ code: "limit" });
  });
});

describe("groups", () => {
  it("groups by several fields, null and missing together, in the order of their first items", async () => {
    const config = {
      groupBy: [
        { id: "a", field: "at.year" },
        { id: "b", field: "kind" },
      ],
      aggregations: [{ id: "c", operation: "count" }],
    };
    const items: Json[] = [
      { at: { year: 2026 }, kind: "x" },
      { at: { year: "2026" }, kind: "x" },
      { at: { year: 2025 }, kind: null },
      { at: { year: 2025 } },
      { at: { year: 2026 }, kind: "y" },
    ];
    expect(await run(config, items)).toEqual([
      { year: 2026, kind: "x", count: 2 },
      { year: 2025, kind: null, count: 2 },
      { year: 2026, kind: "y", count: 1 },
    ]);
    expect(await run(config, [])).toEqual([]);
  });

  it("groups 100,000 items into as many groups", async () => {
    const items = Array.from({ length: 100_000 }, (_, index) => ({ id: index, n: 1 }));
    const config = {
      groupBy: [{ id: "a", field: "id" }],
      aggregations: [
        { id: "b", operation: "sum", field: "n" },
        { id: "c", operation: "collect" },
      ],
    };
    const rows = (await run(config, items)) as Json[];
    expect(rows).toHaveLength(100_000);
    expect(rows[99_999]).toEqual({ id: 99_999, sum_n: 1, collect: [items[99_999]] });
  }, 20_000);

  it("never makes a field that could reach a prototype", async () => {
    for (const name of ["__proto__", "constructor", "prototype"]) {
      expect(await run(one("count", { name }), [1])).toMatchObject({ code: "validation" });
      expect(aggregate.check?.(aggregate.config.parse(one("count", { name })), {})).toMatchObject([{ path: "/aggregations/0/name" }]);
    }
  });
});

it("says in the draft what is wrong", () => {
  const problems = (config: object) => aggregate.check?.(aggregate.config.parse(config), {}).map(({ path }) => path);
  expect(problems({})).toEqual(["/aggregations"]);
  expect(problems({ groupBy: [{ id: "a", field: "x" }] })).toEqual([]);
  expect(problems({ groupBy: [{ id: "a", field: "count" }], aggregations: [{ id: "b" }] })).toEqual(["/aggregations/0/name"]);
  expect(problems({ aggregations: [{ id: "a", operation: "sum", field: "a..b" }] })).toEqual(["/aggregations/0/field"]);
});
