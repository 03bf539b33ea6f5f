import { describe, expect, it } from "vitest";
import { graphIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { portsOf } from "#runtime/node/catalog.ts";
import type { WaitAnswer } from "#runtime/node/outcome.ts";
import type { References } from "#runtime/node/references.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";
import { subGraph } from "./node.ts";

const graph = graphIdSchema.parse("graph_a");
const references: References = {
  "graph:graph_a": {
    kind: "graph",
    graph,
    revision: 7,
    name: "Shorten",
    input: {
      type: "object",
      properties: {
        text: { type: "string", title: "The text", description: "What is shortened." },
        words: { type: "integer" },
        exact: { type: "boolean" },
        tags: { type: "array", items: { type: "string" } },
        more: { type: "object" },
        "not a name": { type: "string" },
      },
      required: ["text"],
    },
    outputs: { short: "text", "not a name": "any" },
    hash: "0".repeat(64),
  },
};
const config = { graph };
const at = "2026-01-01T00:00:00.000Z";
const ended = (more: Partial<Extract<WaitAnswer, { kind: "run" }>>) =>
  createFakeContext({ answers: { call: { kind: "run", at, run: runIdSchema.parse("run_b"), state: "succeeded", output: {}, ...more } } });
const run = (context = createFakeContext(), inputs = { text: "long", words: 3 }) => runExample(execute, { config, inputs, references }, context);

describe("sub-graph", () => {
  it("has the ports of the graph it runs", () => {
    expect(portsOf(subGraph, config, references)).toEqual({
      inputs: {
        text: { type: "text", optional: false, title: "The text", description: "What is shortened." },
        words: { type: "number", optional: true },
        exact: { type: "boolean", optional: true },
        tags: { type: "list<text>", optional: true },
        more: { type: "json", optional: true },
      },
      outputs: { short: { type: "text" } },
    });
  });

  it("calls the revision that was looked up, with what came in", async () => {
    expect(await run()).toEqual({ type: "call", requests: [{ name: "call", graph, revision: 7, input: { text: "long", words: 3 } }] });
  });

  it("hands on what the run put out, and nothing it has no port for", async () => {
    expect(await run(ended({ output: { short: "s", of_later: 1 } }))).toEqual({ type: "done", outputs: { short: "s" } });
    expect(await run(ended({ output: {} }))).toEqual({ type: "done", outputs: {} });
  });

  it.each([
    ["failed", "tool", '"Shorten" failed: It broke.'],
    ["cancelled", "cancelled", '"Shorten" was cancelled: It broke.'],
    ["killed", "cancelled", '"Shorten" was killed: It broke.'],
    ["timed-out", "limit", '"Shorten" ran out of time: It broke.'],
  ] as const)("fails when the run %s", async (state, code, message) => {
    const result = await run(ended({ state, message: "It broke." }));
    expect(result).toMatchObject({ type: "failed", failure: { code, message, happened: "unknown", details: { run: "run_b", state } } });
  });

  it("fails where the graph is not known", async () => {
    expect(await runExample(execute, { config, inputs: {} }, createFakeContext())).toMatchObject({ type: "failed", failure: { code: "not-found" } });
  });

  it("asks for a graph, and for names that can be wired", () => {
    expect(subGraph.check?.({}, {})).toMatchObject([{ path: "/graph", message: "Choose the graph to run." }]);
    const known = references["graph:graph_a"];
    const odd = known?.kind === "graph" ? { "graph:graph_a": { ...known, input: { ...known.input, required: ["not a name"] } } } : {};
    expect(subGraph.check?.(config, odd)).toMatchObject([{ path: "/graph", message: expect.stringContaining('"not a name"') }]);
    expect(subGraph.references?.({ graph, revision: 3 })).toEqual(["graph:graph_a@3"]);
  });
});
