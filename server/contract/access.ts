import { z } from "zod";

/** What a member is in a workspace. `operator`: runs graphs and stops them, edits nothing. `approver`: decides gates. */
export const ROLES = ["owner", "editor", "approver", "operator", "viewer"] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

/** What somebody may do with one shared document without being a member, or beyond what their role allows. */
export const shareLevelSchema = z.enum(["view", "edit"]);
export type ShareLevel = z.infer<typeof shareLevelSchema>;

/** What an API token may be used for, within what its maker may do. No scope covers what needs a person. */
export const SCOPES = ["read", "run", "edit"] as const;
export const scopeSchema = z.enum(SCOPES);
export type Scope = z.infer<typeof scopeSchema>;

/** Everything that can be asked for. `may(actor, action, resource)` answers; its table names every one of these. */
export const ACTIONS = [
  "system.read",
  "metrics.read",
  "live.open",
  "session.read",
  "session.open",
  "profile.manage",
  "installation.manage",
  "workspace.create",
  "workspace.read",
  "workspace.manage",
  "member.read",
  "member.manage",
  "member.leave",
  "token.manage",
  "credential.read",
  "credential.manage",
  "audit.read",
  "graph.list",
  "graph.create",
  "graph.read",
  "graph.edit",
  "graph.archive",
  "graph.publish",
  "graph.run",
  "graph.share",
  "comment.read",
  "comment.write",
  "inbox.read",
  "inbox.manage",
  "hook.manage",
  "hook.reveal",
  "form.read",
  "form.manage",
  "form.use",
  "form.open",
  "run.read",
  "run.control",
  "gate.read",
  "gate.decide",
  "gate.answer",
  "connection.read",
  "connection.manage",
  "connection.command",
  "connection.use",
  "variable.read",
  "variable.write",
  "asset.read",
  "asset.write",
  "asset.manage",
  "workflow.read",
  "workflow.edit",
  "knowledge.read",
  "knowledge.write",
  "job.read",
  "job.control",
] as const;
export type Action = (typeof ACTIONS)[number];

/** Who may do something. */
export type Policy =
  /** Whoever reaches the server. */
  | { who: "anyone" }
  /** Whoever is signed in, or opened a share. */
  | { who: "reader"; scope?: Scope }
  /** Whoever is signed in, be it in no workspace. `person`: not with an API token, and in single-user mode not by loopback alone. */
  | { who: "signed-in"; person?: true; scope?: Scope }
  /** The owner of the installation: the user of single-user mode, the first owner of team mode, and the token file. */
  | { who: "installation"; person?: true }
  /** Members of the resource's workspace with one of the roles, and those the document is shared with at least so far. */
  /** `installation`: and only the owner of the installation among them. */
  /** `account`: but nobody who only opened a link, without an account. */
  | { who: "members"; roles: readonly Role[]; share?: ShareLevel; person?: true; account?: true; scope?: Scope; installation?: true };

const EVERY: readonly Role[] = ROLES;
const EDITING: readonly Role[] = ["owner", "editor"];
const RUNNING: readonly Role[] = ["owner", "editor", "operator"];
const DECIDING: readonly Role[] = ["owner", "editor", "approver"];
const OWNING: readonly Role[] = ["owner"];

