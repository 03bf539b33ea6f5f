import { z } from "zod";
import { invitationIdSchema, userIdSchema, workspaceIdSchema } from "#runtime/graph/ids.ts";
import { roleSchema } from "./access.ts";
import { emptySchema, listOf, listQuerySchema, nameSchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";
import { emailSchema, linkTokenSchema, passwordSchema } from "./session.ts";

const workspaceParams = z.strictObject({ id: workspaceIdSchema });
const workspaceSchema = z.strictObject({ id: workspaceIdSchema, name: z.string(), role: roleSchema, members: z.int(), createdAt: timeSchema });
export type Workspace = z.infer<typeof workspaceSchema>;

export const createWorkspace = defineRoute({
  id: "createWorkspace",
  method: "POST",
  path: "/api/workspaces",
  summary: "Make a workspace; one owns what one makes",
  action: "workspace.create",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({ name: nameSchema }),
  status: 201,
  answer: workspaceSchema,
});
export const readWorkspace = defineRoute({
  id: "readWorkspace",
  method: "GET",
  path: "/api/workspaces/:id",
  summary: "One workspace",
  action: "workspace.read",
  params: workspaceParams,
  query: emptySchema,
  status: 200,
  answer: workspaceSchema,
});
export const renameWorkspace = defineRoute({
  id: "renameWorkspace",
  method: "PATCH",
  path: "/api/workspaces/:id",
  summary: "Rename a workspace",
  action: "workspace.manage",
  params: workspaceParams,
  query: emptySchema,
  body: z.strictObject({ name: nameSchema }),
  status: 200,
  answer: workspaceSchema,
});

const memberSchema = z.strictObject({ id: userIdSchema, name: z.string(), email: z.string(), role: roleSchema, joinedAt: timeSchema });
export type Member = z.infer<typeof memberSchema>;
const memberParams = z.strictObject({ user: userIdSchema });

export const listMembers = defineRoute({
  id: "listMembers",
  method: "GET",
  path: "/api/members",
  summary: "Who is in the workspace, by name",
  action: "member.read",
  params: emptySchema,
  query: listQuerySchema,
  status: 200,
  answer: pageOf(memberSchema),
});
export const changeMember = defineRoute({
  id: "changeMember",
  method: "PATCH",
  path: "/api/members/:user",
  summary: "Give a member another role; a workspace keeps at least one owner (409)",
  action: "member.manage",
  params: memberParams,
  query: emptySchema,
  body: z.strictObject({ role: roleSchema }),
  status: 200,
  answer: memberSchema,
});
export const removeMember = defineRoute({
  id: "removeMember",
  method: "DELETE",
  path: "/api/members/:user",
  summary: "Remove a member: open sockets close within two seconds, their tokens and shares here end",
  action: "member.manage",
  params: memberParams,
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
export const leaveWorkspace = defineRoute({
  id: "leaveWorkspace",
  method: "POST",
  path: "/api/workspaces/:id/leave",
  summary: "Leave a workspace; its last owner cannot (409)",
  action: "member.leave",
  params: workspaceParams,
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});

const invitationSchema = z.strictObject({
  id: invitationIdSchema,
  /** Null: whoever has the link may join, once. */
  email: z.string().nullable(),
  role: roleSchema,
  state: z.enum(["open", "accepted", "revoked", "expired"]),
  createdAt: timeSchema,
  createdBy: z.string(),
  expiresAt: timeSchema,
});
export type Invitation = z.infer<typeof invitationSchema>;

export const listInvitations = defineRoute({
  id: "listInvitations",
  method: "GET",
  path: "/api/invitations",
  summary: "Invitations to the workspace, newest first",
  action: "member.manage",
  params: emptySchema,
  query: listQuerySchema.extend({ state: z.enum(["open", "accepted", "revoked", "expired"]).optional() }),
  status: 200,
  answer: pageOf(invitationSchema),
});
export const invite = defineRoute({
  id: "invite",
  method: "POST",
  path: "/api/invitations",
  summary: "Invite somebody by a link that works once, for seven days; it is sent when there is a mail server, and shown this once",
  action: "member.manage",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({ email: emailSchema.nullable().default(null), role: roleSchema }),
  status: 201,
  answer: invitationSchema.extend({ url: z.url(), sent: z.boolean() }),
});
export const revokeInvitation = defineRoute({
  id: "revokeInvitation",
  method: "DELETE",
  path: "/api/invitations/:invitation",
  summary: "Take an invitation back",
  action: "member.manage",
  params: z.strictObject({ invitation: invitationIdSchema }),
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
export const lookAtInvitation = defineRoute({
  id: "lookAtInvitation",
  method: "POST",
  path: "/api/invitations/look",
  summary: "What the link of an invitation invites to; 410 when it is over",
  action: "session.open",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({ token: linkTokenSchema }),
  status: 200,
  answer: z.strictObject({ workspace: z.string(), role: roleSchema, email: z.string().nullable(), invitedBy: z.string(), hasAccount: z.boolean() }),
});
export const acceptInvitation = defineRoute({
  id: "acceptInvitation",
  method: "POST",
  path: "/api/invitations/accept",
  summary: "Join: as the one who is signed in, or with a new account, which signs in",
  action: "session.open",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({
    token: linkTokenSchema,
    account: z.strictObject({ name: nameSchema, email: emailSchema, password: passwordSchema }).optional(),
  }),
  status: 200,
  answer: z.strictObject({ workspace: workspaceIdSchema }),
});

/** People one may share with by name: those of one's workspaces. */
export const listPeople = defineRoute({
  id: "listPeople",
  method: "GET",
  path: "/api/people",
  summary: "People in the workspaces one is in, by name or address",
  action: "member.read",
  params: emptySchema,
  query: z.strictObject({ search: z.string().max(200).optional() }),
  status: 200,
  answer: listOf(z.strictObject({ id: userIdSchema, name: z.string(), email: z.string() })),
});
