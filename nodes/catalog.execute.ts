// Made by `npm run catalog` from the folders beside it. Do not edit.
import type { NodeImplementation } from "#runtime/node/define.ts";

/** Loads the behaviour of a node type when it is first needed. Annotations have none. */
export const implementations: ReadonlyMap<string, () => Promise<NodeImplementation>> = new Map([
  ["branch", async () => (await import("./branch/execute.ts")).default],
  ["code", async () => (await import("./code/execute.ts")).default],
  ["delay", async () => (await import("./delay/execute.ts")).default],
  ["http-request", async () => (await import("./http-request/execute.ts")).default],
  ["mcp-tool", async () => (await import("./mcp-tool/execute.ts")).default],
  ["merge", async () => (await import("./merge/execute.ts")).default],
  ["output", async () => (await import("./output/execute.ts")).default],
  ["start", async () => (await import("./start/execute.ts")).default],
  ["switch", async () => (await import("./switch/execute.ts")).default],
  ["template-text", async () => (await import("./template-text/execute.ts")).default],
  ["transform", async () => (await import("./transform/execute.ts")).default],
]);
