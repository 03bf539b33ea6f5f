import type { ToolDescription } from "#nodes/kit/mcp/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { Logger } from "../logger.ts";
import type { McpConnection } from "../mcp/connection-settings.ts";
import type { ConnectionStore } from "../store/connections.ts";
import { isShipped } from "./shipped.ts";

/** Stands between a server's listing and a call: a tool that is not what was approved does not run. */
export interface ToolGuard {
  /** For the pool's `onToolsChanged`. */
  onToolsChanged(connection: McpConnection, tools: readonly ToolDescription[]): void;
  /** For the pool, before a call is sent. Throws `NodeError("policy")`; nothing happened then. */
  checkCall(connection: McpConnection, tool: ToolDescription): Promise<void>;
  /** Resolves when every listing that this process has seen is recorded. */
  idle(): Promise<void>;
}

export function createToolGuard({ store, logger }: { store: ConnectionStore; logger: Logger }): ToolGuard {
  const recording = new Set<Promise<void>>();
  return {
    onToolsChanged: (connection, tools) => {
      const work = store
        .record({ connection: connection.id, tools, isShipped: isShipped(connection.settings), isWhole: true })
        .catch((error: unknown) => logger.error({ error, connection: connection.id }, "The tools of a connection were not recorded."))
        .finally(() => recording.delete(work));
      recording.add(work);
    },
    checkCall: async (connection, tool) => {
      const isSettled = async () => {
        const row = await store.tool(connection.id, tool.name);
        if (row?.hash !== tool.hash) return undefined;
        return !row.quarantined;
      };
      await Promise.all(recording);
      let verdict = await isSettled();
      if (verdict === undefined) {
        // not recorded as it is listed now: another process may have recorded an older server's listing last
        await store.record({ connection: connection.id, tools: [tool], isShipped: isShipped(connection.settings), isWhole: false });
        verdict = await isSettled();
      }
      if (verdict) return;
      throw new NodeError(
        "policy",
        `The tool "${tool.name}" of "${connection.name}" has changed since it was approved. It runs again once somebody approves the change on the connections page.`,
        {
          happened: "no",
          details: { connection: connection.id, tool: tool.name, hash: tool.hash },
        },
      );
    },
    idle: async () => {
      await Promise.all(recording);
    },
  };
}
