import type { WorkspaceFeed } from "../queue/workspace-feed.ts";
import type { ConnectionStore } from "../store/connections.ts";

/** The same store; whoever looks is told when the health of a connection is another one. */
export function tellStates(store: ConnectionStore, feed: Pick<WorkspaceFeed, "changed">): ConnectionStore {
  return {
    ...store,
    setState: async (id, given) => {
      const before = await store.read(id);
      await store.setState(id, given);
      const { detail } = (before?.stateDetail ?? {}) as { detail?: unknown };
      if (before && (before.state !== given.state || detail !== given.detail)) feed.changed(before.workspaceId);
    },
  };
}
