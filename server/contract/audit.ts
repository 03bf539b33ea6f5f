import { z } from "zod";
import { dataSchema } from "#runtime/graph/json.ts";
import { emptySchema, listQuerySchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

/** What is written down, by what it is about. */
export const AUDIT_ACTIONS = [
  ...["session.signed-in", "session.refused", "session.signed-out", "session.ended-everywhere", "password.changed", "password.reset"],
  ...["installation.team", "workspace.created", "workspace.renamed", "member.joined", "member.role-changed", "member.removed", "member.left"],
  ...["invitation.made", "invitation.revoked", "share.made", "share.changed", "share.ended", "share.opened"],
  ...["token.made", "token.revoked", "credential.made", "credential.changed", "credential.rotated", "credential.tested", "credential.destroyed"],
  ...["vault.rotated", "connection.made", "connection.changed", "connection.removed", "connection.tool-judged", "tool.rule-set"],
  ...["model.changed", "model.reset"],
  ...["hook.rotated", "hook.revealed", "hook.secret-set", "form.set", "form.renewed"],
  ...[
    "graph.created",
    "graph.archived",
    "graph.published",
    "graph.unpublished",
    "run.started",
    "run.controlled",
    "gate.decided",
    "variable.changed",
    "knowledge.changed",
    "comment.deleted",
    "workflow.imported",
    "workflow.changed",
    "workflow.archived",
    "workflow.restored",
    "asset.changed",
    "asset.deleted",
  ],
] as const;
export const auditActionSchema = z.enum(AUDIT_ACTIONS);
export type AuditAction = z.infer<typeof auditActionSchema>;

export const auditEntrySchema = z.strictObject({
  /** Counts within the workspace, from 1, without gaps. */
  number: z.int(),
  at: timeSchema,
  actor: z.strictObject({ id: z.string(), name: z.string(), token: z.string().nullable() }),
  action: auditActionSchema,
  resource: z.strictObject({ kind: z.string(), id: z.string(), name: z.string() }),
  /** Facts that help to understand it; never a secret. */
  detail: z.record(z.string(), dataSchema),
  address: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

const filterSchema = listQuerySchema.extend({
  action: z.string().max(100).optional(),
  actor: z.string().max(100).optional(),
  resource: z.string().max(100).optional(),
  from: timeSchema.optional(),
  to: timeSchema.optional(),
});
export type AuditFilter = z.infer<typeof filterSchema>;

export const listAudit = defineRoute({
  id: "listAudit",
  method: "GET",
  path: "/api/audit",
  summary: "Who did what to which resource when, newest first; `search` looks at names and details",
  action: "audit.read",
  params: emptySchema,
  query: filterSchema,
  status: 200,
  answer: pageOf(auditEntrySchema),
});
export const verifyAudit = defineRoute({
  id: "verifyAudit",
  method: "GET",
  path: "/api/audit/verify",
  summary: "Compute the hash chain again, day by day",
  action: "audit.read",
  params: emptySchema,
  query: emptySchema,
  status: 200,
  answer: z.strictObject({
    ok: z.boolean(),
    days: z.int(),
    entries: z.int(),
    /** The newest closed day and its hash, to be kept elsewhere; null before the first day is over. */
    head: z.strictObject({ day: z.string(), hash: z.string() }).nullable(),
    problem: z.string().nullable(),
  }),
});
