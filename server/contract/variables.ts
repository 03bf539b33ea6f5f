import { z } from "zod";
import { dataSchema } from "#runtime/graph/json.ts";
import { emptySchema, listQuerySchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

/** Letters, digits, _, . and -; a name that none can have is refused where one is set, and found nowhere else. */
const params = z.strictObject({ name: z.string().min(1).max(200) });

/** A value that all runs of the workspace share. */
const variableSchema = z.strictObject({
  name: z.string(),
  value: dataSchema,
  description: z.string(),
  updatedAt: timeSchema,
  /** Who changed it last: an actor, or a run by its id. */
  updatedBy: z.string(),
});
export type Variable = z.infer<typeof variableSchema>;

export const listVariables = defineRoute({
  id: "listVariables",
  method: "GET",
  path: "/api/variables",
  summary: "The workspace's variables, by name",
  action: "variable.read",
  params: emptySchema,
  query: listQuerySchema,
  status: 200,
  answer: pageOf(variableSchema),
});
export const readVariable = defineRoute({
  id: "readVariable",
  method: "GET",
  path: "/api/variables/:name",
  summary: "One variable",
  action: "variable.read",
  params,
  query: emptySchema,
  status: 200,
  answer: variableSchema,
});
export const writeVariable = defineRoute({
  id: "writeVariable",
  method: "PUT",
  path: "/api/variables/:name",
  summary: "Set a variable, new or not; at most 64 KiB of JSON",
  action: "variable.write",
  params,
  query: emptySchema,
  body: z.strictObject({ value: dataSchema, description: z.string().max(1_000).optional() }),
  status: 200,
  answer: variableSchema,
});
export const deleteVariable = defineRoute({
  id: "deleteVariable",
  method: "DELETE",
  path: "/api/variables/:name",
  summary: "Remove a variable",
  action: "variable.write",
  params,
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
