// Made by `npm run catalog` from the folders beside it. Do not edit.
import type { NodeImplementation } from "#runtime/node/define.ts";

/** Loads the behaviour of a node type when it is first needed. Annotations have none. */
export const implementations: ReadonlyMap<string, () => Promise<NodeImplementation>> = new Map([
  ["aggregate", async () => (await import("./aggregate/execute.ts")).default],
  ["branch", async () => (await import("./branch/execute.ts")).default],
  ["code", async () => (await import("./code/execute.ts")).default],
  ["delay", async () => (await import("./delay/execute.ts")).default],
  ["filter", async () => (await import("./filter/execute.ts")).default],
  ["for-each", async () => (await import("./for-each/execute.ts")).default],
  ["get-variable", async () => (await import("./get-variable/execute.ts")).default],
  ["http-request", async () => (await import("./http-request/execute.ts")).default],
  ["join", async () => (await import("./join/execute.ts")).default],
  ["loop", async () => (await import("./loop/execute.ts")).default],
  ["mcp-tool", async () => (await import("./mcp-tool/execute.ts")).default],
  ["merge", async () => (await import("./merge/execute.ts")).default],
  ["output", async () => (await import("./output/execute.ts")).default],
  ["set-variable", async () => (await import("./set-variable/execute.ts")).default],
  ["sort", async () => (await import("./sort/execute.ts")).default],
  ["split", async () => (await import("./split/execute.ts")).default],
  ["start", async () => (await import("./start/execute.ts")).default],
  ["sub-graph", async () => (await import("./sub-graph/execute.ts")).default],
  ["switch", async () => (await import("./switch/execute.ts")).default],
  ["template-text", async () => (await import("./template-text/execute.ts")).default],
  ["transform", async () => (await import("./transform/execute.ts")).default],
  ["wait-webhook", async () => (await import("./wait-webhook/execute.ts")).default],
  ["webhook", async () => (await import("./webhook/execute.ts")).default],
]);
