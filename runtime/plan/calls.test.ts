import { expect, test } from "vitest";
import { z } from "zod";
import type { Graph } from "../graph/schema.ts";
import { createCatalog } from "../node/catalog.ts";
import { defineNode, type NodeDefinition } from "../node/define.ts";
import { port } from "../node/ports.ts";
import { sampleCatalog, sampleGraph, sampleId } from "../testing/sample-nodes.ts";
import { compile } from "./compile.ts";

const base = {
  version: 1,
  role: "step",
  title: "Test",
  description: "Does something.",
  group: "agents",
  icon: "bot",
  effect: "write",
  limits: { timeoutMs: 1_000, attempts: 1 },
  examples: [],
} as const;
const agent = defineNode({
  ...base,
  type: "test-agent",
  config: z.strictObject({}),
  tool: true,
  ports: () => ({
    inputs: { value: port.any({ optional: true }), tools: port.tool({ many: true, optional: true }), from: port.agent({ many: true, optional: true }) },
    outputs: { value: port.text(), handoff: port.agent() },
  }),
});
const hammer = defineNode({
  ...base,
  type: "test-hammer",
  config: z.strictObject({ text: z.string().default("") }),
  tool: ({ text }) => (text === "" ? {} : { description: text, about: { text } }),
  ports: () => ({ inputs: { nail: port.text({ title: "Nail" }), times: port.list("number", { optional: true }) }, outputs: { value: port.any() } }),
});
const crew = defineNode({
  ...base,
  type: "test-crew",
  config: z.strictObject({}),
  hasMembers: true,
  holdsNodes: true,
  ports: () => ({ inputs: {}, outputs: { value: port.any() } }),
});
const catalog = createCatalog([...sampleCatalog.all(), ...([agent, hammer, crew] as NodeDefinition[])]);
const compiled = (nodes: Parameters<typeof sampleGraph>[0], edges: readonly string[], change: (graph: Graph) => Graph = (graph) => graph) =>
  compile(change(sampleGraph(nodes, edges)), catalog, {});
const messages = (...given: Parameters<typeof compiled>) => compiled(...given).problems.map(({ code, node, message }) => [code, node, message.slice(0, 60)]);
const inCrew = { parent: sampleId("crew") };

test("what is wired as a tool is described to its caller, and not scheduled", () => {
  const { plan, problems } = compiled(
    {
      agent: { type: "test-agent" },
      a: { type: "test-hammer", label: "Größter Hammer!", policy: { tool: { autonomy: "manual" } } },
      b: { type: "test-hammer", label: "Größter Hammer", config: { text: "Hits." } },
      off: { type: "test-hammer", disabled: true },
    },
    ["a.tool > agent.tools", "b.tool > agent.tools", "off.tool > agent.tools"],
  );
  expect(problems).toEqual([]);
  expect(plan?.order).toEqual([sampleId("agent")]);
  expect(Object.keys(plan?.callables ?? {}).sort()).toEqual([sampleId("a"), sampleId("b"), sampleId("off")]);
  const input = {
    type: "object",
    properties: { nail: { type: "string", title: "Nail" }, times: { type: "array", items: { type: "number" } } },
    required: ["nail"],
  };
  expect(plan?.nodes[sampleId("agent")]?.tools).toMatchObject([
    { node: sampleId("a"), name: "gro_ter_hammer", title: "Größter Hammer!", description: "Does something.", input, effect: "write", autonomy: "manual" },
    { node: sampleId("b"), name: "gro_ter_hammer_2", description: "Hits.", about: { text: "Hits." } },
  ]);
});

test("the members of a crew are called by it, and hand over to one another; their tools are theirs", () => {
  const { plan, problems } = compiled(
    { crew: { type: "test-crew" }, one: { type: "test-agent", ...inCrew }, two: { type: "test-agent", ...inCrew }, nail: { type: "test-hammer", ...inCrew } },
    ["one.handoff > two.from", "nail.tool > two.tools"],
  );
  expect(problems).toEqual([]);
  expect(plan?.order).toEqual([sampleId("crew")]);
  expect(plan?.nodes[sampleId("crew")]).toMatchObject({
    tools: [{ node: sampleId("one") }, { node: sampleId("two") }],
    handoffs: [{ from: sampleId("one"), to: sampleId("two") }],
  });
  expect(plan?.callables?.[sampleId("two")]?.tools).toMatchObject([{ node: sampleId("nail") }]);
});

test("what is called cannot be scheduled as well", () => {
  const tool = ["tool", sampleId("a")];
  expect(messages({ agent: { type: "test-agent" }, a: { type: "test-hammer" }, in: { type: "sample-step" } }, ["a.tool > agent.tools", "in > a.nail"])).toEqual(
    [[...tool, expect.stringContaining("This is a tool of")]],
  );
  expect(messages({ crew: { type: "test-crew" }, a: { type: "sample-step", ...inCrew } }, [])).toEqual([
    [...tool, expect.stringContaining("calls what is inside it")],
  ]);
  expect(messages({ agent: { type: "test-agent" }, a: { type: "test-agent" } }, ["a.handoff > agent.from"])).toEqual([
    [...tool, expect.stringContaining("inside a crew")],
  ]);
  const reading = { agent: { type: "test-agent" }, in: { type: "sample-step" }, a: { type: "sample-step", config: {} } };
  expect(messages(reading, ["a.tool > agent.tools"])[0]).toEqual(["unknown-port", sampleId("agent"), expect.stringContaining('has no output "tool"')]);
});

test("another setting of a tool makes another hash: what was approved was approved for that one", () => {
  const hashOf = (text: string) =>
    compiled({ agent: { type: "test-agent" }, a: { type: "test-hammer", config: { text } } }, ["a.tool > agent.tools"]).plan?.nodes[sampleId("agent")]
      ?.tools?.[0]?.hash;
  expect(hashOf("one")).toBe(hashOf("one"));
  expect(hashOf("one")).not.toBe(hashOf("two"));
});
