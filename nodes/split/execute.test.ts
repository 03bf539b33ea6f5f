import { describe, expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import { lenientConfig } from "#runtime/node/catalog.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";
import { split } from "./node.ts";

async function run(config: Record<string, Json>, inputs: Record<string, Json>) {
  const result = await runExample(execute, { config, inputs }, createFakeContext());
  if (result.type === "failed") return result.failure;
  return result.type === "done" ? result.outputs : result;
}

describe("a list", () => {
  const items = [1, 2, 3, 4, 5];

  it.each<[Record<string, Json>, number[], number[]]>([
    [{ into: "first", count: 2 }, [1, 2], [3, 4, 5]],
    [{ into: "first", count: 0 }, [], items],
    [{ into: "first", count: 99 }, items, []],
    [{ into: "last", count: 2 }, [4, 5], [1, 2, 3]],
    [{ into: "last", count: 0 }, [], items],
    [{ into: "last", count: 99 }, items, []],
    [{ into: "range", skip: 1, count: 2 }, [2, 3], [1, 4, 5]],
    [{ into: "range", skip: 99, count: 2 }, [], items],
    [{ into: "range", skip: 3, count: 99 }, [4, 5], [1, 2, 3]],
  ])("%j", async (config, taken, rest) => {
    expect(await run(config, { items })).toEqual({ taken, rest });
  });

  it("makes batches of 100,000 items, and none of none", async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => index);
    const { batches } = (await run({ size: 1 }, { items: many })) as { batches: number[][] };
    expect(batches).toHaveLength(100_000);
    expect(batches.flat()).toEqual(many);
    expect(await run({ size: 1_000_000_000 }, { items })).toEqual({ batches: [items] });
    expect(await run({}, { items: [] })).toEqual({ batches: [] });
  }, 20_000);

  it("refuses a size that is none", async () => {
    for (const size of [0, 1.5, -1, "two"]) expect(await run({ size: "{{ inputs.size }}" }, { items, size })).toMatchObject({ code: "validation" });
  });
});

describe("a text", () => {
  it.each<[Record<string, Json>, string, string[]]>([
    [{ into: "lines" }, "", []],
    [{ into: "lines", skipEmpty: false }, "", [""]],
    [{ into: "lines", skipEmpty: false, trim: false }, " a\r\n\nb\r\r\n", [" a", "", "b\r", ""]],
    [{ into: "parts", separator: "\\t" }, "a\tb", ["a", "b"]],
    [{ into: "parts", separator: "\\n\\n" }, "one\nline\n\ntwo", ["one\nline", "two"]],
    [{ into: "parts", separator: "--", trim: false, skipEmpty: false }, "a-- --", ["a", " ", ""]],
    [{ into: "parts", separator: "aa", skipEmpty: false }, "aaa", ["", "a"]],
  ])("%j of %j", async (config, text, parts) => {
    expect(await run(config, { text })).toEqual({ parts });
  });

  it("splits a million lines, and refuses more", async () => {
    const text = "line\n".repeat(1_000_000);
    const result = (await run({ into: "lines" }, { text })) as { parts: string[] };
    expect(result.parts).toHaveLength(1_000_000);
    expect(await run({ into: "lines" }, { text: `${text}one more` })).toMatchObject({ code: "limit" });
  }, 20_000);

  it("demands a separator", async () => {
    expect(split.check?.(split.config.parse({ into: "parts", separator: "" }), {})).toMatchObject([{ path: "/separator" }]);
    expect(await run({ into: "parts", separator: "" }, { text: "abc" })).toMatchObject({ code: "validation" });
  });
});

it("shows only the fields that have a say", () => {
  const shown = (into: string) => {
    const config = lenientConfig(split, { into }) as Parameters<NonNullable<typeof split.form>>[0];
    return Object.keys(
      split.form?.(config, {}, { properties: { into: {}, size: {}, skip: {}, count: {}, separator: {}, trim: {}, skipEmpty: {} } }).properties ?? {},
    );
  };
  expect(shown("batches")).toEqual(["into", "size"]);
  expect(shown("range")).toEqual(["into", "skip", "count"]);
  expect(shown("lines")).toEqual(["into", "trim", "skipEmpty"]);
});
