import { expect, it } from "vitest";
import { aboutTarget } from "#runtime/node/tool-target.ts";
import type { ToolRule } from "../kit/mcp/service.ts";
import { testOffer } from "../kit/testing/play-node.ts";
import { createAgent, outputs, told, use } from "./testing/play-agent.ts";

const mail = testOffer("mail", { effect: "write", about: aboutTarget({ connection: "conn_a", tool: "mail" }) });
const erase = testOffer("erase", { effect: "write", about: aboutTarget({ connection: "conn_a", tool: "erase" }) });
const autopilot = { autonomy: "autopilot" };

it("does not offer the model what a rule of the workspace denies", async () => {
  const { model, play } = createAgent(["Fine."], {}, { erase: "deny" });
  const { logs } = await play({ tools: [mail, erase] });
  expect(model.requests[0]?.tools?.map(({ name }) => name)).toEqual(["mail"]);
  expect(logs).toContainEqual(expect.stringContaining("denies it: erase."));
});

it("asks once about what a rule of the workspace asks about, on autopilot, too, and tells the call who let it through", async () => {
  const { play } = createAgent([use("mail"), "Sent."], {}, { mail: "ask" });
  const played = await play({ config: autopilot, tools: [mail], onPerson: () => "approve" });
  expect(played.waits).toMatchObject([{ details: { calls: [{ reason: expect.stringContaining("rule of this workspace"), binding: { tool: "tool-1" } }] } }]);
  expect(played.recorded.get("approved:call-1-1")?.result).toEqual({ by: "Ada", binding: { tool: "tool-1", connection: "1", access: "" } });
  expect(outputs(played).text).toBe("Sent.");
});

it("asks again, and says what changed, where the tool is another one when it was let through", async () => {
  const { play, standing } = createAgent([use("mail"), "Sent."]);
  const problems: unknown[] = [];
  const { calls, waits } = await play({
    tools: [mail],
    onPerson: ({ details }) => {
      problems.push((details as { problem?: string }).problem);
      if (problems.length === 1) standing.binding = { ...standing.binding, tool: "tool-2" };
      return "approve";
    },
  });
  expect(problems).toEqual([undefined, '"mail": The server describes this tool otherwise than when the call was approved.']);
  expect(waits.map(({ name }) => name)).toEqual(["review-1", "review-1-2"]);
  expect(calls).toHaveLength(1);
});

it("asks again where whoever let it through may not decide any more", async () => {
  const { play, gone } = createAgent([use("send"), "Sent."]);
  let asked = 0;
  const { calls } = await play({
    tools: [testOffer("send", { effect: "write" })],
    onPerson: () => {
      asked++;
      if (asked === 1) gone.add("Ada");
      else gone.clear();
      return "approve";
    },
  });
  expect([asked, calls.length]).toEqual([2, 1]);
});

it("makes no call that was denied between the question and the answer", async () => {
  const rules: Record<string, ToolRule> = {};
  const { model, play } = createAgent([use("mail"), "Then not."], {}, rules);
  const { calls } = await play({
    tools: [mail],
    onPerson: () => {
      rules.mail = "deny";
      return "approve";
    },
  });
  expect(calls.flat()).toEqual([]);
  expect(told(model, 1)).toEqual([{ text: expect.stringContaining("may not be called any more"), isError: true }]);
});
