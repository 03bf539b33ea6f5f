import { describe, expect, it } from "vitest";
import { ACTIONS, PERSON_ACTIONS } from "../contract/access.ts";
import { ANONYMOUS, LOCAL, LOCAL_PERSON } from "./actor.ts";
import { may } from "./may.ts";

const resource = { workspace: "workspace_default" };

describe("may", () => {
  it.each(ACTIONS)("%s: the user may, what needs a person needs one, and nobody else may anything of substance", (action) => {
    expect(may(LOCAL_PERSON, action, resource).allowed).toBe(true);
    expect(may(LOCAL, action, resource).allowed).toBe(!PERSON_ACTIONS.has(action));
    expect(may(ANONYMOUS, action, resource).allowed).toBe(action === "system.read");
  });

  it("tells the two refusals apart", () => {
    expect(may(LOCAL, "gate.decide", resource)).toMatchObject({ code: "person-required" });
    expect(may(ANONYMOUS, "gate.decide", resource)).toMatchObject({ code: "unauthenticated" });
  });
});
