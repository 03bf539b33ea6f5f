import { NodeError } from "#runtime/node/node-error.ts";
import type { ToolCall, ToolRegistry, ToolResult, ToolRule } from "../mcp/service.ts";
import type { ToolApproval, ToolBinding } from "../mcp/tool-binding.ts";

type Answer = (given: Record<string, unknown>, call: ToolCall) => ToolResult;

/** How tools stand in tests until somebody changes it. */
export const FAKE_BINDING: ToolBinding = { tool: "tool-1", connection: "1", access: "" };

/** Tools in memory, by name, the same for every connection; keeps the calls. `standing` may be changed while a test goes on. */
export function createFakeToolRegistry(tools: Record<string, Answer>, rules: Record<string, ToolRule> = {}) {
  const calls: ToolCall[] = [];
  const standing = { binding: { ...FAKE_BINDING }, callersApproval: undefined as ToolApproval | undefined };
  const registry: ToolRegistry = {
    call: async (call) => {
      if (call.signal.aborted) throw new NodeError("cancelled", "The node was stopped.", { happened: "no" });
      calls.push(call);
      const tool = tools[call.tool];
      if (!tool) throw new NodeError("not-found", `There is no tool "${call.tool}".`, { happened: "no" });
      return tool(call.arguments, call);
    },
    list: async () => [],
    standingOf: async ({ tool }) => ({ rule: rules[tool] ?? "allow", binding: { ...standing.binding } }),
    callersApproval: async () => standing.callersApproval,
  };
  return { ...registry, calls, standing };
}
