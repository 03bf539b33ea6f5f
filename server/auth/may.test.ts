import { describe, expect, it } from "vitest";
import { ACTIONS, POLICIES, ROLES, type Role, SCOPES, type ShareLevel } from "../contract/access.ts";
import { type Actor, ANONYMOUS, LOCAL, LOCAL_PERSON } from "./actor.ts";
import { may, type Resource, type Standing } from "./may.ts";

const user: Actor = { kind: "user", id: "user_a" as never, name: "Ada", email: "ada@example.org", session: "s", person: true };
const guest: Actor = { kind: "guest", id: "guest_a", name: "Guest", share: "share_a" as never, person: false };
const tokenWith = (scopes: Actor extends infer A ? (A extends { kind: "token"; scopes: infer S } ? S : never) : never): Actor => ({
  ...{ kind: "token", id: "user_a" as never, name: "Ada", token: "token_a" as never, workspace: "workspace_default", person: false },
  scopes,
});
const about = (standing: Standing, more: Partial<Resource> = {}): Resource => ({ workspace: "workspace_default", standing, mode: "team", ...more });
const asOwner = about({ role: "owner", installation: true }, { mode: "single-user" });

const needsPerson = (action: (typeof ACTIONS)[number]) => "person" in POLICIES[action] && POLICIES[action].person === true;
const isForAnyone = (action: (typeof ACTIONS)[number]) => POLICIES[action].who === "anyone";

describe("single-user mode", () => {
  it.each(ACTIONS)("%s: its user may, what needs a person needs one, and nobody else may anything of substance", (action) => {
    expect(may(LOCAL_PERSON, action, asOwner).allowed).toBe(true);
    expect(may(LOCAL, action, asOwner).allowed).toBe(!needsPerson(action));
    expect(may(ANONYMOUS, action, about({}, { mode: "single-user" })).allowed).toBe(isForAnyone(action));
  });

  it("tells the two refusals apart", () => {
    expect(may(LOCAL, "gate.decide", asOwner)).toMatchObject({ code: "person-required", message: expect.stringContaining("one-time URL") });
    expect(may(ANONYMOUS, "gate.decide", asOwner)).toMatchObject({ code: "unauthenticated", message: expect.stringContaining("one-time URL") });
    expect(may(ANONYMOUS, "gate.decide", about({}))).toMatchObject({ code: "unauthenticated", message: expect.stringContaining("Sign in") });
  });
});

describe("team mode", () => {
  it.each(ACTIONS)("%s: a member may what the table gives the role, and is told whom to ask otherwise", (action) => {
    const policy = POLICIES[action];
    if (policy.who !== "members") return;
    for (const role of ROLES) {
      const verdict = may(user, action, about({ role, installation: policy.installation }, { owners: ["Grace"] }));
      expect(verdict.allowed, role).toBe(policy.roles.includes(role));
      if (!verdict.allowed)
        expect(verdict).toMatchObject({ code: "forbidden", message: expect.stringMatching(new RegExp(`You are an? ${role} here.*Ask Grace`)) });
    }
  });

  it.each(ACTIONS)("%s: a share opens what the table says, and nothing else", (action) => {
    const policy = POLICIES[action];
    if (policy.who !== "members") return;
    for (const share of ["view", "edit"] satisfies ShareLevel[]) {
      const opens = policy.share !== undefined && (share === "edit" || policy.share === "view");
      expect(may(user, action, about({ share }, { id: "graph_a" })).allowed, share).toBe(opens);
    }
    expect(may(guest, action, about({ share: "view" }, { id: "graph_a" })).allowed).toBe(policy.share === "view" && !policy.account);
  });

  it("does not tell a stranger whether there is such a thing", () => {
    expect(may(user, "graph.read", about({}, { id: "graph_a" }))).toMatchObject({ code: "not-found" });
    expect(may(user, "graph.list", about({}))).toMatchObject({ code: "forbidden", message: expect.stringContaining("no workspace") });
  });

  it("does not let the owner of a workspace of their own decide what is started on the server", () => {
    expect(may(user, "connection.command", about({ role: "owner" }))).toMatchObject({ code: "forbidden" });
    expect(may(user, "connection.command", about({ role: "owner", installation: true })).allowed).toBe(true);
    expect(may(user, "connection.command", about({ role: "editor", installation: true })).allowed).toBe(false);
  });

  it("gives what belongs to the installation to its owner alone", () => {
    expect(may(user, "installation.manage", about({ role: "owner" }))).toMatchObject({ code: "forbidden" });
    expect(may(user, "installation.manage", about({ role: "owner", installation: true })).allowed).toBe(true);
  });
});

describe("an API token", () => {
  it.each(ACTIONS)("%s: within its scopes and its maker's role; never what needs a person", (action) => {
    const policy = POLICIES[action];
    if (policy.who !== "members") return;
    const role: Role | undefined = policy.roles[0];
    for (const scope of SCOPES) {
      const verdict = may(tokenWith([scope]), action, about({ role, installation: policy.installation }));
      expect(verdict.allowed, scope).toBe(policy.scope === scope);
    }
    expect(may(tokenWith(SCOPES), action, about({})).allowed).toBe(false);
    const standing = about({ role, installation: policy.installation });
    if (policy.person) expect(may(tokenWith(SCOPES), action, standing)).toMatchObject({ code: "person-required" });
  });
});
