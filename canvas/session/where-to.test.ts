import { describe, expect, it } from "vitest";
import type { Caller, Session } from "#server/contract/session.ts";
import { safeReturn, signInAddress, whereTo } from "./where-to.ts";

const session = (kind: Caller["kind"], given: Partial<Session> = {}): Session => ({
  mode: "team",
  version: "0",
  caller: { kind, id: "user_1", name: "Ann", email: "ann@example.org", token: "token_1" } as Caller,
  actor: "user_1",
  person: kind === "user",
  workspace: null,
  workspaces: [],
  actions: [],
  needsOwner: false,
  signIn: { password: true, provider: null, mail: false },
  ...given,
});

describe("whereTo", () => {
  it("leads nobody away in single-user mode", () => {
    expect(whereTo(session("anonymous", { mode: "single-user" }), "/people")).toBeUndefined();
  });

  it("leads who is not signed in to signing in, and back", () => {
    expect(whereTo(session("anonymous"), "/runs?state=failed")).toBe("/sign-in?return=%2Fruns%3Fstate%3Dfailed");
    expect(whereTo(session("anonymous"), "/")).toBe("/sign-in");
  });

  it("keeps guests at graphs", () => {
    expect(whereTo(session("guest"), "/graphs/graph_1")).toBeUndefined();
    expect(whereTo(session("guest"), "/people")).toBe(signInAddress("/people"));
  });

  it("shows who is in no workspace how to get into one, and leaves them what is shared and their profile", () => {
    expect(whereTo(session("user"), "/")).toBe("/welcome");
    expect(whereTo(session("user"), "/graphs/graph_1")).toBeUndefined();
    expect(whereTo(session("user"), "/profile")).toBeUndefined();
    expect(whereTo(session("user"), "/profiles")).toBe("/welcome");
  });
});

describe("safeReturn", () => {
  it.each(["/", "/runs?state=failed", "/graphs/graph_1#top"])("goes back to %s", (path) => expect(safeReturn(path)).toBe(path));
  it.each([null, "", "https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"])("does not follow %j", (path) =>
    expect(safeReturn(path)).toBe("/"),
  );
});
