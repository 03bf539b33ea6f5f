import { afterEach, expect, test } from "vitest";
import { deciders } from "#nodes/kit/gates/deciders.ts";
import { type ToolResult, toolRegistry } from "#nodes/kit/mcp/service.ts";
import mcpTool from "#nodes/mcp-tool/execute.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph } from "#runtime/graph/schema.ts";
import type { References } from "#runtime/node/references.ts";
import { createServiceRegistry } from "#runtime/node/service.ts";
import { testEngines } from "../engine/testing/test-engines.ts";
import { silentLogger } from "../logger.ts";
import { createMcpPool, type McpPool } from "../mcp/client-pool.ts";
import { misbehaving, toolCall } from "../mcp/testing/misbehaving.ts";

const { boot } = testEngines();
const settings = misbehaving("asking", { elicitation: "ask" });
const references: References = {
  "tool:conn_a/write": { kind: "tool", connection: "conn_a", name: "write", inputSchema: { type: "object" }, readOnly: false, hash: "0".repeat(64) },
};
const graph: Graph = {
  ...emptyGraph("Test"),
  nodes: [
    {
      ...{ id: "node_write" as NodeId, type: "mcp-tool", version: 1, label: "write", position: { x: 0, y: 0 } },
      config: { connection: "conn_a", tool: "write", arguments: { text: "hi" } },
    },
  ],
};

let pool: McpPool;
afterEach(() => pool.close());

function open() {
  pool = createMcpPool({ loadConnection: async (id) => ({ id, revision: 1, name: "Asking", settings }), logger: silentLogger, limits: { graceMs: 300 } });
  const services = createServiceRegistry();
  services.provide(deciders, { mayStillDecide: async () => true });
  services.provide(toolRegistry, {
    ...pool,
    standingOf: async () => ({ rule: "allow", binding: { tool: "", connection: "1", access: "" } }),
    callersApproval: async () => undefined,
  });
  return boot({ nodes: [mcpTool], services, references });
}

type Engine = ReturnType<typeof open>;
async function nextGate({ gates }: Engine, kind: "elicitation" | "uncertain") {
  const first = async () => (await gates.list({ workspace: "workspace_default", kind, limit: 10 })).items[0]?.id;
  await expect.poll(first, { timeout: 20_000 }).toBeDefined();
  return (await first()) ?? "";
}
const written = async () => {
  const { content }: ToolResult = await pool.call(toolCall("written", {}, { connection: "conn_a" }));
  return JSON.parse(content.map((part) => (part.type === "text" ? part.text : "")).join(""));
};

// The server writes first, asks then, and goes on whatever it hears.
test("a write that asks in the middle happens once, and hears what a person answered", async () => {
  const engine = open();
  await engine.engine.start();
  const run = await engine.startGraph(graph);
  await engine.gates.decide(await nextGate(engine, "elicitation"), { decision: "answer", edited: { sure: true }, actor: "ada" });
  await engine.finished(run.id);
  expect(await engine.runs.read(run.id)).toMatchObject({ state: "succeeded" });
  expect(await written()).toEqual(["hi", { action: "accept", content: { sure: true } }]);
});

test("after a restart nobody knows what it came to: a person is asked, and it is not made again by itself", async () => {
  const before = open();
  await before.engine.start();
  const run = await before.startGraph(graph);
  const gate = await nextGate(before, "elicitation");
  await before.engine.close();
  await pool.close();

  const engine = open();
  await engine.engine.start();
  await engine.gates.decide(gate, { decision: "answer", edited: { sure: true }, actor: "ada" });
  const uncertain = await nextGate(engine, "uncertain");
  expect(await written()).toEqual([]);
  await engine.gates.decide(uncertain, { decision: "again", actor: "ada" });
  // what was answered is told to the call that a person had made once more
  await engine.finished(run.id);
  expect(await engine.runs.read(run.id)).toMatchObject({ state: "succeeded" });
  expect(await written()).toEqual(["hi", { action: "accept", content: { sure: true } }]);
});