/** The one table. `person`: loopback alone does not give it, nor does an API token (`quality.md`, security rules). */
export const POLICIES: Record<Action, Policy> = {
  "system.read": { who: "anyone" },
  /** All workspaces together. In single-user mode whoever is on this machine; in team mode the token file, or an owner of the installation. */
  "metrics.read": { who: "installation" },
  /** Each run and graph that is followed is asked for by itself. */
  "live.open": { who: "reader", scope: "read" },
  "session.read": { who: "anyone" },
  "session.open": { who: "anyone" },
  "profile.manage": { who: "signed-in", person: true },
  "installation.manage": { who: "installation", person: true },
  "workspace.create": { who: "signed-in", person: true },
  "workspace.read": { who: "members", roles: EVERY, scope: "read" },
  "workspace.manage": { who: "members", roles: OWNING, person: true },
  "member.read": { who: "members", roles: EVERY, scope: "read" },
  "member.manage": { who: "members", roles: OWNING, person: true },
  "member.leave": { who: "members", roles: EVERY, person: true },
  "token.manage": { who: "members", roles: EVERY, person: true },
  "credential.read": { who: "members", roles: EVERY, scope: "read" },
  "credential.manage": { who: "members", roles: EDITING, person: true },
  "audit.read": { who: "members", roles: OWNING, person: true },
  "graph.list": { who: "members", roles: EVERY, scope: "read" },
  "graph.create": { who: "members", roles: EDITING, scope: "edit" },
  "graph.read": { who: "members", roles: EVERY, share: "view", scope: "read" },
  "graph.edit": { who: "members", roles: EDITING, share: "edit", scope: "edit" },
  "graph.archive": { who: "members", roles: EDITING, scope: "edit" },
  "graph.publish": { who: "members", roles: EDITING, scope: "edit" },
  "graph.run": { who: "members", roles: RUNNING, scope: "run" },
  "graph.share": { who: "members", roles: EDITING, person: true },
  "comment.read": { who: "members", roles: EVERY, share: "view", scope: "read" },
  /** Whoever may look and says who they are; what others wrote is changed by those who may edit the graph. */
  "comment.write": { who: "members", roles: EVERY, share: "view", account: true, scope: "edit" },
  /** One's own: what it is about is asked for by itself. */
  "inbox.read": { who: "signed-in", scope: "read" },
  "inbox.manage": { who: "signed-in", scope: "edit" },
  /** Addresses at which published graphs are run: whoever has one may. */
  "hook.manage": { who: "members", roles: EDITING, scope: "run" },
  "hook.reveal": { who: "members", roles: EDITING, person: true },
  "form.read": { who: "members", roles: EVERY, scope: "read" },
  /** Shares the graph with whoever has an address, as `graph.share` does. */
  "form.manage": { who: "members", roles: EDITING, person: true },
  /** A form for members takes what any of them fills in; its runs act as whoever published the graph. */
  "form.use": { who: "members", roles: EVERY, scope: "run" },
  /** The form itself says whether it is open, and for whom. */
  "form.open": { who: "anyone" },
  "run.read": { who: "members", roles: EVERY, share: "view", scope: "read" },
  "run.control": { who: "members", roles: RUNNING, scope: "run" },
  "gate.read": { who: "members", roles: EVERY, scope: "read" },
  "gate.decide": { who: "members", roles: DECIDING, person: true },
  /** A gate may name others than those who decide in general: the gate itself is asked whether the caller is among them. */
  "gate.answer": { who: "members", roles: EVERY, person: true },
  "connection.read": { who: "members", roles: EVERY, scope: "read" },
  "connection.manage": { who: "members", roles: OWNING, person: true },
  /** What a connection starts runs on the server with its rights. Workspaces are anybody's to make, so their owners alone do not decide it. */
  "connection.command": { who: "members", roles: OWNING, person: true, installation: true },
  "connection.use": { who: "members", roles: RUNNING, scope: "run" },
  "variable.read": { who: "members", roles: EVERY, scope: "read" },
  "variable.write": { who: "members", roles: EDITING, scope: "edit" },
  "asset.read": { who: "members", roles: EVERY, scope: "read" },
  /** Whoever may begin a run may give it files. */
  "asset.write": { who: "members", roles: RUNNING, scope: "run" },
  "asset.manage": { who: "members", roles: EDITING, scope: "edit" },
  /** Workflows of ComfyUI in the library. */
  "workflow.read": { who: "members", roles: EVERY, scope: "read" },
  "workflow.edit": { who: "members", roles: EDITING, scope: "edit" },
  "knowledge.read": { who: "members", roles: EVERY, scope: "read" },
  "knowledge.write": { who: "members", roles: EDITING, scope: "edit" },
  "job.read": { who: "members", roles: EVERY, scope: "read" },
  "job.control": { who: "members", roles: EDITING, scope: "edit" },
};
