import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import type { WorkspaceId } from "#runtime/graph/ids.ts";
import { readSession } from "#server/contract/session.ts";
import { chooseWorkspace } from "../api/chosen-workspace.ts";
import { keyOf } from "../api/queries.ts";

/** Goes on in another workspace, at its start page unless told otherwise. */
export function useSwitchWorkspace(): (workspace: WorkspaceId, to?: string) => Promise<void> {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return async (workspace, to = "/") => {
    chooseWorkspace(workspace);
    // the gate asks for everything else again once the session names the other workspace
    await cache.refetchQueries({ queryKey: keyOf(readSession) });
    void navigate(to);
  };
}
