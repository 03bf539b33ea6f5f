import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import type { PromptMessage, ResourceContent } from "#nodes/kit/mcp/content.ts";
import type { ToolContent } from "#nodes/kit/mcp/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";

const MAX_PAGES = 100;
const MAX_ENTRIES = 2_000;
/** The caller's own signal ends a request. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;
/** MCP's own code for a resource that is not there. */
const RESOURCE_NOT_FOUND = -32_002;

const text = z.string().max(20_000);
const about = { name: text.min(1), title: text.optional(), description: text.optional() };
const resourceSchema = z.object({ uri: text.min(1), ...about, mimeType: text.optional(), size: z.number().optional() });
const templateSchema = z.object({ uriTemplate: text.min(1), ...about, mimeType: text.optional() });
const promptSchema = z.object({
  ...about,
  arguments: z.array(z.object({ ...about, required: z.boolean().optional() })).default([]),
});
export type Resource = z.infer<typeof resourceSchema>;
export type ResourceTemplate = z.infer<typeof templateSchema>;
export type Prompt = z.infer<typeof promptSchema>;

const contentsSchema = z.object({
  contents: z.array(
    z.union([
      z.object({ uri: z.string(), mimeType: z.string().optional(), text: z.string() }),
      z.object({ uri: z.string(), mimeType: z.string().optional(), blob: z.base64() }),
    ]),
  ),
});
const partSchema = z.union([
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.enum(["image", "audio"]), data: z.string(), mimeType: z.string() }),
  z.looseObject({ type: z.enum(["resource", "resource_link"]) }),
]);
const promptResultSchema = z.object({
  description: z.string().optional(),
  messages: z.array(z.object({ role: z.enum(["user", "assistant"]), content: partSchema })),
});

/** What a server has to read; empty lists when it offers none. */
export async function listResources(client: Client, signal: AbortSignal): Promise<{ resources: Resource[]; templates: ResourceTemplate[] }> {
  if (!client.getServerCapabilities()?.resources) return { resources: [], templates: [] };
  const resources = await listAll(client, { method: "resources/list", member: "resources", entry: resourceSchema, signal });
  // a server may offer resources and not know the method for templates
  const templates = await listAll(client, { method: "resources/templates/list", member: "resourceTemplates", entry: templateSchema, signal }).catch(
    (error: unknown) => {
      if (error instanceof McpError && error.code === ErrorCode.MethodNotFound) return [];
      throw error;
    },
  );
  return { resources, templates };
}

export async function listPrompts(client: Client, signal: AbortSignal): Promise<Prompt[]> {
  if (!client.getServerCapabilities()?.prompts) return [];
  return listAll(client, { method: "prompts/list", member: "prompts", entry: promptSchema, signal });
}

export async function readResource(client: Client, { uri, signal }: { uri: string; signal: AbortSignal }): Promise<ResourceContent[]> {
  const { contents } = await client.request({ method: "resources/read", params: { uri } }, contentsSchema, { signal, timeout: NO_TIMEOUT_MS });
  return contents.map(({ mimeType, ...content }) => ({ ...content, ...(mimeType !== undefined && { mimeType }) }));
}

export async function getPrompt(
  client: Client,
  { prompt, values, signal }: { prompt: string; values: Record<string, string>; signal: AbortSignal },
): Promise<{ description?: string; messages: PromptMessage[] }> {
  const request = { method: "prompts/get" as const, params: { name: prompt, arguments: values } };
  const { description, messages } = await client.request(request, promptResultSchema, { signal, timeout: NO_TIMEOUT_MS });
  return {
    messages: messages.map(({ role, content }) => ({ role, content: content as ToolContent })),
    ...(description !== undefined && { description }),
  };
}

interface Listing<Entry> {
  method: "resources/list" | "resources/templates/list" | "prompts/list";
  member: string;
  entry: z.ZodType<Entry>;
  signal: AbortSignal;
}

/** Every page, without the entries that are none. */
async function listAll<Entry>(client: Client, { method, member, entry, signal }: Listing<Entry>): Promise<Entry[]> {
  const page = z.looseObject({ [member]: z.array(z.unknown()), nextCursor: z.string().optional() });
  const entries: Entry[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES && entries.length < MAX_ENTRIES; pages++) {
    const params = cursor === undefined ? {} : { cursor };
    const answer = await client.request({ method, params }, page, { signal, timeout: NO_TIMEOUT_MS });
    for (const listed of z.array(z.unknown()).parse(answer[member])) {
      const parsed = entry.safeParse(listed);
      if (parsed.success) entries.push(parsed.data);
    }
    if (typeof answer.nextCursor !== "string" || answer.nextCursor === cursor) break;
    cursor = answer.nextCursor;
  }
  return entries.slice(0, MAX_ENTRIES);
}

/** What a server answered in place of content, as a failure. Reading changes nothing. */
export function contentFailure(error: unknown, what: string): NodeError {
  if (error instanceof NodeError) return error;
  if (!(error instanceof McpError)) return new NodeError("tool", `What the server answered about ${what} makes no sense.`, { happened: "no", cause: error });
  const message = error.message.replace(/^MCP error -?\d+: /, "").slice(0, 4_000) || `${what} could not be read.`;
  const code = error.code === RESOURCE_NOT_FOUND ? "not-found" : error.code === ErrorCode.InvalidParams ? "validation" : "tool";
  return new NodeError(code, message, { happened: "no", details: { rpcCode: error.code }, cause: error });
}
