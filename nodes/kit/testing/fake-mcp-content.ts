import { NodeError } from "#runtime/node/node-error.ts";
import type { McpContent, PromptMessage, ResourceContent } from "../mcp/content.ts";

export interface FakeMcpContent extends McpContent {
  calls(): number;
}

/** Resources by address, and prompts by name, the same for every connection. */
export function createFakeMcpContent(given: {
  resources: Record<string, ResourceContent>;
  prompts: Record<string, (values: Record<string, string>) => PromptMessage[]>;
}): FakeMcpContent {
  let calls = 0;
  const begin = (signal: AbortSignal) => {
    if (signal.aborted) throw new NodeError("cancelled", "The node was stopped.", { happened: "no" });
    calls++;
  };
  return {
    calls: () => calls,
    readResource: async ({ uri, signal }) => {
      begin(signal);
      const found = given.resources[uri];
      if (!found) throw new NodeError("not-found", `There is no resource ${uri}.`, { happened: "no" });
      return [found];
    },
    getPrompt: async ({ prompt, arguments: values, signal }) => {
      begin(signal);
      const found = given.prompts[prompt];
      if (!found) throw new NodeError("not-found", `There is no prompt "${prompt}".`, { happened: "no" });
      return { messages: found(values) };
    },
  };
}
