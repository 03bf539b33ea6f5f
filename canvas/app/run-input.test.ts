import { describe, expect, it } from "vitest";
import { catalog } from "#nodes/catalog.data.ts";
import { emptyGraph } from "#runtime/graph/schema.ts";
import { newNode } from "../board/new-node.ts";
import { missingInput, runInputSchemaOf, startingInput } from "./run-input.ts";

const schema = { type: "object", properties: { topic: { type: "string" }, words: { type: "number", default: 200 } }, required: ["topic"] };

describe("runInputSchemaOf", () => {
  const entry = catalog.all().find((definition) => definition.role === "entry" && definition.input);
  if (!entry) throw new Error("No node type of role entry asks for input.");
  const node = newNode(entry, emptyGraph(), { x: 0, y: 0 });

  it("is what the entry asks for", () => {
    expect(Object.keys(runInputSchemaOf({ ...emptyGraph(), nodes: [node] })?.properties ?? {})).toHaveLength(1);
  });

  it("is nothing without an entry that asks, or when it is disabled", () => {
    expect(runInputSchemaOf(emptyGraph())).toBeUndefined();
    expect(runInputSchemaOf({ ...emptyGraph(), nodes: [{ ...node, disabled: true }] })).toBeUndefined();
  });
});

describe("startingInput", () => {
  it("remembers the fields there still are, and falls back to defaults", () => {
    expect(startingInput(schema, { topic: "looms", gone: 1 })).toEqual({ topic: "looms", words: 200 });
  });
});

describe("missingInput", () => {
  it("names what a run needs", () => {
    expect(missingInput(schema, { words: 1 }).map(({ path }) => path)).toEqual(["/topic"]);
    expect(missingInput(schema, { topic: "looms" })).toEqual([]);
  });
});
