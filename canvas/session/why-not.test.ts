import { describe, expect, it } from "vitest";
import { ACTIONS, type Action, type Role } from "#server/contract/access.ts";
import { type Session, sessionSchema } from "#server/contract/session.ts";
import { lacksRole, whyNot } from "./why-not.ts";

const base: Session = sessionSchema.parse({
  mode: "team",
  version: "0",
  caller: { kind: "user", id: "user_1", name: "Vic", email: "vic@example.org" },
  actor: "user_1",
  person: true,
  workspace: null,
  workspaces: [],
  actions: [],
  needsOwner: false,
  signIn: { password: true, provider: null, mail: false },
});
const inRole = (role: Role, actions: Action[] = []): Session => ({ ...base, workspace: { id: "workspace_1" as never, name: "Studio", role }, actions });

describe("whyNot", () => {
  it("says nothing about what one may do", () => {
    for (const action of ACTIONS) expect(whyNot(inRole("owner", [...ACTIONS]), action, [])).toBeUndefined();
  });

  it("says which role it takes and whom to ask, by name where that is known", () => {
    expect(whyNot(inRole("viewer"), "graph.run", ["Ann", "Ben"])).toBe(
      "You are a viewer of Studio. This takes the role owner, editor or operator. Ask Ann or Ben.",
    );
    expect(whyNot(inRole("editor"), "member.manage", [])).toBe("You are an editor of Studio. This takes the role owner. Ask an owner of the workspace.");
    expect(lacksRole(inRole("viewer"), "graph.run")).toBe(true);
  });

  it("says of a graph that is shared with somebody to what, and whom to ask", () => {
    const shared = { ...base, isShared: true, actions: ["graph.read", "run.read"] satisfies Action[] };
    expect(whyNot(shared, "graph.edit", [])).toBe("This graph is shared with you to view. Ask whoever shared it with you.");
    expect(whyNot({ ...shared, actions: ["graph.read", "graph.edit"] }, "graph.run", [])).toContain("shared with you to edit");
    expect(whyNot({ ...shared, caller: { kind: "guest", id: "guest", name: "Guest" } }, "graph.run", [])).toContain("as a guest");
    expect(whyNot(shared, "run.read", [])).toBeUndefined();
    expect(lacksRole(shared, "connection.read")).toBe(true);
    expect(lacksRole(shared, "run.read")).toBe(false);
  });

  it("takes what a share allows a member beyond their role", () => {
    const viewer = inRole("viewer", ["graph.read", "graph.edit"]);
    expect(lacksRole(viewer, "graph.edit")).toBe(false);
    expect(lacksRole(viewer, "graph.run")).toBe(true);
  });

  it("asks for proof of being a person where only that is missing", () => {
    const local: Session = { ...inRole("owner"), mode: "single-user", person: false, caller: { kind: "local", id: "local", name: "You" } };
    expect(whyNot(local, "credential.manage", [])).toContain("one-time link");
    expect(whyNot(local, "installation.manage", [])).toContain("one-time link");
    expect(lacksRole(local, "credential.manage")).toBe(false);
  });

  it("leads guests to signing in, and newcomers to a workspace", () => {
    expect(whyNot({ ...base, caller: { kind: "guest", id: "guest", name: "Guest" } }, "graph.edit", [])).toBe("Sign in to do this.");
    expect(whyNot(base, "graph.create", [])).toContain("You are in no workspace");
    expect(whyNot(inRole("owner"), "installation.manage", [])).toContain("owner of this installation");
    expect(whyNot(inRole("owner"), "connection.command", [])).toContain("owner of this installation");
  });
});
