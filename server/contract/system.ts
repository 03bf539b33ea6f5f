import { z } from "zod";
import { graphIdSchema } from "#runtime/graph/ids.ts";
import { dataSchema } from "#runtime/graph/json.ts";
import { referencesSchema } from "#runtime/node/references.ts";
import { emptySchema, listOf } from "./common.ts";
import { defineRoute } from "./route.ts";

const healthSchema = z.strictObject({
  status: z.enum(["ok", "unavailable"]),
  version: z.string(),
  database: z.enum(["pglite", "postgres"]),
  queue: z.enum(["memory", "bullmq"]),
  /** Why it is not ready, part by part; absent when all is well. */
  problems: z.array(z.string()).optional(),
});

export const healthLive = defineRoute({
  id: "healthLive",
  method: "GET",
  path: "/api/health/live",
  summary: "Whether the process answers",
  action: "system.read",
  params: emptySchema,
  query: emptySchema,
  status: 200,
  answer: healthSchema,
});
export const healthReady = defineRoute({
  id: "healthReady",
  method: "GET",
  path: "/api/health/ready",
  summary: "Whether it can work; 503 while it cannot",
  action: "system.read",
  params: emptySchema,
  query: emptySchema,
  status: 200,
  answer: healthSchema,
});

const portSchema = z.looseObject({
  type: z.string(),
  optional: z.boolean().optional(),
  many: z.boolean().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
});
const nodeTypeSchema = z.strictObject({
  type: z.string(),
  version: z.int(),
  title: z.string(),
  group: z.string(),
  role: z.string(),
  icon: z.string(),
  description: z.string(),
  /** `depends` when the config decides. */
  effect: z.enum(["pure", "read", "keyed", "write", "depends"]),
  /** Ports of the node as it is first added. */
  inputs: z.record(z.string(), portSchema),
  outputs: z.record(z.string(), portSchema),
  /** JSON Schema 2020-12. */
  configSchema: z.record(z.string(), dataSchema),
  examples: z.array(z.looseObject({ name: z.string(), config: dataSchema })),
});
export const listNodeTypes = defineRoute({
  id: "listNodeTypes",
  method: "GET",
  path: "/api/node-types",
  summary: "Every node type",
  action: "system.read",
  params: emptySchema,
  query: emptySchema,
  status: 200,
  answer: listOf(nodeTypeSchema),
});

export const readReferences = defineRoute({
  id: "readReferences",
  method: "POST",
  path: "/api/graphs/:id/references",
  summary: "What nodes depend on outside their graph, looked up by key",
  action: "graph.read",
  params: z.strictObject({ id: graphIdSchema }),
  query: emptySchema,
  body: z.strictObject({ keys: z.array(z.string().max(500)).max(1_000) }),
  status: 200,
  answer: z.strictObject({ references: referencesSchema }),
});
