import { describe, expect, it, test } from "vitest";
import { nodeIdSchema } from "#runtime/graph/ids.ts";
import type { ToolOffer } from "#runtime/node/tool-offer.ts";
import { abilitiesOf, agentSettingsOf } from "./capabilities.ts";

const offer = (effect: ToolOffer["effect"], more: Partial<ToolOffer> = {}): ToolOffer => ({
  node: nodeIdSchema.parse("node_a"),
  ...{ name: "send", title: "Send a mail", description: "", input: {}, hash: "", effect, ...more },
});
const settings = (config: object) => agentSettingsOf({ type: "unknown", config: config as never });
const freedom = (config: object, given: ToolOffer) => abilitiesOf(settings(config), [given])[0]?.freedom;

describe("what an agent may do", () => {
  it.each([
    ["manual", "pure", "asks"],
    ["manual", "write", "asks"],
    ["copilot", "pure", "alone"],
    ["copilot", "read", "alone"],
    ["copilot", "keyed", "asks"],
    ["copilot", "write", "asks"],
    ["autopilot", "write", "alone"],
  ] as const)("on %s with a tool that is %s: %s", (autonomy, effect, expected) => {
    expect(freedom({ autonomy }, offer(effect))).toBe(expected);
  });

  it("the stricter of agent and tool wins, and it is said whose it is", () => {
    const [ability] = abilitiesOf(settings({ autonomy: "autopilot" }), [offer("read", { autonomy: "manual" })]);
    expect(ability).toMatchObject({ freedom: "asks", reasons: [expect.stringContaining("The tool, or the graph, is manual")] });
    expect(freedom({ autonomy: "copilot" }, offer("write", { autonomy: "autopilot" }))).toBe("asks");
  });

  it("rules are by name or label, and one that denies wins", () => {
    expect(freedom({ autonomy: "autopilot", rules: [{ tool: "Send a mail", rule: "ask" }] }, offer("read"))).toBe("asks");
    expect(freedom({ rules: [{ tool: "send", rule: "ask" }, { tool: "send", rule: "deny" }] }, offer("read"))).toBe("never"); // biome-ignore format: one case, one line
    expect(freedom({ rules: [{ tool: "other", rule: "deny" }] }, offer("read"))).toBe("alone");
  });

  it("the rules of the page of tools come before its autonomy", () => {
    const [denied] = abilitiesOf(settings({ autonomy: "autopilot" }), [offer("read")], () => "deny");
    expect(denied).toMatchObject({ freedom: "never", reasons: [expect.stringContaining("page of tools")] });
    expect(abilitiesOf(settings({ autonomy: "autopilot" }), [offer("read")], () => "ask")[0]?.freedom).toBe("asks");
  });

  it("what makes it ask on the way is said", () => {
    expect(freedom({ autonomy: "autopilot", askAfterUntrusted: true }, offer("write"))).toBe("sometimes");
    expect(freedom({ autonomy: "autopilot", askAfterUntrusted: true }, offer("read"))).toBe("alone");
    expect(freedom({ autonomy: "copilot", safety: "rules" }, offer("read"))).toBe("sometimes");
  });
});

test("settings that make no sense are those of an agent that asks", () => {
  expect(settings({ autonomy: "reckless", rules: "none", instructions: 7 })).toMatchObject({ autonomy: "copilot", rules: [], instructions: "" });
});
