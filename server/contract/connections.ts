import { z } from "zod";
import { connectionIdSchema } from "#runtime/graph/ids.ts";
import { dataSchema } from "#runtime/graph/json.ts";
import { comfySettingsSchema } from "./comfyui-settings.ts";
import { emptySchema, listOf, listQuerySchema, nameSchema, pageOf, timeSchema } from "./common.ts";
import { mcpSettingsSchema } from "./mcp-settings.ts";
import { modelProviderSchema, modelSettingsSchema } from "./model-settings.ts";
import { defineRoute } from "./route.ts";

const params = z.strictObject({ id: connectionIdSchema });

const kindSchema = z.enum(["mcp", "model", "comfyui"]);
export type ConnectionKind = z.infer<typeof kindSchema>;

const common = {
  id: connectionIdSchema,
  name: z.string(),
  revision: z.int(),
  health: z.strictObject({ state: z.enum(["green", "yellow", "red", "unknown"]), detail: z.string(), checkedAt: timeSchema.nullable() }),
  createdAt: timeSchema,
  updatedAt: timeSchema,
};

export const mcpConnectionSchema = z.strictObject({
  ...common,
  kind: z.literal("mcp"),
  /** The command is shown whole, to people who proved to be persons; null to others. Values of the environment are shown to nobody. */
  settings: mcpSettingsSchema.nullable(),
});
export type McpConnection = z.infer<typeof mcpConnectionSchema>;

export const modelConnectionSchema = z.strictObject({
  ...common,
  kind: z.literal("model"),
  /** As with MCP; the key is shown to nobody. */
  settings: modelSettingsSchema.nullable(),
  /** What may be known to everybody who works with it. */
  provider: modelProviderSchema,
  defaultModel: z.string().nullable(),
});
export type ModelConnection = z.infer<typeof modelConnectionSchema>;

export const comfyConnectionSchema = z.strictObject({
  ...common,
  kind: z.literal("comfyui"),
  /** As with MCP; the token is shown to nobody. */
  settings: comfySettingsSchema.nullable(),
  /** What may be known to everybody who works with it. */
  labels: z.array(z.string()),
});
export type ComfyConnection = z.infer<typeof comfyConnectionSchema>;

export const connectionSchema = z.discriminatedUnion("kind", [mcpConnectionSchema, modelConnectionSchema, comfyConnectionSchema]);
export type Connection = z.infer<typeof connectionSchema>;

/** What a tool says of itself. */
const described = {
  title: z.string().optional(),
  description: z.string().optional(),
  inputSchema: z.record(z.string(), dataSchema),
  outputSchema: z.record(z.string(), dataSchema).optional(),
};

export const toolSchema = z.strictObject({
  name: z.string(),
  ...described,
  hash: z.string(),
  /** What the server says of itself; suggestions only. */
  hints: z.strictObject({ readOnly: z.boolean().optional(), destructive: z.boolean().optional(), idempotent: z.boolean().optional() }),
  /** Whether an editor confirmed, for this very hash, that it changes nothing. */
  readOnly: z.boolean(),
  /** The tool changed since it was approved: it does not run until somebody approves the difference. */
  quarantined: z.boolean(),
  /** Of a changed tool: what it said of itself when it was approved. */
  approved: z.strictObject(described).optional(),
});
export type Tool = z.infer<typeof toolSchema>;

const contentSchema = z.array(z.looseObject({ type: z.string() }));

