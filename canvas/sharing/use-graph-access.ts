import type { GraphId } from "#runtime/graph/ids.ts";
import { type Action, POLICIES } from "#server/contract/access.ts";
import { listSharedGraphs } from "#server/contract/sharing.ts";
import { useApi } from "../api/queries.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { useSession } from "../session/use-session.ts";

const WITH_SHARER = "Ask whoever shared it with you.";

/** Why the caller may not do something with a graph, which may be another workspace's that is shared with them; undefined when they may. */
export function useWhyNotHere(graph: GraphId, action: Action): string | undefined {
  const session = useSession();
  const byRole = useWhyNotByRole(action);
  const kind = session?.caller.kind;
  const { data } = useApi(listSharedGraphs, {}, { enabled: kind === "user" });
  if (kind === "guest") return ofShare("view", action, "You look at this graph as a guest.");
  const shared = data?.items.find(({ id }) => id === graph);
  return shared ? ofShare(shared.level, action, `This graph is shared with you to ${shared.level}.`) : byRole;
}

/** What a share allows; exported for its test. */
export function ofShare(level: "view" | "edit", action: Action, told: string): string | undefined {
  const policy = POLICIES[action];
  const wanted = policy.who === "members" ? policy.share : undefined;
  if (wanted !== undefined && (wanted === level || level === "edit")) return undefined;
  return `${told} ${WITH_SHARER}`;
}
