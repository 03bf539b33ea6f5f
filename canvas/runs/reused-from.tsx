import { Link } from "react-router";
import type { NodeRun } from "#runtime/run/run-state.ts";
import { readSummary } from "#server/contract/runs.ts";
import { useApi } from "../api/queries.ts";
import { useEditor } from "../document/editor-context.ts";
import { runName } from "./run-name.ts";

type Reused = Extract<NodeRun, { state: "reused" }>;

const WORDS = { cache: "Same inputs as", recorded: "Taken over from", pinned: "Pinned output of" } as const;

/** Why a node did not run, and the run its result is of: "Same inputs as the run of 14:03". */
export function ReusedFrom({ run: { reason, from } }: { run: Reused }) {
  if (from) return <From reason={reason} from={from} />;
  return <p className="mt-0.5 truncate text-2xs text-ink-muted">{reason === "pinned" ? "Its output is pinned" : `${WORDS[reason]} an earlier run`}</p>;
}

function From({ reason, from }: { reason: Reused["reason"]; from: NonNullable<Reused["from"]> }) {
  const { graphId } = useEditor();
  // the cache is one for all graphs; what is taken over is of this one
  const summary = useApi(readSummary, { params: { id: from.run } }, { enabled: reason === "cache" });
  const graph = summary.data?.graph ?? graphId;
  return (
    <p className="mt-0.5 text-2xs text-ink-muted">
      {WORDS[reason]}{" "}
      <Link to={`/graphs/${graph}/runs/${from.run}`} className="nodrag nopan text-accent hover:underline" title={from.run}>
        {runName(from.run)}
        {graph !== graphId && " of another graph"}
      </Link>
    </p>
  );
}
