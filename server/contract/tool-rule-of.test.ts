import { expect, test } from "vitest";
import { ruleOf } from "./tool-rule-of.ts";

const row = (subject: string, tool: string, rule: "allow" | "ask" | "deny") => ({ subject, tool, rule });
const call = { subject: "graph_a", tool: "send" };

test("where no rule speaks of a call it is allowed", () => {
  expect(ruleOf([], call)).toBe("allow");
  expect(ruleOf([row("graph_b", "send", "deny"), row("*", "read", "deny")], call)).toBe("allow");
});

test("the rule that speaks of a call most exactly counts, that of the graph before that of the tool", () => {
  const rows = [row("*", "*", "deny"), row("*", "send", "ask"), row("graph_a", "*", "allow"), row("graph_a", "send", "deny")];
  expect(ruleOf(rows, call)).toBe("deny");
  expect(ruleOf(rows.slice(0, 3), call)).toBe("allow");
  expect(ruleOf(rows.slice(0, 2), call)).toBe("ask");
  expect(ruleOf(rows.slice(0, 1), call)).toBe("deny");
});
