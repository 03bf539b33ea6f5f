import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import type { McpSettings } from "../contract/mcp-settings.ts";

/** A connection made on the first start, so that there is something to try. Its server comes with Heddle, in the version that the lockfile names. */
export const SAMPLE_CONNECTION = {
  id: "conn_sample_files",
  name: "Sample files",
  settings: {
    transport: "stdio",
    command: "heddle:node",
    arguments: ["package:@modelcontextprotocol/server-filesystem", "asset:templates/welcome/files"],
    environment: {},
  } satisfies McpSettings,
};

/** Whether settings start exactly what ships with Heddle: what that server says of its tools is believed, as our own code is. */
export function isShipped(settings: unknown): boolean {
  return canonicalJson(settings) === canonicalJson(SAMPLE_CONNECTION.settings);
}
