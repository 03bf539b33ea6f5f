import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { z } from "zod";
import type { ToolDescription } from "#nodes/kit/mcp/service.ts";
import { describeTool } from "./describe-tool.ts";

const MAX_PAGES = 100;
const MAX_TOOLS = 2_000;
const LIST_TIMEOUT_MS = 30_000;

/** The SDK's own schema refuses the whole list for one bad tool, and its `listTools` forgets earlier pages. */
const page = z.looseObject({ tools: z.array(z.unknown()), nextCursor: z.string().optional() });

export interface ToolListing {
  tools: ToolDescription[];
  /** Entries that are no valid tools, or repeat a name. */
  ignored: number;
}

/** Every page of a server's tools, in its order; at most 2,000. */
export async function listTools(client: Client): Promise<ToolListing> {
  const tools = new Map<string, ToolDescription>();
  let ignored = 0;
  let cursor: string | undefined;
  if (!client.getServerCapabilities()?.tools) return { tools: [], ignored };
  for (let pages = 0; pages < MAX_PAGES && tools.size < MAX_TOOLS; pages++) {
    const answer = await client.request({ method: "tools/list", params: cursor === undefined ? {} : { cursor } }, page, { timeout: LIST_TIMEOUT_MS });
    for (const listed of answer.tools) {
      const tool = describeTool(listed);
      if (tool && !tools.has(tool.name)) tools.set(tool.name, tool);
      else ignored++;
    }
    if (answer.nextCursor === undefined || answer.nextCursor === cursor) break;
    cursor = answer.nextCursor;
  }
  return { tools: [...tools.values()].slice(0, MAX_TOOLS), ignored };
}
