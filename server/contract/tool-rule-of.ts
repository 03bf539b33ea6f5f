import type { ToolRule, ToolRuleEntry } from "./tools.ts";

/** Stands for all graphs and agents, or for all tools of a connection. */
export const ALL = "*";

/**
 * What the rules of a connection say of a call. The rule that speaks of it most exactly counts: of this graph before all graphs, and then of this tool
 * before the whole connection. Where none speaks of it, it is allowed.
 */
export function ruleOf(
  rules: readonly (Pick<ToolRuleEntry, "tool" | "rule"> & { subject: string })[],
  { subject, tool }: { subject: string; tool: string },
): ToolRule {
  const at = (wantedSubject: string, wantedTool: string) => rules.find((row) => row.subject === wantedSubject && row.tool === wantedTool)?.rule;
  return at(subject, tool) ?? at(subject, ALL) ?? at(ALL, tool) ?? at(ALL, ALL) ?? "allow";
}
