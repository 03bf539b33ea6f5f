import { type ReactNode, useMemo } from "react";
import type { GraphId } from "#runtime/graph/ids.ts";
import { readGraphAccess } from "#server/contract/graphs.ts";
import { ApiProblem } from "../api/api-problem.ts";
import { Elsewhere } from "../api/elsewhere.ts";
import { useApi } from "../api/queries.ts";
import { StandingContext, standingAt } from "./standing.ts";
import { SESSION_MS, useSession } from "./use-session.ts";

/** Who may not look at a graph is told that there is none. */
const REFUSED: readonly number[] = [401, 403, 404];

/** What is inside is about a graph: rights are those one has there, whatever workspace the page works in. */
export function GraphAccess({ graph, children }: { graph: GraphId; children: ReactNode }) {
  const session = useSession();
  const { data, error } = useApi(readGraphAccess, { params: { id: graph } }, { every: SESSION_MS });
  const isLost = data !== undefined && error instanceof ApiProblem && REFUSED.includes(error.status);
  const here = useMemo(() => ({ known: session && data && standingAt(session, data), isLost }), [session, data, isLost]);
  const workspace = here.known?.workspace?.id;
  return (
    <StandingContext value={here}>
      <Elsewhere value={workspace === session?.workspace?.id ? undefined : workspace}>{children}</Elsewhere>
    </StandingContext>
  );
}
