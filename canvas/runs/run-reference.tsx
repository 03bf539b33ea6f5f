import { Link } from "react-router";
import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import { readGraph } from "#server/contract/graphs.ts";
import { readSummary } from "#server/contract/runs.ts";
import { useApi } from "../api/queries.ts";
import { StatusIcon } from "../ui/status.tsx";
import { runName } from "./run-name.ts";

/** A link to another run. Which graph it is of is asked for, where it may be another one. */
export function RunReference({ run, graph, withState = false }: { run: RunId; graph?: GraphId | undefined; withState?: boolean }) {
  const summary = useApi(readSummary, { params: { id: run } }, { enabled: graph === undefined || withState });
  const of = graph ?? summary.data?.graph;
  const other = useApi(readGraph, { params: { id: of ?? ("graph_none" as GraphId) } }, { enabled: graph === undefined && of !== undefined });
  const name = graph === undefined && other.data ? `${other.data.name} · ${runName(run)}` : runName(run);
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5">
      {withState && summary.data && <StatusIcon state={summary.data.state} size={13} />}
      {of ? (
        <Link to={`/graphs/${of}/runs/${run}`} title={run} className="truncate text-accent hover:underline">
          {name}
        </Link>
      ) : (
        <span title={run} className="truncate">
          {name}
        </span>
      )}
    </span>
  );
}
