import { useMemo } from "react";
import { useLocation, useNavigate } from "react-router";
import { type GraphId, graphIdSchema } from "#runtime/graph/ids.ts";
import { listRuns } from "#server/contract/runs.ts";
import { useApi } from "../api/queries.ts";
import { useMay } from "../session/use-may.ts";
import { StatusIcon, statusLook } from "../ui/status.tsx";
import type { Entry } from "./entry-store.ts";
import { shortTime } from "./short-time.ts";

const MOST = 30;
const NONE = graphIdSchema.parse("graph_none");

/** The last runs of the graph that is open. */
export function useRunEntries(): readonly Entry[] {
  const graph = useOpenGraph();
  const navigate = useNavigate();
  const mayRead = useMay("run.read");
  const { data } = useApi(listRuns, { query: { graph: graph ?? NONE, limit: MOST } }, { enabled: mayRead && graph !== undefined });
  return useMemo<Entry[]>(
    () =>
      (graph === undefined ? [] : (data?.items ?? [])).map(({ id, state, createdAt, revision, failure, reason }) => ({
        id: `run:${id}`,
        group: "Runs",
        title: `${statusLook(state).label}, ${shortTime(createdAt)}`,
        detail: failure?.message ?? reason ?? `revision ${revision}`,
        icon: <StatusIcon state={state} size={15} />,
        keywords: ["run", id],
        run: () => void navigate(`/graphs/${graph}/runs/${id}`),
      })),
    [data, graph, navigate],
  );
}

/** The graph the address is about. */
function useOpenGraph(): GraphId | undefined {
  const { pathname } = useLocation();
  const [, id] = /^\/graphs\/([^/]+)/.exec(pathname) ?? [];
  return graphIdSchema.safeParse(id).data;
}