export const listConnections = defineRoute({
  id: "listConnections",
  method: "GET",
  path: "/api/connections",
  summary: "Connections",
  action: "connection.read",
  params: emptySchema,
  query: listQuerySchema.extend({ kind: kindSchema.optional() }),
  status: 200,
  answer: pageOf(connectionSchema),
});
export const createConnection = defineRoute({
  id: "createConnection",
  method: "POST",
  path: "/api/connections",
  summary: "Set up an outside system",
  action: "connection.manage",
  params: emptySchema,
  query: emptySchema,
  body: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("mcp"), name: nameSchema, settings: mcpSettingsSchema }),
    z.strictObject({ kind: z.literal("model"), name: nameSchema, settings: modelSettingsSchema }),
    z.strictObject({ kind: z.literal("comfyui"), name: nameSchema, settings: comfySettingsSchema }),
  ]),
  status: 201,
  answer: connectionSchema,
});
export const readConnection = defineRoute({
  id: "readConnection",
  method: "GET",
  path: "/api/connections/:id",
  summary: "One connection",
  action: "connection.read",
  params,
  query: emptySchema,
  status: 200,
  answer: connectionSchema,
});
export const changeConnection = defineRoute({
  id: "changeConnection",
  method: "PATCH",
  path: "/api/connections/:id",
  summary: "Change a connection",
  action: "connection.manage",
  params,
  query: emptySchema,
  body: z.strictObject({ name: nameSchema.optional(), settings: z.union([mcpSettingsSchema, modelSettingsSchema, comfySettingsSchema]).optional() }),
  status: 200,
  answer: connectionSchema,
});
export const deleteConnection = defineRoute({
  id: "deleteConnection",
  method: "DELETE",
  path: "/api/connections/:id",
  summary: "Archive a connection",
  action: "connection.manage",
  params,
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
/** What a ComfyUI server says of itself. Memory in bytes; null where it does not tell. */
const comfyProbeSchema = z.strictObject({
  version: z.string(),
  devices: z.array(z.strictObject({ name: z.string(), type: z.string(), memoryBytes: z.number().nullable(), freeBytes: z.number().nullable() })),
  /** Prompts that run and wait. */
  queue: z.int(),
  nodeClasses: z.int(),
});
export type ComfyProbeAnswer = z.infer<typeof comfyProbeSchema>;

export const testConnection = defineRoute({
  id: "testConnection",
  method: "POST",
  path: "/api/connections/:id/test",
  summary: "Connect and say what answered",
  action: "connection.use",
  params,
  query: emptySchema,
  body: emptySchema.optional(),
  status: 200,
  answer: z.strictObject({
    ok: z.boolean(),
    server: z.strictObject({ name: z.string(), version: z.string() }).optional(),
    tools: z.int().optional(),
    /** How many models it offers. */
    models: z.int().optional(),
    comfyui: comfyProbeSchema.optional(),
    error: z.strictObject({ message: z.string(), advice: z.string() }).optional(),
    durationMs: z.number(),
  }),
});
export const listTools = defineRoute({
  id: "listTools",
  method: "GET",
  path: "/api/connections/:id/tools",
  summary: "The tools of a connection",
  action: "connection.read",
  params,
  query: z.strictObject({ search: z.string().max(200).optional() }),
  status: 200,
  answer: listOf(toolSchema),
});
export const changeTool = defineRoute({
  id: "changeTool",
  method: "PATCH",
  path: "/api/connections/:id/tools/:name",
  summary: "Confirm that a tool only reads, or approve its new description; bound to the hash",
  action: "connection.manage",
  params: params.extend({ name: z.string().min(1).max(200) }),
  query: emptySchema,
  body: z.strictObject({ hash: z.string(), readOnly: z.boolean().optional(), approve: z.literal(true).optional() }),
  status: 200,
  answer: toolSchema,
});
const toolAnswerSchema = z.strictObject({ content: contentSchema, structuredContent: z.record(z.string(), dataSchema).optional(), durationMs: z.number() });

/** What a call that is listened to tells as it goes (`Accept: text/event-stream`): any number of `progress`, and one of the others at the end. */
export const toolCallEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("progress"), progress: z.number(), total: z.number().optional(), message: z.string().optional() }),
  z.strictObject({ type: z.literal("answer"), answer: toolAnswerSchema }),
  /** As the body of a refused request. */
  z.strictObject({ type: z.literal("problem"), status: z.int(), problem: z.unknown() }),
]);
export type ToolCallEvent = z.infer<typeof toolCallEventSchema>;

export const callTool = defineRoute({
  id: "callTool",
  method: "POST",
  path: "/api/connections/:id/tools/:name/call",
  summary: "Try a tool (the playground); listened to, it tells of its progress",
  action: "connection.use",
  params: params.extend({ name: z.string().min(1).max(200) }),
  query: emptySchema,
  body: z.strictObject({ arguments: z.record(z.string(), dataSchema).default({}) }),
  status: 200,
  answer: toolAnswerSchema,
});
