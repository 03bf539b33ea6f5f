import { expect, test } from "vitest";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { GraphNode, NodePolicy } from "#runtime/graph/schema.ts";
import type { References } from "#runtime/node/references.ts";
import { nodePorts } from "./node-ports.ts";

const references = {};
const node = (type: string, policy?: NodePolicy): GraphNode => ({
  id: "node_a" as NodeId,
  type,
  version: 1,
  label: "A",
  position: { x: 0, y: 0 },
  config: type === "template-text" ? { template: "{{ inputs.value }}" } : {},
  ...(policy && { policy }),
});
const types = (shown: ReturnType<typeof nodePorts>["inputs"]) => Object.fromEntries(Object.entries(shown).map(([name, { type }]) => [name, type]));

test("a node that runs for each item takes a list and gives lists", () => {
  const { inputs, outputs } = nodePorts(node("template-text", { eachItemOf: "value", onFailure: "branch" }), references);
  expect(types(inputs)).toEqual({ value: "list<any>" });
  expect(types(outputs)).toEqual({ text: "list<text>", failure: "json" });
});

test("a container also shows its ports towards the body, other nodes do not", () => {
  const { body } = nodePorts(node("for-each"), references);
  expect(types(body?.gives ?? {})).toEqual({ item: "any", index: "number" });
  expect(types(body?.takes ?? {})).toEqual({ result: "any" });
  expect(nodePorts(node("template-text"), references)).not.toHaveProperty("body");
});

test("what is unknown has no ports, and the same node the same object", () => {
  const unknown = node("gone");
  expect(nodePorts(unknown, references)).toEqual({ inputs: {}, outputs: {} });
  expect(nodePorts(unknown, references)).toBe(nodePorts(unknown, references));
  expect(nodePorts(node("output"), references).outputs).toEqual({});
});

test("ports stay the same object until what the node depends on is another", () => {
  const tool = (title: string): References[string] => ({
    kind: "tool",
    connection: "conn_x",
    name: "read",
    title,
    inputSchema: { type: "object", properties: { path: { type: "string" } } },
    readOnly: true,
    hash: "0",
  });
  const caller: GraphNode = { ...node("mcp-tool"), config: { connection: "conn_x", tool: "read" } };
  const text = node("template-text");
  const before: References = { "tool:conn_x/read": tool("Read") };
  const [ofCaller, ofText] = [nodePorts(caller, before), nodePorts(text, before)];
  expect(ofCaller.inputs).toHaveProperty("path");
  const more: References = { ...before, "tool:conn_x/other": tool("Other") };
  expect(nodePorts(caller, more)).toBe(ofCaller);
  expect(nodePorts(caller, {})).not.toBe(ofCaller);
  expect(nodePorts(text, {})).toBe(ofText);
});
