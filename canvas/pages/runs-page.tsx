import { Activity } from "lucide-react";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import { graphIdSchema } from "#runtime/graph/ids.ts";
import { listGraphs } from "#server/contract/graphs.ts";
import { type RunSummary, runStateSchema } from "#server/contract/runs.ts";
import { useApi } from "../api/queries.ts";
import { Elapsed } from "../runs/elapsed.tsx";
import { formatDollars } from "../runs/format-dollars.ts";
import { queuedReason } from "../runs/run-progress.ts";
import { PARENT_WORDS } from "../runs/run-purposes.ts";
import { RunReference } from "../runs/run-reference.tsx";
import { ANY_STATE, STATE_OPTIONS } from "../runs/run-states.ts";
import { isFinal } from "../runs/run-store.ts";
import { useRuns } from "../runs/use-runs.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Select } from "../ui/select.tsx";
import { StatusText } from "../ui/status.tsx";
import { Cell, HeadCell, Row, Table } from "../ui/table.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { useSearch } from "../ui/use-search.ts";
import { PageFrame } from "./page-frame.tsx";
import { PagedList } from "./paged-list.tsx";

const ANY_GRAPH = "any";
const REFRESH_MS = 4_000;

/** Every run of every graph, newest first. */
export function RunsPage() {
  const search = useSearch();
  const [state, setState] = useState(ANY_STATE);
  const [graph, setGraph] = useState(ANY_GRAPH);
  const names = useGraphNames();
  const chosenState = runStateSchema.safeParse(state);
  const chosenGraph = graphIdSchema.safeParse(graph);
  const filter = {
    ...(chosenGraph.success && { graph: chosenGraph.data }),
    ...(chosenState.success && { state: chosenState.data }),
    ...(search.settled !== "" && { search: search.settled }),
  };
  const runs = useRuns(filter, { every: REFRESH_MS });
  const isFiltered = Object.keys(filter).length > 0;
  const clear = () => {
    search.set("");
    setState(ANY_STATE);
    setGraph(ANY_GRAPH);
  };
  const graphOptions = [{ value: ANY_GRAPH, label: "Any graph" }, ...[...names].map(([value, label]) => ({ value, label }))];
  const toolbar = (
    <>
      <SearchInput label="Search runs" placeholder="Search by id or failure" value={search.typed} onChange={search.set} className="w-64" />
      <Select label="Graph" value={graph} options={graphOptions} onChange={setGraph} className="!w-56" />
      <Select label="State" value={state} options={STATE_OPTIONS} onChange={setState} className="!w-40" />
      {isFiltered && (
        <Button look="quiet" onClick={clear}>
          Clear
        </Button>
      )}
    </>
  );
  return (
    <PageFrame title="Runs" text="What ran, what runs now, and how it ended. Open one to see its graph as it was." toolbar={toolbar}>
      <PagedList
        what="runs"
        query={runs}
        empty={
          isFiltered ? (
            <NothingFits title="No run fits" text="No run fits the filter." onShowAll={clear} />
          ) : (
            <EmptyState
              icon={<Activity size={18} aria-hidden />}
              title="Nothing has run yet"
              text="Open a graph and press Run: its run appears here, step by step."
              actions={<GoToGraphs />}
            />
          )
        }
      >
        {(items) => <RunTable runs={items} names={names} />}
      </PagedList>
    </PageFrame>
  );
}

function RunTable({ runs, names }: { runs: readonly RunSummary[]; names: ReadonlyMap<string, string> }) {
  return (
    <Table label="Runs">
      <thead>
        <tr>
          <HeadCell className="w-40">State</HeadCell>
          <HeadCell>Graph</HeadCell>
          <HeadCell className="w-24 text-right">Revision</HeadCell>
          <HeadCell className="w-44 max-lg:hidden">Started by</HeadCell>
          <HeadCell className="w-24 text-right">Cost</HeadCell>
          <HeadCell className="w-28 text-right">Duration</HeadCell>
          <HeadCell className="w-32 text-right">When</HeadCell>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.id} run={run} name={names.get(run.graph) ?? run.graph} />
        ))}
      </tbody>
    </Table>
  );
}

function RunRow({ run, name }: { run: RunSummary; name: string }) {
  const navigate = useNavigate();
  const address = `/graphs/${run.graph}/runs/${run.id}`;
  const why = run.failure?.message ?? run.reason ?? queuedReason({ state: undefined, summary: run });
  return (
    <Row className="cursor-pointer" onClick={(event) => event.target instanceof Element && !event.target.closest("a") && void navigate(address)}>
      <Cell>
        <div className="flex">
          <StatusText state={run.state} />
        </div>
      </Cell>
      <Cell className="max-w-0 py-2">
        <Link to={address} className="block truncate font-medium hover:text-accent">
          {name}
        </Link>
        {why && <p className="truncate text-ink-faint text-xs">{why}</p>}
      </Cell>
      <Cell className="text-right text-ink-muted text-xs tabular-nums">{run.revision}</Cell>
      <Cell className="text-ink-muted text-xs max-lg:hidden">
        <StartedBy run={run} />
      </Cell>
      <Cell className="whitespace-nowrap text-right text-ink-muted text-xs tabular-nums">{formatDollars(Number(run.cost))}</Cell>
      <Cell className="text-right text-ink-muted text-xs">
        <Elapsed startedAt={run.startedAt} finishedAt={run.finishedAt} live={!isFinal(run.state)} />
      </Cell>
      <Cell className="text-right text-ink-muted text-xs">
        <TimeAgo time={run.createdAt} />
      </Cell>
    </Row>
  );
}

/** The person or the part that began it; of one that another run began, what for. */
function StartedBy({ run: { actor, parent, graph } }: { run: RunSummary }) {
  if (!parent) return <span className="block truncate">{actor}</span>;
  const isSameGraph = parent.purpose === "slice" || parent.purpose === "worker" || parent.purpose === "rerun";
  return (
    <span className="flex flex-col">
      <span>{PARENT_WORDS[parent.purpose]}</span>
      <RunReference run={parent.run} {...(isSameGraph && { graph })} />
    </span>
  );
}

function GoToGraphs() {
  const navigate = useNavigate();
  return (
    <Button look="primary" onClick={() => void navigate("/")}>
      Go to the graphs
    </Button>
  );
}

function useGraphNames(): ReadonlyMap<string, string> {
  const { data } = useApi(listGraphs, { query: { limit: 200 } });
  return useMemo(() => new Map((data?.items ?? []).map(({ id, name }) => [id, name])), [data]);
}
