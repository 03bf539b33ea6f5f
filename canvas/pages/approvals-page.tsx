import { CircleCheckBig, SearchX } from "lucide-react";
import { Link } from "react-router";
import { type Gate, listApprovals } from "#server/contract/approvals.ts";
import { listGraphs } from "#server/contract/graphs.ts";
import { call } from "../api/client.ts";
import { useApi, useApiPages } from "../api/queries.ts";
import { DecisionForm } from "../runs/decision-form.tsx";
import { FailureView } from "../runs/failure-view.tsx";
import { useSession } from "../session/use-session.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { useSearch } from "../ui/use-search.ts";
import { PageFrame } from "./page-frame.tsx";
import { PagedList } from "./paged-list.tsx";

const PAGE = 50;
const REFRESH_MS = 5_000;

const KINDS: Readonly<Record<Gate["kind"], { label: string; text: string }>> = {
  uncertain: {
    label: "Did it happen?",
    text: "The write was begun, and nothing proved how it ended. Look in the outside system, then say what is true.",
  },
  approval: { label: "Approval", text: "The node asks before it goes on." },
  budget: { label: "Over budget", text: "The node would spend more than the budget of the run allows." },
};

/** Where runs wait for a person. */
export function ApprovalsPage() {
  const session = useSession();
  const graphs = useApi(listGraphs, { query: { limit: 200 } });
  const search = useSearch();
  const filter = search.settled === "" ? {} : { search: search.settled };
  const gates = useApiPages(
    { id: listApprovals.id, page: (cursor, signal) => call(listApprovals, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter,
    { every: REFRESH_MS },
  );
  const nameOf = (gate: Gate) => graphs.data?.items.find(({ id }) => id === gate.graph)?.name ?? gate.graph;
  return (
    <PageFrame
      title="Approvals"
      text="Runs that wait for somebody to decide. Each decision is taken once and kept with the run."
      toolbar={<SearchInput label="Search approvals" placeholder="Search in what is asked" value={search.typed} onChange={search.set} className="w-64" />}
    >
      {session?.person === false && session.mode === "single-user" && <PersonNotice what="You can read what waits here, but not decide it yet." />}
      <PagedList
        what="approvals"
        query={gates}
        empty={
          search.settled === "" ? (
            <EmptyState
              icon={<CircleCheckBig size={18} aria-hidden />}
              title="Nothing waits for you"
              text="A run asks here before it goes on: for an approval, for more budget, or when it cannot tell whether a write happened."
            />
          ) : (
            <EmptyState
              icon={<SearchX size={18} aria-hidden />}
              title="Nothing fits"
              text="Nothing that waits fits the search."
              actions={<Button onClick={() => search.set("")}>Show all</Button>}
            />
          )
        }
      >
        {(items) => (
          <ul className="flex flex-col gap-4">
            {items.map((gate) => (
              <li key={gate.id}>
                <GateCard gate={gate} graph={nameOf(gate)} />
              </li>
            ))}
          </ul>
        )}
      </PagedList>
    </PageFrame>
  );
}

function GateCard({ gate, graph }: { gate: Gate; graph: string }) {
  const { label, text } = KINDS[gate.kind];
  return (
    <article aria-label={gate.label} className="rounded-lg border border-line bg-surface">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-3">
        <h2 className="font-semibold text-base">{gate.label}</h2>
        <Badge tone="warning">{label}</Badge>
        <span className="ml-auto text-ink-faint text-xs">
          <TimeAgo time={gate.askedAt} />
        </span>
        <p className="w-full text-ink-muted text-xs">
          In a{" "}
          <Link to={`/graphs/${gate.graph}/runs/${gate.run}`} className="text-accent hover:underline">
            run of {graph}
          </Link>
          {gate.path.length > 0 && `, iteration ${gate.path.map((index) => index + 1).join(".")}`}. {text}
          {gate.kind === "approval" && gate.until !== null && ` Nobody is asked any more after ${new Date(gate.until).toLocaleString("en")}.`}
        </p>
      </header>
      <div className="grid grid-cols-2 items-start gap-5 p-4 max-lg:grid-cols-1">
        {gate.kind === "uncertain" && <FailureView failure={gate.failure} isOpen />}
        <DecisionForm gate={gate} />
      </div>
    </article>
  );
}
