import { z } from "zod";
import { graphIdSchema, shareIdSchema, userIdSchema } from "#runtime/graph/ids.ts";
import { shareLevelSchema } from "./access.ts";
import { emptySchema, listOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";
import { emailSchema, linkTokenSchema } from "./session.ts";

const params = z.strictObject({ id: graphIdSchema });
const shareParams = params.extend({ share: shareIdSchema });
const base = { id: shareIdSchema, level: shareLevelSchema, createdAt: timeSchema, createdBy: z.string() };

/** Who may open one graph beyond the members of its workspace. */
const shareSchema = z.discriminatedUnion("kind", [
  z.strictObject({ ...base, kind: z.literal("person"), user: userIdSchema, name: z.string(), email: z.string() }),
  /** Whoever has the address: to view without an account, to edit signed in. At most one for each level. */
  z.strictObject({ ...base, kind: z.literal("link"), url: z.url() }),
]);
export type Share = z.infer<typeof shareSchema>;

export const listShares = defineRoute({
  id: "listShares",
  method: "GET",
  path: "/api/graphs/:id/shares",
  summary: "With whom a graph is shared",
  action: "graph.share",
  params,
  query: emptySchema,
  status: 200,
  answer: listOf(shareSchema),
});
export const shareGraph = defineRoute({
  id: "shareGraph",
  method: "POST",
  path: "/api/graphs/:id/shares",
  summary: "Share a graph with somebody who has an account, or by a link",
  action: "graph.share",
  params,
  query: emptySchema,
  body: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("person"), email: emailSchema, level: shareLevelSchema }),
    z.strictObject({ kind: z.literal("link"), level: shareLevelSchema }),
  ]),
  status: 201,
  answer: shareSchema,
});
export const changeShare = defineRoute({
  id: "changeShare",
  method: "PATCH",
  path: "/api/graphs/:id/shares/:share",
  summary: "Let somebody edit, or only view",
  action: "graph.share",
  params: shareParams,
  query: emptySchema,
  body: z.strictObject({ level: shareLevelSchema }),
  status: 200,
  answer: shareSchema,
});
export const endShare = defineRoute({
  id: "endShare",
  method: "DELETE",
  path: "/api/graphs/:id/shares/:share",
  summary: "Stop sharing: open sockets close within two seconds",
  action: "graph.share",
  params: shareParams,
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
export const openShareLink = defineRoute({
  id: "openShareLink",
  method: "POST",
  path: "/api/shares/open",
  summary: "Open a graph by its link; sets a guest cookie for who is not signed in",
  action: "session.open",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({ token: linkTokenSchema }),
  status: 200,
  /** `level`: what the caller may do now; a link to edit lets who is not signed in only view. */
  answer: z.strictObject({ graph: graphIdSchema, level: shareLevelSchema }),
});
/** Graphs of other workspaces that are shared with the caller. */
export const listSharedGraphs = defineRoute({
  id: "listSharedGraphs",
  method: "GET",
  path: "/api/shared-graphs",
  summary: "Graphs that others share with the caller",
  action: "profile.manage",
  params: emptySchema,
  query: emptySchema,
  status: 200,
  answer: listOf(z.strictObject({ id: graphIdSchema, name: z.string(), level: shareLevelSchema, workspace: z.string(), updatedAt: timeSchema })),
});
