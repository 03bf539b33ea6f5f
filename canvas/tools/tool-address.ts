import type { ConnectionId } from "#runtime/graph/ids.ts";

/** Where a tool is shown with all that is known of it. */
export function toolAddress(connection: ConnectionId, tool: string): string {
  return `/tools?${new URLSearchParams({ tool: toolKey(connection, tool) })}`;
}

/** A tool among those of all servers. */
export function toolKey(connection: ConnectionId, tool: string): string {
  return `${connection}/${tool}`;
}
