import { NodeError } from "#runtime/node/node-error.ts";
import type { ToolCall, ToolRegistry, ToolResult, ToolRule } from "../mcp/service.ts";

type Answer = (given: Record<string, unknown>, call: ToolCall) => ToolResult;

/** Tools in memory, by name, the same for every connection; keeps the calls. */
export function createFakeToolRegistry(tools: Record<string, Answer>, rules: Record<string, ToolRule> = {}): ToolRegistry & { calls: ToolCall[] } {
  const calls: ToolCall[] = [];
  return {
    calls,
    call: async (call) => {
      if (call.signal.aborted) throw new NodeError("cancelled", "The node was stopped.", { happened: "no" });
      calls.push(call);
      const tool = tools[call.tool];
      if (!tool) throw new NodeError("not-found", `There is no tool "${call.tool}".`, { happened: "no" });
      return tool(call.arguments, call);
    },
    list: async () => [],
    ruleOf: async ({ tool }) => rules[tool] ?? "allow",
  };
}
