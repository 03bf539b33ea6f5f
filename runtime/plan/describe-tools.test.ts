import { describe, expect, it } from "vitest";
import { z } from "zod";
import { nodeIdSchema } from "../graph/ids.ts";
import { defineNode, type NodeDefinition } from "../node/define.ts";
import { port } from "../node/ports.ts";
import { describeTools } from "./describe-tools.ts";
import type { ResolvedNode } from "./resolved-node.ts";

const base = {
  version: 1,
  title: "Test",
  description: "For tests.",
  group: "tools",
  icon: "box",
  config: z.strictObject({}),
  limits: { timeoutMs: 1_000, attempts: 1 },
  examples: [],
  tool: true,
  ports: () => ({ inputs: { text: port.text({ title: "Text" }), more: port.list("number", { optional: true }) }, outputs: {} }),
} as const;

function resolved(label: string, definition: NodeDefinition): ResolvedNode {
  const node = { id: nodeIdSchema.parse(`node_${label.replace(/\W/g, "")}`), type: definition.type, version: 1, label, position: { x: 0, y: 0 }, config: {} };
  return { node, definition, config: {}, ports: definition.ports({}, {}), isUnresolved: false, reads: [], around: [] };
}

const known = { references: {}, settings: {} };

describe("what may be called", () => {
  const pure = defineNode({ ...base, type: "test-pure", role: "step", effect: "pure" });
  const graph = defineNode({ ...base, type: "test-graph", role: "call", effect: "pure" });

  it("is offered by a name of its own, with its ports as arguments", () => {
    const [first, second] = describeTools([resolved("Send it!", pure), resolved("send it", pure)], known);
    expect(first).toMatchObject({ name: "send_it", title: "Send it!", effect: "pure", input: { type: "object", required: ["text"] } });
    expect(first?.input.properties).toEqual({ text: { type: "string", title: "Text" }, more: { type: "array", items: { type: "number" } } });
    expect(second?.name).toBe("send_it_2");
  });

  it("counts as a write when it is a graph: what its nodes do is not known", () => {
    expect(describeTools([resolved("graph", graph)], known)[0]?.effect).toBe("write");
  });

  it("is as cautious as the stricter of its own wish and the graph's", () => {
    const wishing = (autonomy?: "manual" | "copilot" | "autopilot") => {
      const { node, ...rest } = resolved("one", pure);
      return { ...rest, node: { ...node, ...(autonomy && { policy: { tool: { autonomy } } }) } };
    };
    const offered = (own: Parameters<typeof wishing>[0], autonomy: Parameters<typeof wishing>[0]) =>
      describeTools([wishing(own)], { references: {}, settings: autonomy ? { autonomy } : {} })[0]?.autonomy;
    expect(offered(undefined, undefined)).toBeUndefined();
    expect(offered(undefined, "copilot")).toBe("copilot");
    expect(offered("autopilot", "manual")).toBe("manual");
    expect(offered("manual", "autopilot")).toBe("manual");
    expect(offered("copilot", undefined)).toBe("copilot");
  });
});
