import { beforeEach, expect, test } from "vitest";
import agent from "#nodes/agent/execute.ts";
import { deciders } from "#nodes/kit/gates/deciders.ts";
import { type ToolCall, toolRegistry } from "#nodes/kit/mcp/service.ts";
import type { ToolBinding } from "#nodes/kit/mcp/tool-binding.ts";
import { conversationMemory } from "#nodes/kit/memory/service.ts";
import { modelClient } from "#nodes/kit/models/service.ts";
import { createFakeMemory } from "#nodes/kit/testing/fake-memory.ts";
import { createFakeModelClient } from "#nodes/kit/testing/fake-model-client.ts";
import mcpTool from "#nodes/mcp-tool/execute.ts";
import { edgeIdSchema, type NodeId } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph } from "#runtime/graph/schema.ts";
import type { References } from "#runtime/node/references.ts";
import { createServiceRegistry } from "#runtime/node/service.ts";
import { createDeciders } from "../engine/gate-deciders.ts";
import { testEngines } from "../engine/testing/test-engines.ts";
import { silentLogger } from "../logger.ts";
import { createCallApprovals } from "../store/call-approvals.ts";
import { createConnectionStore } from "../store/connections.ts";
import { createToolStore } from "../store/tools.ts";
import { createGovernedTools } from "./governed-tools.ts";

const { boot, database } = testEngines();
const workspace = "workspace_default";
const id = (name: string) => `node_${name}` as NodeId;
const TARGET = { connection: "conn_a", tool: "send" };
const references: References = {
  "tool:conn_a/send": {
    ...{ kind: "tool", connection: "conn_a", name: "send", readOnly: false, hash: "0".repeat(64) },
    inputSchema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
  },
};

let sent: ToolCall[];
let standing: ToolBinding;
let roles: Record<string, "owner" | "approver" | "viewer">;
beforeEach(async () => {
  sent = [];
  standing = { tool: "tool-1", connection: "1", access: "" };
  roles = { ada: "owner" };
  await createConnectionStore(database()).create({ id: "conn_a", workspace, name: "Mail", settings: {}, actor: "ada" });
});

function open() {
  const store = createToolStore(database());
  const call = { type: "tool-call" as const, id: "call_1", name: "send", arguments: { text: "hi" } };
  const services = createServiceRegistry();
  const people = createDeciders({ roleOf: async (_workspace, user) => roles[user] }, workspace);
  services.provide(modelClient, createFakeModelClient([call, "All done."]));
  services.provide(conversationMemory, createFakeMemory());
  services.provide(deciders, people);
  services.provideFor(toolRegistry, ({ graph, run }) =>
    createGovernedTools({
      ...{ store, workspace, graph, run, deciders: people, logger: silentLogger },
      tools: {
        list: async () => [],
        call: async (made) => {
          sent.push(made);
          return { content: [{ type: "text", text: "sent" }] };
        },
      },
      isReadOnly: async () => false,
      bindingOf: async () => ({ ...standing }),
      callersApproval: () => createCallApprovals(database()).read(run),
    }),
  );
  const setRule = (rule: "ask" | "deny") => store.setRule({ workspace, subject: "*", ...TARGET }, { rule, actor: "ada" });
  return { ...boot({ nodes: [agent, mcpTool], services, references }), setRule };
}

/** An agent with the tool, or the tool alone. */
function graph(of: "agent" | "tool", autonomy = "copilot"): Graph {
  const place = { version: 1, position: { x: 0, y: 0 } };
  const tool = { id: id("send"), type: "mcp-tool", label: "send", config: { ...TARGET, ...(of === "tool" && { arguments: { text: "hi" } }) }, ...place };
  const asking = { id: id("agent"), type: "agent", label: "agent", config: { connection: "conn_m", message: "Go.", autonomy }, ...place };
  if (of === "tool") return { ...emptyGraph("Test"), nodes: [tool] };
  const edge = {
    id: edgeIdSchema.parse("edge_1"),
    kind: "tool" as const,
    source: { node: id("send"), port: "tool" },
    target: { node: id("agent"), port: "tools" },
  };
  return { ...emptyGraph("Test"), nodes: [tool, asking], edges: [edge] };
}

type Engine = ReturnType<typeof open>;
async function nextGate({ gates }: Engine, not?: string) {
  const first = async () => (await gates.list({ workspace, limit: 10 })).items.find((gate) => gate.id !== not);
  await expect.poll(first, { timeout: 20_000 }).toBeDefined();
  const gate = await first();
  if (gate?.kind !== "tool-call") throw new Error("No question about a call.");
  return { ...gate, problem: (gate.details as { problem?: string }).problem };
}
const approve = (engine: Engine, gate: string, edited?: string) =>
  engine.gates.decide(gate, { decision: "approve", actor: "ada", ...(edited !== undefined && { edited: { "call-1-1": { text: edited } } }) });

test("a person is asked once about an agent's call that a rule asks about, and what they edited is what is sent", async () => {
  const engine = open();
  await engine.setRule("ask");
  await engine.engine.start();
  const run = await engine.startGraph(graph("agent", "autopilot"));
  const gate = await nextGate(engine);
  expect(gate).toMatchObject({ run: run.id, node: id("agent") });
  await approve(engine, gate.id, "better");
  await engine.finished(run.id);
  expect(await engine.runs.read(run.id)).toMatchObject({ state: "succeeded" });
  expect(sent).toMatchObject([{ arguments: { text: "better" }, approval: { by: "ada", binding: standing } }]);
});

test("an approved call of an agent is asked about again where the tool changes before it is sent", async () => {
  const engine = open();
  await engine.engine.start();
  const run = await engine.startGraph(graph("agent"));
  const gate = await nextGate(engine);
  standing = { ...standing, tool: "tool-2", access: "another" };
  await approve(engine, gate.id);
  const again = await nextGate(engine, gate.id);
  expect(again.problem).toContain("describes this tool otherwise");
  expect(again.problem).toContain("Another credential or account");
  expect(sent).toEqual([]);
  await approve(engine, again.id);
  await engine.finished(run.id);
  expect(sent).toMatchObject([{ approval: { binding: standing } }]);
});

test("so is the call of a tool alone: a settings change, and a decider who lost their role, void what was said", async () => {
  const engine = open();
  await engine.setRule("ask");
  await engine.engine.start();
  const run = await engine.startGraph(graph("tool"));
  const first = await nextGate(engine);
  standing = { ...standing, connection: "2" };
  await approve(engine, first.id);
  const second = await nextGate(engine, first.id);
  expect(second.problem).toContain("settings of its connection have changed");
  roles.ada = "viewer";
  await approve(engine, second.id);
  const third = await nextGate(engine, second.id);
  expect(third.problem).toContain("may not decide any more");
  expect(sent).toEqual([]);
  roles.ada = "approver";
  await approve(engine, third.id);
  await engine.finished(run.id);
  expect(sent).toHaveLength(1);
});

test("nothing is sent that a rule denies by the time it was approved", async () => {
  const engine = open();
  await engine.setRule("ask");
  await engine.engine.start();
  const run = await engine.startGraph(graph("tool"));
  const gate = await nextGate(engine);
  await engine.setRule("deny");
  await approve(engine, gate.id);
  await engine.finished(run.id);
  expect(await engine.runs.read(run.id)).toMatchObject({ state: "failed", failure: { code: "policy" } });
  expect(sent).toEqual([]);
});
