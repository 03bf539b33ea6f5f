import { NodeError } from "#runtime/node/node-error.ts";
import type { ServiceRegistry } from "#runtime/node/service.ts";
import { assetStore } from "../assets/service.ts";
import { sandbox } from "../code/service.ts";
import { workflowVersions } from "../comfyui/library.ts";
import { comfyClient } from "../comfyui/service.ts";
import { deciders } from "../gates/deciders.ts";
import { httpClient } from "../http/service.ts";
import { knowledgeStore } from "../knowledge/service.ts";
import { mcpContent } from "../mcp/content.ts";
import { toolRegistry } from "../mcp/service.ts";
import { conversationMemory } from "../memory/service.ts";
import { textOf } from "../models/message.ts";
import { type ModelRequest, modelClient } from "../models/service.ts";
import { variables } from "../variables/service.ts";
import { createFakeAssetStore } from "./fake-asset-store.ts";
import { createFakeComfyClient, fakeWorkflowVersions } from "./fake-comfy-client.ts";
import { createFakeHttpClient } from "./fake-http-client.ts";
import { createFakeKnowledge } from "./fake-knowledge.ts";
import { createFakeMcpContent } from "./fake-mcp-content.ts";
import { createFakeMemory } from "./fake-memory.ts";
import { createFakeModelClient } from "./fake-model-client.ts";
import { fakeSandbox } from "./fake-sandbox.ts";
import { createFakeToolRegistry } from "./fake-tool-registry.ts";
import { createFakeVariables } from "./fake-variables.ts";

const json = { "content-type": "application/json" };
const NOTES = ["# Notes", "The loom is set up."];

const MODEL_TURNS = 20;

/** Searches when it is asked to and can, repeats what follows "Say: ", and agrees with everything else. */
function replyOf({ messages, tools = [] }: ModelRequest) {
  const last = messages.at(-1);
  const asked = last?.role === "user" ? textOf(last.content) : "";
  const [search] = tools;
  if (asked.startsWith("Search for") && search) return { type: "tool-call" as const, id: "call_1", name: search.name, arguments: { query: asked.slice(11) } };
  return asked.includes("Say: ") ? asked.slice(asked.indexOf("Say: ") + 5) : "Agreed.";
}

/** The outside world of the examples: a sandbox, `api.example.com`, one tool that reads `notes.md`, a few variables, and a model that says what it is told after "Say: ". Counts the calls that leave the process. */
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
  const files = createFakeAssetStore();
  files.put("notes.md", "text/markdown", NOTES.join("\n"));
  registry.provide(assetStore, files);
  files.put("photo.png", "image/png", "a photo");
  const comfy = createFakeComfyClient();
  registry.provide(comfyClient, comfy);
  registry.provide(workflowVersions, fakeWorkflowVersions);
  registry.provide(sandbox, fakeSandbox);
  registry.provide(httpClient, http);
  registry.provide(toolRegistry, tools);
  const content = createFakeMcpContent({
    resources: {
      "notes://all/loom.json": { uri: "notes://all/loom.json", mimeType: "application/json", text: '{"threads":120}' },
      "notes://all/picture": { uri: "notes://all/picture", mimeType: "image/png", blob: "AAEC" },
    },
    prompts: { weather: ({ city }) => [{ role: "user", content: { type: "text", text: `What is the weather in ${city}?` } }] },
  });
  registry.provide(mcpContent, content);
  const loom = { document: { id: "doc_notes", title: "Notes", url: null }, page: 1, headings: ["Loom"], chunk: "chunk_notes1", relevance: 0.9 };
  const knowledge = createFakeKnowledge("collection_example", [{ ...loom, text: "The loom is set up." }]);
  registry.provide(knowledgeStore, knowledge);
  registry.provide(conversationMemory, createFakeMemory());
  registry.provide(deciders, { mayStillDecide: async () => true });
  registry.provide(modelClient, createFakeModelClient(Array.from({ length: MODEL_TURNS }, () => replyOf)));
  return { calls: () => comfy.calls() + http.requests.length + tools.calls.length + held.calls() + knowledge.calls() + content.calls() };
}
