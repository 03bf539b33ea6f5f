import type { ToolClient } from "#nodes/kit/mcp/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { ConnectionStore } from "../store/connections.ts";

export interface WorkspaceToolsGiven {
  tools: ToolClient;
  store: Pick<ConnectionStore, "read">;
  workspace: string;
  /** What a connection's server knows, and its answers may hold. */
  secretsOf: (connection: string) => Promise<readonly string[]>;
  conceal: (secret: string) => void;
}

/** The tools of the connections of one workspace: a run reaches no others, whatever its graph names. */
export function createWorkspaceTools(given: WorkspaceToolsGiven): ToolClient {
  const { tools, store, workspace } = given;
  const check = async (connection: string) => {
    if ((await store.read(connection))?.workspaceId === workspace) {
      for (const secret of await given.secretsOf(connection)) given.conceal(secret);
      return;
    }
    throw new NodeError("not-found", `There is no connection ${connection} here.`, { happened: "no" });
  };
  return {
    call: async (call) => {
      await check(call.connection);
      try {
        return await tools.call(call);
      } finally {
        // what proves who asks may have been renewed meanwhile
        for (const secret of await given.secretsOf(call.connection)) given.conceal(secret);
      }
    },
    list: async (connection) => {
      await check(connection);
      return tools.list(connection);
    },
  };
}
