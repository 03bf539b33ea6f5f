import { describe, expect, it } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import { type Actor, LOCAL_PERSON } from "../auth/actor.ts";
import { createDailyCaps } from "./daily-caps.ts";

const person = (): Actor => ({ kind: "user", id: createId("user"), name: "Ann", email: "ann@example.org", session: "s", person: true });

describe("what one person may make in a day", () => {
  it("has an end that is told in words, with when to come back", async () => {
    const caps = createDailyCaps({ workspace: 2 });
    const ann = person();
    for (let made = 0; made < 2; made++) await caps.take("workspace", ann);
    await expect(caps.take("workspace", ann)).rejects.toMatchObject({
      code: "rate-limited",
      message: expect.stringMatching(/^One person may make 2 workspaces a day, and you have\. Try again in 24 hours\.$/),
      details: { retryAfter: expect.toSatisfy((seconds: number) => seconds > 0 && seconds <= 24 * 3_600) },
    });
  });

  it("is counted for each person and each kind of thing by itself", async () => {
    const caps = createDailyCaps({ workspace: 1, invitation: 1 });
    const ann = person();
    await caps.take("workspace", ann);
    await caps.take("invitation", ann);
    await caps.take("workspace", person());
    await expect(caps.take("workspace", ann)).rejects.toMatchObject({ code: "rate-limited" });
  });

  it("has no end for the owner of the installation", async () => {
    const caps = createDailyCaps({ "API token": 0 });
    await caps.take("API token", LOCAL_PERSON);
  });
});
