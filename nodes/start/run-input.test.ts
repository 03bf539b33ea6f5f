import { describe, expect, it } from "vitest";
import { fromJSONSchema } from "zod";
import { lenientConfig } from "#runtime/node/catalog.ts";
import type { InputField } from "./fields.ts";
import { start } from "./node.ts";
import { readRunInput, runInputSchema } from "./run-input.ts";

function fields(...given: ({ name: string } & Partial<InputField>)[]): InputField[] {
  return start.config.parse({ fields: given.map((field, index) => ({ id: `f${index}`, ...field })) }).fields;
}

describe("readRunInput", () => {
  const all = fields(
    { name: "topic" },
    { name: "words", type: "number", default: 200 },
    { name: "tone", type: "choice", choices: ["dry", "warm"], required: false },
    { name: "tags", type: "list", required: false },
    { name: "final", type: "boolean", required: false },
    { name: "extra", type: "json", required: false },
  );

  it("applies defaults and leaves out what is optional and absent", () => {
    expect(readRunInput(all, { topic: "looms" })).toEqual({ values: { topic: "looms", words: 200 } });
  });

  it("takes falsy values as values", () => {
    expect(readRunInput(all, { topic: "", words: 0, final: false, tags: [], extra: null })).toEqual({
      values: { topic: "", words: 0, final: false, tags: [], extra: null },
    });
  });

  it("tells everything that is wrong at once, each with its path, and converts nothing", () => {
    const read = readRunInput(all, { words: "200", tone: "loud", tags: ["a", 1], final: 1, "odd/one": 1 });
    const paths = "errors" in read ? read.errors.map(({ path }) => path) : [];
    expect(paths.sort()).toEqual(["/final", "/odd~1one", "/tags", "/tone", "/topic", "/words"]);
  });

  it("takes null for no value of any type but JSON", () => {
    expect(readRunInput(fields({ name: "topic" }), { topic: null })).toEqual({ errors: [{ path: "/topic", message: '"topic" takes text.' }] });
  });

  it.each([["a text"], [[1]], [3]])("refuses an input that is no object: %j", (input) => {
    expect(readRunInput(all, input)).toMatchObject({ errors: [{ path: "" }] });
  });

  it("takes a run without any input where nothing is demanded", () => {
    expect(readRunInput(fields({ name: "a", required: false }), undefined)).toEqual({ values: {} });
  });

  it("does not mistake what every object inherits for a value", () => {
    expect(readRunInput(fields({ name: "toString", required: false }), {})).toEqual({ values: {} });
    expect(readRunInput(all, JSON.parse('{"topic":"x","__proto__":{"a":1}}'))).toMatchObject({ errors: [{ path: "/__proto__" }] });
  });
});

describe("runInputSchema", () => {
  it("describes titles, defaults, choices and what is demanded", () => {
    const schema = runInputSchema(
      fields({ name: "topic", title: "Topic", description: "What about?" }, { name: "tone", type: "choice", choices: ["dry"], default: "dry" }),
    );
    expect(schema).toEqual({
      type: "object",
      properties: {
        topic: { type: "string", title: "Topic", description: "What about?" },
        tone: { type: "string", enum: ["dry"], title: "tone", default: "dry" },
      },
      required: ["topic"],
      additionalProperties: false,
    });
  });

  it("agrees with readRunInput", () => {
    const given = fields({ name: "n", type: "number" }, { name: "s", required: false }, { name: "c", type: "choice", choices: ["a", "b"], required: false });
    const schema = fromJSONSchema(runInputSchema(given) as Parameters<typeof fromJSONSchema>[0]);
    for (const input of [{ n: 1 }, { n: "1" }, {}, { n: 1, s: 2 }, { n: 1, c: "b" }, { n: 1, c: "z" }, { n: 1, other: 1 }]) {
      expect(schema.safeParse(input).success, JSON.stringify(input)).toBe("values" in readRunInput(given, input));
    }
  });

  it("leaves out fields that have no sound name yet", () => {
    expect(Object.keys(runInputSchema(fields({ name: "" }, { name: "ok" })).properties ?? {})).toEqual(["ok"]);
  });
});

describe("start", () => {
  it("reports names, choices and defaults that cannot work", () => {
    const config = start.config.parse({
      fields: [
        { id: "a", name: "two words" },
        { id: "b", name: "tone", type: "choice" },
        { id: "c", name: "tone", type: "number", default: "many" },
        { id: "d", name: "failure" },
      ],
    });
    expect(start.check?.(config, {}).map(({ path }) => path)).toEqual([
      "/fields/0/name",
      "/fields/2/name",
      "/fields/3/name",
      "/fields/1/choices",
      "/fields/2/default",
    ]);
  });

  it("keeps the ports of the other fields while one name is being typed", () => {
    const config = lenientConfig(start, {
      fields: [
        { id: "a", name: "" },
        { id: "b", name: "topic" },
      ],
    });
    expect(Object.keys(start.ports(config as typeof start.config._zod.output, {}).outputs)).toEqual(["topic"]);
  });
});
