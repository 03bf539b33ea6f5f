import { describe, expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import { configSchemaOf } from "#runtime/node/catalog.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { findTemplates } from "#runtime/plan/templates.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { runExample } from "../kit/testing/run-example.ts";
import type { Operator } from "./config.ts";
import execute from "./execute.ts";
import { filter } from "./node.ts";

type Config = Parameters<typeof runExample>[1]["config"];

async function run(config: Config, inputs: Record<string, Json>, signal?: AbortSignal) {
  const result = await runExample(execute, { config, inputs }, createFakeContext(signal ? { signal } : {}));
  if (result.type === "failed") return result.failure;
  return result.type === "done" ? result.outputs : result;
}

async function passes(found: Json | undefined, condition: { operator: Operator; value?: Json | undefined }, ignoreCase = false) {
  const { operator, value = "" } = condition;
  const items = [found === undefined ? {} : { f: found }];
  const outputs = (await run({ ignoreCase, conditions: [{ id: "a", field: "f", operator, value }] }, { items })) as Record<string, unknown>;
  expect([outputs.kept, outputs.rest]).toContainEqual(items);
  expect([outputs.kept, outputs.rest]).toContainEqual([]);
  return (outputs.kept as Json[]).length === 1;
}

describe("conditions", () => {
  it.each<[Json | undefined, Operator, Json?]>([
    [3, "equals", "3"],
    ["3", "equals", 3],
    [true, "equals", "true"],
    ["a", "does-not-equal", "b"],
    [undefined, "does-not-equal", "b"],
    [["a"], "does-not-equal", "a"],
    ["notebook", "contains", "book"],
    [1234, "contains", 23],
    [["x", 2], "contains", "2"],
    [undefined, "does-not-contain", "x"],
    ["notebook", "starts-with", "note"],
    ["notebook", "ends-with", "book"],
    ["order 4711", "matches", "[0-9]+$"],
    [10, "greater-than", "9"],
    ["10", "greater-than", 9],
    ["b", "greater-than", "a"],
    ["2026-02-01T00:00:00+02:00", "less-than", "2026-02-01"],
    [9, "at-least", 9],
    [9, "at-most", "9.0"],
    ["2026-02-01", "after", "2026-01-31T23:59:59Z"],
    ["Sat, 31 Jan 2026 09:30:00 GMT", "before", "2026-02-01"],
    ["b", "is-one-of", "a, b ,c"],
    [2, "is-one-of", "1,2"],
    ["d", "is-none-of", "a, b"],
    [undefined, "is-none-of", "a"],
    [undefined, "is-empty"],
    [null, "is-empty"],
    ["", "is-empty"],
    [[], "is-empty"],
    [{}, "is-empty"],
    [0, "is-not-empty"],
    [false, "is-not-empty"],
    [true, "is-true"],
    ["True", "is-true"],
    [false, "is-false"],
    ["", "exists"],
    [null, "does-not-exist"],
  ])("%j %s %j", async (found, operator, value) => {
    expect(await passes(found, { operator, value })).toBe(true);
  });

  it.each<[Json | undefined, Operator, Json?]>([
    ["A", "equals", "a"],
    [null, "equals", ""],
    [{}, "equals", "[object Object]"],
    ["Notebook", "contains", "note"],
    [{ book: 1 }, "contains", "book"],
    [undefined, "contains", ""],
    [["notebook"], "contains", "book"],
    ["a", "greater-than", 1],
    [undefined, "less-than", 1],
    [null, "less-than", 1],
    [[2], "greater-than", 1],
    ["later", "after", "2026-01-01"],
    [undefined, "before", "2026-01-01"],
    [undefined, "matches", ".*"],
    [undefined, "is-one-of", "a"],
    [1, "is-true"],
    [undefined, "is-false"],
    [null, "exists"],
    ["x", "is-empty"],
  ])("not: %j %s %j", async (found, operator, value) => {
    expect(await passes(found, { operator, value })).toBe(false);
  });

  it.each<[Json, Operator, Json]>([
    ["ADA", "equals", "ada"],
    ["NoteBook", "contains", "BOOK"],
    [["ADA"], "contains", "ada"],
    ["NoteBook", "starts-with", "NOTE"],
    ["NoteBook", "matches", "^note"],
    ["B", "is-one-of", "a,b"],
  ])("ignores case: %j %s %j", async (found, operator, value) => {
    expect(await passes(found, { operator, value }, true)).toBe(true);
    expect(await passes(found, { operator, value })).toBe(false);
  });

  it("takes lists, maps and null that an expression yields", async () => {
    const one = (operator: Operator, name: string) => ({ conditions: [{ id: "a", field: "f", operator, value: `{{ inputs.${name} }}` }] });
    const items = [{ f: "a" }, { f: { y: 2, x: 1 } }, { f: null }];
    expect(await run(one("is-one-of", "list"), { items, list: ["a", "b"] })).toMatchObject({ kept: [{ f: "a" }] });
    expect(await run(one("equals", "map"), { items, map: { x: 1, y: 2 } })).toMatchObject({ kept: [{ f: { y: 2, x: 1 } }] });
    expect(await run(one("equals", "nothing"), { items, nothing: null })).toMatchObject({ kept: [{ f: null }] });
  });

  it("fails for a date that is none, and a pattern that cannot be read", async () => {
    const one = (operator: Operator) => ({ conditions: [{ id: "a", field: "", operator, value: "{{ inputs.value }}" }] });
    expect(await run(one("after"), { items: ["2026-01-01"], value: "soon" })).toMatchObject({ code: "validation" });
    expect(await run(one("matches"), { items: ["a"], value: "(" })).toMatchObject({ code: "expression" });
  });

  it("matches in linear time", async () => {
    const items = Array.from({ length: 100 }, () => `${"a".repeat(2_000)}!`);
    const result = await run({ conditions: [{ id: "a", operator: "matches", value: "^(a+)+$" }] }, { items });
    expect(result).toMatchObject({ kept: [], rest: items });
  });

  it("says in the draft what is wrong", () => {
    const problems = (config: object) => filter.check?.(filter.config.parse(config), {}).map(({ path }) => path);
    const one = (condition: object) => problems({ conditions: [{ id: "a", ...condition }] });
    expect(problems({})).toEqual(["/conditions"]);
    expect(one({ field: "a..b", operator: "exists" })).toEqual(["/conditions/0/field"]);
    expect(one({ operator: "matches", value: "(" })).toEqual(["/conditions/0/value"]);
    expect(one({ operator: "matches" })).toEqual(["/conditions/0/value"]);
    expect(one({ operator: "after", value: "soon" })).toEqual(["/conditions/0/value"]);
    expect(one({ operator: "equals", value: { a: 1 } })).toEqual(["/conditions/0/value"]);
    expect(one({ operator: "matches", value: "{{ inputs.pattern }}" })).toEqual([]);
    expect(problems({ by: "expression" })).toEqual(["/expression"]);
    expect(problems({ by: "expression", expression: "item.a >" })).toEqual(["/expression"]);
    expect(problems({ by: "expression", expression: "item.a > inputs.b" })).toEqual([]);
  });
});

describe("an expression", () => {
  it("is not evaluated by the engine beforehand, and may stand in {{ }}", async () => {
    const config = { by: "expression", expression: "{{ item > inputs.least }}" };
    expect(findTemplates(configSchemaOf(filter), config)).toEqual([]);
    expect(filter.ports(filter.config.parse(config), {}).inputs).toMatchObject({ least: { type: "any", optional: false } });
    expect(await run(config, { items: [1, 2, 3], least: 1 })).toEqual({ kept: [2, 3], rest: [1] });
  });

  it("fails when it yields neither true nor false", async () => {
    expect(await run({ by: "expression", expression: "item.a" }, { items: [{ a: true }, { a: 3 }] })).toMatchObject({
      code: "validation",
      message: expect.stringContaining("Item 2"),
    });
  });

  it("takes 100,000 items, with a pattern too", async () => {
    const items = Array.from({ length: 100_000 }, (_, index) => ({ id: index, name: `n${index}`, tags: ["a", "b"] }));
    const expression = 'item.name.matches("7$") && item.tags.exists(tag, tag == "b") && item.id % 2 == 1 && index >= 0';
    const result = (await run({ by: "expression", expression }, { items })) as { kept: unknown[] };
    expect(result.kept).toHaveLength(10_000);
  }, 20_000);

  it("ends with a plain message when the list takes too much", async () => {
    const items = Array.from({ length: 1_000 }, () => Array.from({ length: 400 }, (_, index) => index));
    const result = await run({ by: "expression", expression: "item.all(a, item.exists(b, b == a))" }, { items });
    expect(result).toMatchObject({ code: "limit", message: expect.stringContaining("steps") });
  }, 20_000);

  it("stops when the run is stopped", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new NodeError("cancelled", "Stopped.", { happened: "no" })), 1);
    const items = Array.from({ length: 1_000_000 }, (_, index) => index);
    const expression = "item + 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 > 0 || item % 7 == 3";
    expect(await run({ by: "expression", expression }, { items }, controller.signal)).toMatchObject({ code: "cancelled" });
  }, 20_000);
});

describe("duplicates", () => {
  it("keeps the last of each, where it stands", async () => {
    const items = [{ k: 1, n: "a" }, { k: 2, n: "b" }, { k: "1", n: "c" }, { n: "d" }, { k: null, n: "e" }];
    const config = { by: "duplicates", fields: [{ id: "a", field: "k" }] };
    expect(await run(config, { items })).toEqual({ kept: [items[0], items[1], items[3]], rest: [items[2], items[4]] });
    expect(await run({ ...config, keep: "last" }, { items })).toEqual({ kept: [items[1], items[2], items[4]], rest: [items[0], items[3]] });
  });

  it("compares whole items without fields", async () => {
    expect(await run({ by: "duplicates" }, { items: [{ a: 1, b: 2 }, { b: 2, a: 1 }, [1], [1], "x"] })).toEqual({
      kept: [{ a: 1, b: 2 }, [1], "x"],
      rest: [{ b: 2, a: 1 }, [1]],
    });
  });
});
