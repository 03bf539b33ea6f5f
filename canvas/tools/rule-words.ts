import type { ToolRule } from "#server/contract/tools.ts";

export const RULES: readonly ToolRule[] = ["allow", "ask", "deny"];

export const RULE_WORDS: Readonly<Record<ToolRule, { title: string; detail: string; tone: string }>> = {
  allow: { title: "Allow", detail: "Calls are made.", tone: "text-succeeded" },
  ask: { title: "Ask", detail: "A person lets each call through.", tone: "text-waiting" },
  deny: { title: "Deny", detail: "No call is made.", tone: "text-danger" },
};
