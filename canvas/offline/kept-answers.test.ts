import { describe, expect, it } from "vitest";
import { readSession } from "#server/contract/session.ts";
import { networkProblem, problemOf } from "../api/api-problem.ts";
import { askOrRemember } from "./kept-answers.ts";

describe("askOrRemember", () => {
  it("hands on what the API answers, and its refusals", async () => {
    expect(await askOrRemember(["listCredentials"], async () => "fresh")).toBe("fresh");
    const refused = problemOf(403, undefined);
    await expect(askOrRemember([readSession.id, {}], () => Promise.reject(refused))).rejects.toBe(refused);
  });

  it("says that there is no answer where nothing was kept", async () => {
    const away = networkProblem(new TypeError("Failed to fetch"));
    await expect(askOrRemember([readSession.id, {}], () => Promise.reject(away))).rejects.toBe(away);
    await expect(askOrRemember(["listCredentials"], () => Promise.reject(away))).rejects.toBe(away);
  });
});
