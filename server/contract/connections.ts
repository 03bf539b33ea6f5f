import { z } from "zod";
import { connectionIdSchema } from "#runtime/graph/ids.ts";
import { dataSchema } from "#runtime/graph/json.ts";
import { emptySchema, listOf, listQuerySchema, nameSchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

const params = z.strictObject({ id: connectionIdSchema });

/**
 * Stands for the value of an environment variable in answers: values are kept in the vault and never shown again. Sent back, it keeps the value
 * that is there.
 */
export const STORED_SECRET = "heddle:secret";

/** How an MCP server is started. Run by argv, without a shell, with an empty environment plus this list. */
export const mcpSettingsSchema = z.strictObject({
  transport: z.literal("stdio"),
  /** A program's path or name, or `heddle:node` for the Node that runs Heddle. */
  command: z.string().min(1).max(1_000),
  /** `package:<name>` stands for an installed package's program, `asset:<path>` for a folder that ships with Heddle. */
  arguments: z.array(z.string().max(4_000)).max(100).default([]),
  /** Values: `heddle:inherit` for Heddle's own, `STORED_SECRET` for the one that is stored, or the value itself. */
  environment: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: "An environment variable's name is letters, digits and _." }), z.string().max(8_000))
    .default({}),
});
export type McpSettings = z.infer<typeof mcpSettingsSchema>;

export const connectionSchema = z.strictObject({
  id: connectionIdSchema,
  kind: z.literal("mcp"),
  name: z.string(),
  /** The command is shown whole, to people who proved to be persons; null to others. Values of the environment are shown to nobody. */
  settings: mcpSettingsSchema.nullable(),
  revision: z.int(),
  health: z.strictObject({ state: z.enum(["green", "yellow", "red", "unknown"]), detail: z.string(), checkedAt: timeSchema.nullable() }),
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
export type Connection = z.infer<typeof connectionSchema>;

const toolSchema = z.strictObject({
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  inputSchema: z.record(z.string(), dataSchema),
  outputSchema: z.record(z.string(), dataSchema).optional(),
  hash: z.string(),
  /** What the server says of itself; suggestions only. */
  hints: z.strictObject({ readOnly: z.boolean().optional(), destructive: z.boolean().optional(), idempotent: z.boolean().optional() }),
  /** Whether an editor confirmed, for this very hash, that it changes nothing. */
  readOnly: z.boolean(),
  /** The tool changed since it was approved: it does not run until somebody approves the difference. */
  quarantined: z.boolean(),
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
  query: listQuerySchema.extend({ kind: z.literal("mcp").optional() }),
  status: 200,
  answer: pageOf(connectionSchema),
});
export const createConnection = defineRoute({
  id: "createConnection",
  method: "POST",
  path: "/api/connections",
  summary: "Set up an outside system",
  action: "connection.command",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({ kind: z.literal("mcp"), name: nameSchema, settings: mcpSettingsSchema }),
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
  body: z.strictObject({ name: nameSchema.optional(), settings: mcpSettingsSchema.optional() }),
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
export const callTool = defineRoute({
  id: "callTool",
  method: "POST",
  path: "/api/connections/:id/tools/:name/call",
  summary: "Try a tool (the playground)",
  action: "connection.use",
  params: params.extend({ name: z.string().min(1).max(200) }),
  query: emptySchema,
  body: z.strictObject({ arguments: z.record(z.string(), dataSchema).default({}) }),
  status: 200,
  answer: z.strictObject({ content: contentSchema, structuredContent: z.record(z.string(), dataSchema).optional(), durationMs: z.number() }),
});
