import { z } from "zod";
import { tokenIdSchema } from "#runtime/graph/ids.ts";
import { scopeSchema } from "./access.ts";
import { emptySchema, listQuerySchema, nameSchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

const tokenSchema = z.strictObject({
  id: tokenIdSchema,
  name: z.string(),
  /** It may do what its maker may do in this workspace, as far as these go. */
  scopes: z.array(scopeSchema),
  /** How it begins, so that one knows it again. */
  hint: z.string(),
  createdAt: timeSchema,
  createdBy: z.strictObject({ id: z.string(), name: z.string() }),
  /** Null: never. */
  expiresAt: timeSchema.nullable(),
  /** To the minute. */
  lastUsedAt: timeSchema.nullable(),
  state: z.enum(["active", "expired", "revoked"]),
});
export type Token = z.infer<typeof tokenSchema>;

export const listTokens = defineRoute({
  id: "listTokens",
  method: "GET",
  path: "/api/tokens",
  summary: "One's own API tokens, newest first; an owner sees everybody's",
  action: "token.manage",
  params: emptySchema,
  query: listQuerySchema.extend({ state: z.enum(["active", "expired", "revoked"]).optional() }),
  status: 200,
  answer: pageOf(tokenSchema),
});
export const createToken = defineRoute({
  id: "createToken",
  method: "POST",
  path: "/api/tokens",
  summary: "Make an API token; it is shown this once",
  action: "token.manage",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({
    name: nameSchema,
    scopes: z.array(scopeSchema).min(1, { error: "Choose at least one scope." }).max(3),
    /** Days until it expires; null: never. */
    days: z.int().min(1).max(3_650).nullable().default(90),
  }),
  status: 201,
  answer: tokenSchema.extend({ token: z.string() }),
});
export const revokeToken = defineRoute({
  id: "revokeToken",
  method: "DELETE",
  path: "/api/tokens/:token",
  summary: "Revoke a token: it stops working at once",
  action: "token.manage",
  params: z.strictObject({ token: tokenIdSchema }),
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
