import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { countApprovals, listApprovals, readApproval } from "#server/contract/approvals.ts";
import { listConnections, readConnection } from "#server/contract/connections.ts";
import { countInbox, listInbox } from "#server/contract/inbox.ts";
import { liveSocket } from "../api/live.ts";
import { keyOf, useApi } from "../api/queries.ts";
import { useSession } from "../session/use-session.ts";

/** How many things in the inbox are unread, as it is now. */
export function useUnread(): number {
  const cache = useQueryClient();
  const kind = useSession()?.caller.kind;
  const enabled = kind === "user" || kind === "local";
  const { data } = useApi(countInbox, {}, { enabled });
  useEffect(() => {
    if (!enabled) return;
    const gatesChanged = () => {
      for (const route of [countApprovals, listApprovals, readApproval]) void cache.invalidateQueries({ queryKey: keyOf(route) });
    };
    return liveSocket().followInbox({
      unread: (unread) => {
        cache.setQueryData(keyOf(countInbox, {}), { unread });
        void cache.invalidateQueries({ queryKey: keyOf(listInbox) });
        // also told when the connection is there again: what happened meanwhile was not heard
        void cache.invalidateQueries({ queryKey: keyOf(countApprovals) });
      },
      gates: gatesChanged,
      connections: () => {
        for (const route of [listConnections, readConnection]) void cache.invalidateQueries({ queryKey: keyOf(route) });
      },
    });
  }, [cache, enabled]);
  return data?.unread ?? 0;
}
