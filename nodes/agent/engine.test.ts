import { expect, test } from "vitest";
import { edgeIdSchema, type NodeId, type RunId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { emptyGraph, type Graph, type GraphNode } from "#runtime/graph/schema.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { createServiceRegistry } from "#runtime/node/service.ts";
import { actingNode } from "#server/engine/testing/acting-node.ts";
import { testEngines } from "#server/engine/testing/test-engines.ts";
import crew from "../crew/execute.ts";
import { deciders } from "../kit/gates/deciders.ts";
import { conversationMemory } from "../kit/memory/service.ts";
import type { ToolCallPart } from "../kit/models/message.ts";
import { type ModelClient, modelClient } from "../kit/models/service.ts";
import { createFakeMemory } from "../kit/testing/fake-memory.ts";
import { createFakeModelClient } from "../kit/testing/fake-model-client.ts";
import agent from "./execute.ts";

const { boot } = testEngines();
const id = (name: string) => `node_${name}` as NodeId;
const use = (name: string, value: Json, callId = `id_${name}_${JSON.stringify(value)}`): ToolCallPart => ({
  type: "tool-call",
  id: callId,
  name,
  arguments: { value },
});

/** What the tools did, across all engines of a test. */
function createWorld(script: Parameters<typeof createFakeModelClient>[0]) {
  const acted: string[] = [];
  const model: ModelClient & { requests: unknown[] } = createFakeModelClient(script);
  const act =
    (name: string) =>
    ({ inputs }: { inputs: Record<string, unknown> }) => {
      if (inputs.value === "break") throw new NodeError("tool", "It broke.", { happened: "no" });
      acted.push(`${name} ${JSON.stringify(inputs.value)}`);
      return done({ value: `${name} did ${JSON.stringify(inputs.value)}` });
    };
  const tool = () => ({ description: "Acts.", input: { type: "object", properties: { value: { type: "string" } }, required: ["value"] } });
  const write = actingNode({ write: act("write") }, { type: "test-write", effect: "write", tool });
  const look = actingNode({ look: act("look") }, { type: "test-look", effect: "read", tool });
  const memory = createFakeMemory();
  const services = createServiceRegistry();
  services.provide(modelClient, model);
  services.provide(conversationMemory, memory);
  services.provide(deciders, { mayStillDecide: async () => true });
  const open = () => boot({ nodes: [agent, crew, write, look], services });
  return { done: acted, model, open };
}

function graph(nodes: Record<string, Partial<GraphNode> & { type: string }>, edges: string[], settings: Graph["settings"] = {}): Graph {
  return {
    ...emptyGraph("Test"),
    settings,
    nodes: Object.entries(nodes).map(([name, node]) => ({ id: id(name), version: 1, label: name, position: { x: 0, y: 0 }, config: {}, ...node })),
    edges: edges.map((text, index) => {
      const [from = "", to = ""] = text.split(" > ");
      const [sourceNode = "", sourcePort = ""] = from.split(".");
      const [targetNode = "", targetPort = ""] = to.split(".");
      const kind = sourcePort === "tool" ? "tool" : sourcePort === "agent" ? "handoff" : "data";
      return {
        id: edgeIdSchema.parse(`edge_${index}`),
        kind,
        source: { node: id(sourceNode), port: sourcePort },
        target: { node: id(targetNode), port: targetPort },
      };
    }),
  };
}

const working = (config: Record<string, Json> = {}) =>
  graph(
    {
      agent: { type: "agent", config: { connection: "conn_a", message: "Go.", ...config } },
      write: { type: "test-write", config: { act: "write" } },
      look: { type: "test-look", config: { act: "look" } },
      out: { type: "sample-exit" },
    },
    ["write.tool > agent.tools", "look.tool > agent.tools", "agent.text > out.value"],
  );

type World = ReturnType<typeof createWorld>;
type Engine = ReturnType<World["open"]>;
const openGate = async ({ gates }: Engine) => (await gates.list({ workspace: "workspace_default", limit: 10 })).items[0];
async function nextGate(engine: Engine, not?: string) {
  await expect
    .poll(
      async () => {
        const gate = await openGate(engine);
        return gate !== undefined && gate.id !== not;
      },
      { timeout: 15_000 },
    )
    .toBe(true);
  const gate = await openGate(engine);
  if (!gate) throw new Error("No gate.");
  return gate;
}

const fiveCalls = [[use("look", "a"), use("look", "b")], [use("write", "c"), use("write", "break")], use("write", "e"), "All done."];

test("five calls, one edited, one failing, one rejected, and another engine after each stop: each is made once", async () => {
  const world = createWorld(fiveCalls);
  let engine = world.open();
  await engine.engine.start();
  const run = await engine.startGraph(working());
  const first = await nextGate(engine);
  expect(first).toMatchObject({ run: run.id, node: id("agent") });
  await engine.engine.close();

  engine = world.open();
  await engine.engine.start();
  await engine.gates.decide(first.id, { decision: "approve", edited: { "call-2-1": { value: "better" }, "call-2-2": { value: "break" } }, actor: "ada" });
  const second = await nextGate(engine, first.id);
  await engine.engine.close();

  engine = world.open();
  await engine.engine.start();
  await engine.gates.decide(second.id, { decision: "reject", note: "Enough.", actor: "ada" });
  await engine.finished(run.id);
  const detail = await engine.runs.read(run.id);
  expect(detail).toMatchObject({ state: "succeeded", output: { result: "All done." } });
  expect(world.done.toSorted()).toEqual(['look "a"', 'look "b"', 'write "better"']);
  expect(world.model.requests).toHaveLength(4);
  const told = JSON.stringify(world.model.requests.at(-1));
  for (const text of ["A person changed the arguments", "The tool failed. It broke.", "They say: Enough."]) expect(told).toContain(text);
  expect(detail.nodes[id("agent")]?.children).toHaveLength(4);
  expect(Number(detail.cost)).toBeCloseTo(4 * 0.00012, 10);
});

test("stopped anywhere on its way, an agent goes on without repeating a call", async () => {
  const script = [[use("look", "a"), use("write", "b")], use("write", "c"), [use("look", "d"), use("write", "e")], "All done."];
  for (const stopAfter of [1, 4, 7, 10, 14, 18, 23]) {
    const world = createWorld(script);
    const first = world.open();
    await first.engine.start();
    const run = await first.startGraph(working({ autonomy: "autopilot", askAfterUntrusted: false }));
    await first.until(run.id, (events) => events.length >= stopAfter);
    await first.engine.close();
    const second = world.open();
    await second.engine.start();
    await second.finished(run.id);
    expect(await second.runs.read(run.id)).toMatchObject({ state: "succeeded", output: { result: "All done." } });
    expect(world.done.toSorted(), `stopped after event ${stopAfter}`).toEqual(['look "a"', 'look "d"', 'write "b"', 'write "c"', 'write "e"']);
    await second.engine.close();
  }
}, 60_000);

test("a budget holds the run before the turn that would exceed it", async () => {
  const world = createWorld(["Hello."]);
  const engine = world.open();
  await engine.engine.start();
  const run = await engine.startGraph(working(), { budget: 0.000_1 });
  const gate = await nextGate(engine);
  expect(gate).toMatchObject({ kind: "budget" });
  expect(world.model.requests).toHaveLength(0);
  await engine.gates.decide(gate.id, { decision: "raise", edited: { budget: 1 }, actor: "ada" });
  await engine.finished(run.id);
  expect((await engine.runs.read(run.id)).state).toBe("succeeded");
});

test("a crew of agents hands on along its wires, and an agent in it asks for itself", async () => {
  const world = createWorld(["A draft.", use("write", "draft"), "A text."]);
  const engine = world.open();
  await engine.engine.start();
  const member = (name: string) => ({ type: "agent", parent: id("crew"), config: { connection: "conn_a", instructions: `You are the ${name}.` } });
  const made = graph(
    {
      crew: { type: "crew", config: { task: "Write about heddles." } },
      editor: member("editor"),
      writer: member("writer"),
      write: { type: "test-write", config: { act: "write" } },
      out: { type: "sample-exit" },
    },
    ["writer.agent > editor.from", "write.tool > editor.tools", "crew.text > out.value"],
  );
  const run = await engine.startGraph(made);
  const gate = await nextGate(engine);
  expect(gate.run).not.toBe(run.id);
  await engine.gates.decide(gate.id, { decision: "approve", actor: "ada" });
  await engine.finished(run.id);
  const detail = await engine.runs.read(run.id);
  expect(detail).toMatchObject({ state: "succeeded", output: { result: "A text." } });
  expect(world.done).toEqual(['write "draft"']);
  const asked = detail.nodes[id("crew")]?.children?.map(({ run: child }) => child as RunId) ?? [];
  expect(asked).toHaveLength(2);
});
