import { expect, it } from "vitest";
import { workspaceIdSchema } from "#runtime/graph/ids.ts";
import { sessionSchema } from "#server/contract/session.ts";
import { standingAt } from "./standing.ts";

const studio = { id: workspaceIdSchema.parse("workspace_studio"), name: "Studio", role: "owner" as const };
const shed = { id: workspaceIdSchema.parse("workspace_shed"), name: "Shed", role: "viewer" as const };
const session = sessionSchema.parse({
  mode: "team",
  version: "0",
  caller: { kind: "user", id: "user_1", name: "Vic", email: "vic@example.org" },
  actor: "user_1",
  person: true,
  workspace: studio,
  workspaces: [studio, shed],
  actions: ["graph.edit", "member.manage"],
  needsOwner: false,
  signIn: { password: true, provider: null, mail: false },
});

it("one is at a graph what one is in its workspace, whatever workspace is chosen", () => {
  expect(standingAt(session, { workspace: shed.id, actions: ["graph.read"] })).toMatchObject({ workspace: shed, actions: ["graph.read"], isShared: false });
});

it("a graph of a workspace that one is not in is shared with one", () => {
  const elsewhere = workspaceIdSchema.parse("workspace_elsewhere");
  expect(standingAt(session, { workspace: elsewhere, actions: ["graph.read", "graph.edit"] })).toMatchObject({
    workspace: null,
    actions: ["graph.read", "graph.edit"],
    isShared: true,
  });
});
