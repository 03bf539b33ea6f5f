import { describe, expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";
import { join } from "./node.ts";

type Lists = { left: Json[]; right: Json[] };

async function run(config: Record<string, Json>, lists: Lists, signal?: AbortSignal) {
  const result = await runExample(execute, { config, inputs: lists }, createFakeContext(signal ? { signal } : {}));
  if (result.type === "failed") return result.failure;
  return result.type === "done" ? result.outputs : result;
}

const onId = { keys: [{ id: "k", left: "id", right: "id" }] };

describe("what is kept", () => {
  const left = [{ id: 1, a: "x" }, { id: 2, a: "y" }, { a: "no id" }];
  const right = [
    { id: "2", b: "p" },
    { id: 3, b: "q" },
    { id: null, b: "null" },
    { id: 2, b: "r" },
  ];
  const pairs = [
    { id: 2, a: "y", b: "p" },
    { id: 2, a: "y", b: "r" },
  ];
  const leftOnly = [left[0], left[2]];
  const rightOnly = [right[1], right[2]];

  it.each<[string, unknown]>([
    ["inner", { joined: pairs, leftOnly, rightOnly }],
    ["left", { joined: [left[0], ...pairs, left[2]], leftOnly: [], rightOnly }],
    ["right", { joined: [...pairs, ...rightOnly], leftOnly, rightOnly: [] }],
    ["full", { joined: [left[0], ...pairs, left[2], ...rightOnly], leftOnly: [], rightOnly: [] }],
  ])("%s", async (mode, outputs) => {
    expect(await run({ ...onId, mode }, { left, right })).toEqual(outputs);
  });

  it("works on empty lists", async () => {
    expect(await run({ ...onId, mode: "full" }, { left: [], right: [] })).toEqual({ joined: [], leftOnly: [], rightOnly: [] });
    expect(await run(onId, { left, right: [] })).toEqual({ joined: [], leftOnly: left, rightOnly: [] });
  });

  it("demands that all keys match", async () => {
    const keys = [
      { id: "a", left: "at.city", right: "city" },
      { id: "b", left: "at.year", right: "year" },
    ];
    const lists = {
      left: [{ at: { city: "Bern", year: 1 } }, { at: { city: "Bern", year: 2 } }],
      right: [
        { city: "Bern", year: 2 },
        { city: "Bern", year: null },
      ],
    };
    expect(await run({ keys }, lists)).toMatchObject({ joined: [{ at: { city: "Bern", year: 2 }, city: "Bern", year: 2 }] });
  });
});

describe("fields of one name", () => {
  const lists = { left: [{ id: 1, name: "L", x: 1 }], right: [{ id: "1", name: "R", y: 2 }] };

  it.each<[Record<string, Json>, Json]>([
    [{ combine: "prefer-left" }, { id: 1, name: "L", x: 1, y: 2 }],
    [{ combine: "prefer-right" }, { id: "1", name: "R", x: 1, y: 2 }],
    [{ combine: "prefix" }, { id: 1, left_name: "L", x: 1, right_name: "R", y: 2 }],
    [
      { combine: "prefix", leftPrefix: "", rightPrefix: "crm." },
      { id: 1, name: "L", x: 1, "crm.name": "R", y: 2 },
    ],
    [{ combine: "nest" }, { left: { id: 1, name: "L", x: 1 }, right: { id: "1", name: "R", y: 2 } }],
  ])("%j", async (config, row) => {
    expect(await run({ ...onId, ...config }, lists)).toMatchObject({ joined: [row] });
  });

  it("gives the prefix in rows without a pair, too", async () => {
    const more = { left: [...lists.left, { id: 5, name: "M" }], right: [...lists.right, { id: 6, name: "S" }] };
    const { joined } = (await run({ ...onId, mode: "full", combine: "prefix" }, more)) as { joined: Json[] };
    expect(joined.slice(1)).toEqual([
      { id: 5, left_name: "M" },
      { id: 6, right_name: "S" },
    ]);
  });

  it("refuses prefixes that make two fields of one name", async () => {
    const left = [{ id: 1, name: "L", left_name: "other" }];
    expect(await run({ ...onId, combine: "prefix" }, { left, right: lists.right })).toMatchObject({
      code: "validation",
      message: expect.stringContaining("left_name"),
    });
  });

  it("refuses to combine the fields of what is no map, and nests it", async () => {
    const texts = { left: ["a"], right: ["a"] };
    expect(await run({ keys: [{ id: "k" }] }, texts)).toMatchObject({ code: "validation" });
    expect(await run({ keys: [{ id: "k" }], combine: "nest" }, texts)).toMatchObject({ joined: [{ left: "a", right: "a" }] });
  });

  it.each(["__proto__", "constructor", "prototype"])("never makes a field called %s", async (name) => {
    const left = [JSON.parse(`{"id": 1, "${name}": {"polluted": true}}`) as Json];
    for (const combine of ["prefer-left", "prefer-right", "prefix"]) {
      expect(await run({ ...onId, combine }, { left, right: [{ id: 1 }] })).toMatchObject({ code: "validation" });
    }
    expect(
      await run(
        { ...onId, combine: "prefix", leftPrefix: name.slice(0, 3) },
        { left: [{ id: 1, [name.slice(3)]: 1 }], right: [{ id: 1, [name.slice(3)]: 2 }] },
      ),
    ).toMatchObject({
      code: "validation",
    });
  });
});

describe("size", () => {
  it("joins 100,000 items with 100,000", async () => {
    const left = Array.from({ length: 100_000 }, (_, index) => ({ id: index, a: index }));
    const right = Array.from({ length: 100_000 }, (_, index) => ({ id: String(99_999 - index), b: index }));
    const { joined } = (await run(onId, { left, right })) as { joined: Json[] };
    expect(joined).toHaveLength(100_000);
    expect(joined[7]).toEqual({ id: 7, a: 7, b: 99_992 });
  }, 20_000);

  it("refuses more than a million rows before it makes any", async () => {
    const same = (count: number) => Array.from({ length: count }, () => ({ id: 1 }));
    expect(await run(onId, { left: same(1_001), right: same(1_000) })).toMatchObject({ code: "limit", happened: "no" });
  }, 20_000);

  it("stops when the run is stopped", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new NodeError("cancelled", "Stopped.", { happened: "no" })), 1);
    const same = Array.from({ length: 900 }, (_, index) => ({ id: 1, index }));
    expect(await run(onId, { left: same, right: same }, controller.signal)).toMatchObject({ code: "cancelled" });
  }, 20_000);
});

it("says in the draft what is wrong", () => {
  const problems = (config: object) => join.check?.(join.config.parse(config), {}).map(({ path }) => path);
  expect(problems({})).toEqual(["/keys"]);
  expect(problems({ keys: [{ id: "a", left: "a[", right: "constructor" }] })).toEqual(["/keys/0/left", "/keys/0/right"]);
  expect(problems({ ...onId, combine: "prefix", leftPrefix: "x", rightPrefix: "x" })).toEqual(["/rightPrefix"]);
});
