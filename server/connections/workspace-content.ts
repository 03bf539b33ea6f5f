import type { McpContent } from "#nodes/kit/mcp/content.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { ConnectionStore } from "../store/connections.ts";

export interface WorkspaceContentGiven {
  content: McpContent;
  store: Pick<ConnectionStore, "read">;
  workspace: string;
  /** What a connection's server knows, and its answers may hold. */
  secretsOf: (connection: string) => Promise<readonly string[]>;
  conceal: (secret: string) => void;
}

/** What the servers of one workspace have to read: a run reaches no others, whatever its graph names. */
export function createWorkspaceContent({ content, store, workspace, secretsOf, conceal }: WorkspaceContentGiven): McpContent {
  const within = async <T>(connection: string, work: () => Promise<T>): Promise<T> => {
    const conceals = async () => {
      for (const secret of await secretsOf(connection)) conceal(secret);
    };
    if ((await store.read(connection))?.workspaceId !== workspace)
      throw new NodeError("not-found", `There is no connection ${connection} here.`, { happened: "no" });
    await conceals();
    try {
      return await work();
    } finally {
      // a token may have been refreshed meanwhile
      await conceals();
    }
  };
  return {
    readResource: (call) => within(call.connection, () => content.readResource(call)),
    getPrompt: (call) => within(call.connection, () => content.getPrompt(call)),
  };
}
