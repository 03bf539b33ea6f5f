import { History, RotateCw } from "lucide-react";
import { useState } from "react";
import { NavLink } from "react-router";
import type { GraphId } from "#runtime/graph/ids.ts";
import { type RunSummary, runStateSchema } from "#server/contract/runs.ts";
import { errorText } from "../api/api-problem.ts";
import { useMay } from "../session/use-may.ts";
import { useNameOf } from "../session/use-name-of.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Panel } from "../ui/panel.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Select } from "../ui/select.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { StatusIcon, statusLook } from "../ui/status.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { useSearch } from "../ui/use-search.ts";
import { Elapsed } from "./elapsed.tsx";
import { formatDollars } from "./format-dollars.ts";
import { RUN_PURPOSES, wholeOf } from "./run-purposes.ts";
import { ANY_STATE, STATE_OPTIONS } from "./run-states.ts";
import { isFinal } from "./run-store.ts";
import { useRerun } from "./use-rerun.ts";
import { useFreshRuns, useRuns } from "./use-runs.ts";

/** The runs of a graph, newest first; one opens as it was. */
export function RunHistory({ graphId, onClose }: { graphId: GraphId; onClose(): void }) {
  const [state, setState] = useState(ANY_STATE);
  const search = useSearch();
  useFreshRuns(graphId);
  const chosen = runStateSchema.safeParse(state);
  const runs = useRuns({ graph: graphId, ...(chosen.success && { state: chosen.data }), ...(search.settled !== "" && { search: search.settled }) });
  const isFiltered = chosen.success || search.settled !== "";
  const clear = () => {
    setState(ANY_STATE);
    search.set("");
  };
  return (
    <Panel title="Runs" label="Runs of this graph" onClose={onClose} className="flex-1">
      <div className="flex flex-col gap-2 border-line border-b px-3 py-2.5">
        <SearchInput label="Search runs" placeholder="Search by id or failure" value={search.typed} onChange={search.set} />
        <Select label="State" value={state} options={STATE_OPTIONS} onChange={setState} />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {runs.items ? (
          <RunList graphId={graphId} runs={runs.items} isFiltered={isFiltered} onClear={clear} />
        ) : runs.error ? (
          <LoadError title="The runs could not be loaded" text={errorText(runs.error)} busy={runs.isFetching} onRetry={() => void runs.refetch()} />
        ) : (
          <SkeletonRows label="Loading runs" />
        )}
        {runs.hasNextPage && (
          <div className="flex justify-center p-3">
            <Button size="small" busy={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
              Older runs
            </Button>
          </div>
        )}
      </div>
    </Panel>
  );
}

function RunList({ graphId, runs, isFiltered, onClear }: { graphId: GraphId; runs: readonly RunSummary[]; isFiltered: boolean; onClear(): void }) {
  if (runs.length === 0) {
    return isFiltered ? (
      <EmptyState title="No run fits" text="No run of this graph fits the filter." actions={<Button onClick={onClear}>Clear the filter</Button>} />
    ) : (
      <EmptyState
        icon={<History size={17} aria-hidden />}
        title="No runs yet"
        text="Every run stays here, with the graph as it was and all that went through it."
      />
    );
  }
  return (
    <ul>
      {runs.map((run) => (
        <li key={run.id} className="group relative border-line border-b">
          <RunLink graphId={graphId} run={run} />
          {isFinal(run.state) && !wholeOf(run) && <AgainButton run={run} />}
        </li>
      ))}
    </ul>
  );
}

/** Runs it once more: with the draft as it is now where that is open, with its own revision otherwise. */
function AgainButton({ run }: { run: RunSummary }) {
  const rerun = useRerun();
  const mayRun = useMay("graph.run");
  if (!mayRun) return null;
  return (
    <IconButton
      label="Run again with the same input"
      size="small"
      side="right"
      icon={<RotateCw size={13} />}
      disabled={rerun.busy}
      onClick={() => void rerun.begin(run, { at: "start" })}
      className="absolute! right-2 bottom-1.5 bg-surface opacity-0 focus-visible:opacity-100 group-hover:opacity-100"
    />
  );
}

function RunLink({ graphId, run }: { graphId: GraphId; run: RunSummary }) {
  const nameOf = useNameOf();
  return (
    <NavLink
      to={`/graphs/${graphId}/runs/${run.id}`}
      className={({ isActive }) => classes("flex gap-2.5 px-3 py-2.5 hover:bg-hover", isActive && "bg-accent-soft hover:bg-accent-soft")}
    >
      <span className="mt-0.5">
        <StatusIcon state={run.state} size={15} />
      </span>
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="flex items-baseline justify-between gap-2 text-sm">
          <span className="truncate font-medium">{statusLook(run.state).label}</span>
          <span className="text-ink-faint text-xs">
            <TimeAgo time={run.createdAt} />
          </span>
        </span>
        <span className="flex gap-1.5 text-ink-faint text-xs">
          <Elapsed startedAt={run.startedAt} finishedAt={run.finishedAt} live={!isFinal(run.state)} />
          <span aria-hidden>·</span>
          <span className="whitespace-nowrap">revision {run.revision}</span>
          <span aria-hidden>·</span>
          <span className="truncate">{[nameOf(run.actor), run.parent && RUN_PURPOSES[run.parent.purpose].toLowerCase()].filter(Boolean).join(", ")}</span>
          {Number(run.cost) > 0 && (
            <>
              <span aria-hidden>·</span>
              <span className="whitespace-nowrap">{formatDollars(Number(run.cost))}</span>
            </>
          )}
        </span>
        {(run.failure || run.reason) && <span className="line-clamp-2 text-ink-muted text-xs">{run.failure?.message ?? run.reason}</span>}
      </span>
    </NavLink>
  );
}
