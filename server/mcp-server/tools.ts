import { type GraphSummary, listGraphs } from "../contract/graphs.ts";
import type { LiveHub } from "../engine/live-hub.ts";
import type { RunService } from "../engine/run-service.ts";
import type { LookUp } from "../references.ts";
import type { Caller, CallRoute } from "./call-route.ts";
import { createFollowRun } from "./follow-run.ts";
import { graphTools } from "./graph-tools.ts";
import { skillTools } from "./skill-tools.ts";
import type { McpTool } from "./tool.ts";

/** Published graphs that are offered; clients show people and models a list without pages. */
const MOST_SKILLS = 500;
const PAGE = 100;

export interface McpToolsGiven {
  runs: RunService;
  hub: LiveHub;
  references: LookUp;
  callRoute: CallRoute;
  /** The workspace that a request of this caller is about. */
  workspaceOf(caller: Caller): Promise<string>;
}

export interface McpTools {
  list(caller: Caller): Promise<readonly McpTool[]>;
  find(name: string, caller: Caller): Promise<McpTool | undefined>;
}

/** All that a client may call: the tools for graphs, and every graph that is published. */
export function createMcpTools({ runs, hub, references, callRoute, workspaceOf }: McpToolsGiven): McpTools {
  const follow = createFollowRun({ runs, hub });
  const fixed = graphTools({ callRoute, follow });
  const published = async (caller: Caller) => {
    const graphs: GraphSummary[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: String(PAGE), ...(cursor && { cursor }) };
      const page = listGraphs.answer.parse(await callRoute(listGraphs, { query }, caller));
      graphs.push(...page.items.filter(({ publishedRevision }) => publishedRevision !== null));
      cursor = page.nextCursor;
    } while (cursor !== undefined && graphs.length < MOST_SKILLS);
    return { workspace: await workspaceOf(caller), graphs: graphs.slice(0, MOST_SKILLS) };
  };
  const skills = (caller: Caller) => skillTools({ published, references, callRoute, follow }, caller);
  return {
    list: async (caller) => [...fixed, ...(await skills(caller))],
    find: async (name, caller) =>
      fixed.find(({ description }) => description.name === name) ?? (await skills(caller)).find(({ description }) => description.name === name),
  };
}
