import type { Json } from "#runtime/graph/json.ts";
import type { ExecutionContext } from "#runtime/node/context.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { ToolOffer } from "#runtime/node/tool-offer.ts";
import { targetOf } from "#runtime/node/tool-target.ts";
import { type ToolStanding, toolRegistry } from "../kit/mcp/service.ts";

/** By node, of the tools that are tools of a server. */
export type Standings = Readonly<Record<string, ToolStanding>>;

/** How those of the tools that servers have stand now; `name`: of the step that records it. Without such tools nothing is recorded. */
export async function standingsOf(
  context: ExecutionContext,
  { name, tools, onRead }: { name: string; tools: readonly ToolOffer[]; onRead?: (standings: Standings) => void },
): Promise<Standings> {
  const known = [...new Map(tools.map((tool) => [tool.node, tool])).values()].filter((tool) => targetOf(tool) !== undefined);
  if (known.length === 0) return {};
  return context.step<Standings>(name, { effect: "read", input: known.map(({ node }): Json => node) }, async () => {
    const read = await Promise.all(known.map(async (tool) => [tool.node, await standingOf(context, tool)] as const));
    const standings = Object.fromEntries(read.flatMap(([node, standing]) => (standing ? [[node, standing] as const] : [])));
    onRead?.(standings);
    return standings;
  });
}

/** Undefined where its connection is gone: who calls it is told so. */
async function standingOf(context: ExecutionContext, tool: ToolOffer): Promise<ToolStanding | undefined> {
  const target = targetOf(tool);
  if (!target) return undefined;
  try {
    return await context.use(toolRegistry).standingOf(target);
  } catch (error) {
    if (error instanceof NodeError && error.code === "not-found") return undefined;
    throw error;
  }
}

/** The tools that may be called at all. Says in the log which ones may not. */
export async function offeredTools(context: ExecutionContext, tools: readonly ToolOffer[]): Promise<readonly ToolOffer[]> {
  const isDenied = (standings: Standings, { node }: ToolOffer) => standings[node]?.rule === "deny";
  const standings = await standingsOf(context, {
    name: "offered",
    tools,
    onRead: (read) => {
      const names = tools.filter((tool) => isDenied(read, tool)).map(({ title }) => title);
      if (names.length > 0) context.log("info", `Not offered to the model, because a rule on the page of tools denies it: ${names.join(", ")}.`);
    },
  });
  return tools.filter((tool) => !isDenied(standings, tool));
}
