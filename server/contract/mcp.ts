import { z } from "zod";
import { connectionIdSchema } from "#runtime/graph/ids.ts";
import { emptySchema, listOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

const params = z.strictObject({ id: connectionIdSchema });
const about = { name: z.string(), title: z.string().optional(), description: z.string().optional() };
const resourceSchema = z.strictObject({ uri: z.string(), ...about, mimeType: z.string().optional(), /** Bytes. */ size: z.number().optional() });
const templateSchema = z.strictObject({ /** RFC 6570. */ uriTemplate: z.string(), ...about, mimeType: z.string().optional() });
const resourcesSchema = z.strictObject({ resources: z.array(resourceSchema), templates: z.array(templateSchema) });
export type Resources = z.infer<typeof resourcesSchema>;

const contentsSchema = z.strictObject({
  contents: z.array(
    z.union([
      z.strictObject({ uri: z.string(), mimeType: z.string().optional(), text: z.string() }),
      z.strictObject({ uri: z.string(), mimeType: z.string().optional(), /** Base64. */ blob: z.string() }),
    ]),
  ),
});
export type ResourceContents = z.infer<typeof contentsSchema>;

const promptsSchema = listOf(z.strictObject({ ...about, arguments: z.array(z.strictObject({ ...about, required: z.boolean().optional() })) }));
export type Prompts = z.infer<typeof promptsSchema>;
const promptAnswerSchema = z.strictObject({
  description: z.string().optional(),
  messages: z.array(z.strictObject({ role: z.enum(["user", "assistant"]), content: z.looseObject({ type: z.string() }) })),
});
export type PromptAnswer = z.infer<typeof promptAnswerSchema>;

const logSchema = listOf(z.strictObject({ at: timeSchema, level: z.string(), /** Part of the server; may be empty. */ logger: z.string(), text: z.string() }));
export type ServerLog = z.infer<typeof logSchema>;

export const listResources = defineRoute({
  id: "listResources",
  method: "GET",
  path: "/api/connections/:id/resources",
  summary: "What an MCP server has to read: resources and templates of resources",
  action: "connection.read",
  params,
  query: emptySchema,
  status: 200,
  answer: resourcesSchema,
});
export const readResource = defineRoute({
  id: "readResource",
  method: "POST",
  path: "/api/connections/:id/resources/read",
  summary: "Read a resource of an MCP server",
  action: "connection.use",
  params,
  query: emptySchema,
  body: z.strictObject({ uri: z.string().min(1).max(8_000) }),
  status: 200,
  answer: contentsSchema,
});
export const listPrompts = defineRoute({
  id: "listPrompts",
  method: "GET",
  path: "/api/connections/:id/prompts",
  summary: "Prompt templates of an MCP server",
  action: "connection.read",
  params,
  query: emptySchema,
  status: 200,
  answer: promptsSchema,
});
export const getPrompt = defineRoute({
  id: "getPrompt",
  method: "POST",
  path: "/api/connections/:id/prompts/get",
  summary: "Fill a prompt template of an MCP server in",
  action: "connection.use",
  params,
  query: emptySchema,
  body: z.strictObject({ name: z.string().min(1).max(1_000), arguments: z.record(z.string(), z.string().max(100_000)).default({}) }),
  status: 200,
  answer: promptAnswerSchema,
});
export const readServerLog = defineRoute({
  id: "readServerLog",
  method: "GET",
  path: "/api/connections/:id/log",
  summary: "The last log messages of an MCP server, the oldest first, as far as this process has them",
  action: "connection.manage",
  params,
  query: emptySchema,
  status: 200,
  answer: logSchema,
});
export const authorizeConnection = defineRoute({
  id: "authorizeConnection",
  method: "POST",
  path: "/api/connections/:id/authorize",
  summary: "Begin to authorize Heddle at an MCP server (OAuth 2.1): the address that a person opens",
  action: "connection.manage",
  params,
  query: emptySchema,
  body: emptySchema.optional(),
  status: 200,
  answer: z.strictObject({ url: z.url() }),
});
export const oauthCallback = defineRoute({
  id: "oauthCallback",
  method: "GET",
  path: "/api/oauth/callback",
  summary: "Where authorization servers send people back to: a page that says how it went",
  // whoever comes back from another site has no session yet; the state, and then the session, say who it is
  action: "session.open",
  params: emptySchema,
  query: z.object({
    state: z.string().max(500).default(""),
    code: z.string().max(8_000).optional(),
    error: z.string().max(200).optional(),
    iss: z.string().max(2_000).optional(),
    /** The page itself has come back, with the session. */
    here: z.literal("1").optional(),
  }),
  isFile: true,
  status: 200,
  answer: z.undefined(),
});
