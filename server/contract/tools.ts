import { z } from "zod";
import { connectionIdSchema, graphIdSchema } from "#runtime/graph/ids.ts";
import { emptySchema, listOf, listQuerySchema, pageOf, timeSchema } from "./common.ts";
import { toolSchema } from "./connections.ts";
import { graphUsesSchema } from "./graph-uses.ts";
import { defineRoute } from "./route.ts";

const ALL = z.literal("*");
const toolName = z.string().min(1).max(200);

/** `ask`: a person lets each call through. `deny`: no call is made. */
export const toolRuleSchema = z.enum(["allow", "ask", "deny"]);
export type ToolRule = z.infer<typeof toolRuleSchema>;

/** A cell of the matrix of who may call what. The rule that speaks of a call most exactly counts, that of the graph before that of the tool. */
const ruleCellSchema = z.strictObject({
  /** A graph or an agent, or `*` for all of them. */
  subject: z.union([graphIdSchema, ALL]),
  connection: connectionIdSchema,
  /** A tool of the connection, or `*` for all of them. */
  tool: z.union([toolName, ALL]),
});
const ruleSchema = ruleCellSchema.extend({ rule: toolRuleSchema, changedBy: z.string(), changedAt: timeSchema });
export type ToolRuleEntry = z.infer<typeof ruleSchema>;

/** `read-only`: confirmed. `changed`: waits for approval. `asks` and `denied`: what the rule for everybody says. */
const toolFilterSchema = z.enum(["read-only", "changed", "asks", "denied"]);
export type ToolFilter = z.infer<typeof toolFilterSchema>;

const foundToolSchema = z.strictObject({
  connection: z.strictObject({ id: connectionIdSchema, name: z.string() }),
  tool: toolSchema,
  /** What holds where no graph or agent has a rule of its own. */
  rule: toolRuleSchema,
});
export type FoundTool = z.infer<typeof foundToolSchema>;

export const searchTools = defineRoute({
  id: "searchTools",
  method: "GET",
  path: "/api/tools",
  summary: "Tools of all MCP servers, as they were listed last",
  action: "connection.read",
  params: emptySchema,
  query: listQuerySchema.extend({ connection: connectionIdSchema.optional(), shows: toolFilterSchema.optional() }),
  status: 200,
  answer: pageOf(foundToolSchema),
});
export const listToolRules = defineRoute({
  id: "listToolRules",
  method: "GET",
  path: "/api/tool-rules",
  summary: "Who may call which tool",
  action: "connection.read",
  params: emptySchema,
  query: z.strictObject({ subject: z.union([graphIdSchema, ALL]).optional(), connection: connectionIdSchema.optional() }),
  status: 200,
  answer: listOf(ruleSchema),
});
export const setToolRule = defineRoute({
  id: "setToolRule",
  method: "PUT",
  path: "/api/tool-rules",
  summary: "Say who may call a tool; null takes the rule away",
  action: "connection.manage",
  params: emptySchema,
  query: emptySchema,
  body: ruleCellSchema.extend({ rule: toolRuleSchema.nullable() }),
  status: 200,
  answer: listOf(ruleSchema),
});
export const readToolFigures = defineRoute({
  id: "readToolFigures",
  method: "GET",
  path: "/api/connections/:id/figures",
  summary: "How the tools of a connection are used: calls, errors, time, cost",
  action: "connection.read",
  params: z.strictObject({ id: connectionIdSchema }),
  query: z.strictObject({ days: z.coerce.number().int().min(1).max(90).default(7) }),
  status: 200,
  answer: listOf(
    z.strictObject({
      tool: z.string(),
      calls: z.int(),
      errors: z.int(),
      /** Milliseconds. */
      median: z.number(),
      p95: z.number(),
      /** Dollars as decimal text: what its calls by agents settled, such as a model that its server asked. */
      cost: z.string(),
      lastAt: timeSchema,
    }),
  ),
});
export const listConnectionUses = defineRoute({
  id: "listConnectionUses",
  method: "GET",
  path: "/api/connections/:id/uses",
  summary: "Graphs and agents that use a connection",
  action: "connection.read",
  params: z.strictObject({ id: connectionIdSchema }),
  query: emptySchema,
  status: 200,
  answer: graphUsesSchema,
});
export const listToolUses = defineRoute({
  id: "listToolUses",
  method: "GET",
  path: "/api/connections/:id/tools/:name/uses",
  summary: "Graphs and agents that use a tool",
  action: "connection.read",
  params: z.strictObject({ id: connectionIdSchema, name: toolName }),
  query: emptySchema,
  status: 200,
  answer: graphUsesSchema,
});
