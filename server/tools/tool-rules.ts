import { ruleOf } from "../contract/tool-rule-of.ts";
import type { ToolRule, ToolStore } from "../store/tools.ts";

/** What the matrix says of a call of a workspace's graph. */
export async function askRule(
  store: Pick<ToolStore, "rulesFor">,
  call: { workspace: string; graph: string; connection: string; tool: string },
): Promise<ToolRule> {
  const { workspace, graph: subject, connection, tool } = call;
  return ruleOf(await store.rulesFor({ workspace, subject, connection, tool }), { subject, tool });
}
