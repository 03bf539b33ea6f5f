import { NodeError } from "#runtime/node/node-error.ts";
import type { ServiceRegistry } from "#runtime/node/service.ts";
import { sandbox } from "../code/service.ts";
import { httpClient } from "../http/service.ts";
import { toolRegistry } from "../mcp/service.ts";
import { variables } from "../variables/service.ts";
import { createFakeHttpClient } from "./fake-http-client.ts";
import { fakeSandbox } from "./fake-sandbox.ts";
import { createFakeToolRegistry } from "./fake-tool-registry.ts";
import { createFakeVariables } from "./fake-variables.ts";

const json = { "content-type": "application/json" };
const NOTES = ["# Notes", "The loom is set up."];

/** The outside world of the examples: a sandbox, `api.example.com`, one tool that reads `notes.md`, and a few variables. Counts the calls that leave the process. */
export function provideExampleServices(registry: ServiceRegistry): { calls(): number } {
  const http = createFakeHttpClient({
    "GET https://api.example.com/items/7": { headers: json, body: '{"id":7,"name":"shuttle"}' },
    "GET https://api.example.com/items/404": { status: 404, headers: json, body: '{"error":"no such item"}' },
    "POST https://api.example.com/items": ({ body }) => ({ status: 201, headers: json, body: JSON.stringify({ id: 8, ...JSON.parse(String(body)) }) }),
  });
  const tools = createFakeToolRegistry({
    read_text_file: ({ path, head }) => {
      if (path !== "notes.md") throw new NodeError("tool", `There is no file ${path}.`, { happened: "unknown" });
      const text = NOTES.slice(0, typeof head === "number" ? head : undefined).join("\n");
      return { content: [{ type: "text", text }], structuredContent: { content: text } };
    },
  });
  const held = createFakeVariables({ "run/seen": ["a"], "workspace/orders.count": 41 });
  registry.provide(variables, held);
  registry.provide(sandbox, fakeSandbox);
  registry.provide(httpClient, http);
  registry.provide(toolRegistry, tools);
  return { calls: () => http.requests.length + tools.calls.length + held.calls() };
}
