import { CircleCheckBig } from "lucide-react";
import { Link } from "react-router";
import { type Gate, listApprovals } from "#server/contract/approvals.ts";
import { listGraphs } from "#server/contract/graphs.ts";
import { readSession } from "#server/contract/system.ts";
import { call } from "../api/client.ts";
import { useApi, useApiPages } from "../api/queries.ts";
import { DecisionForm } from "../runs/decision-form.tsx";
import { FailureView } from "../runs/failure-view.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { StatusText } from "../ui/status.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { PageFrame } from "./page-frame.tsx";
import { PagedList } from "./paged-list.tsx";

const PAGE = 50;
const REFRESH_MS = 5_000;

/** Where runs wait for a person. */
export function ApprovalsPage() {
  const session = useApi(readSession, {});
  const graphs = useApi(listGraphs, { query: { limit: 200 } });
  const gates = useApiPages(
    { id: listApprovals.id, page: (cursor, signal) => call(listApprovals, { query: { limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    {},
    { every: REFRESH_MS },
  );
  const nameOf = (gate: Gate) => graphs.data?.items.find(({ id }) => id === gate.graph)?.name ?? gate.graph;
  return (
    <PageFrame title="Approvals" text="Runs that wait for somebody to decide. Each decision is taken once and kept with the run.">
      {session.data?.person === false && <PersonNotice what="You can read what waits here, but not decide it yet." />}
      <PagedList
        what="approvals"
        query={gates}
        empty={
          <EmptyState
            icon={<CircleCheckBig size={18} aria-hidden />}
            title="Nothing waits for you"
            text="When a run cannot tell whether a write happened, it asks here before it goes on."
          />
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
  return (
    <article aria-label={gate.label} className="rounded-lg border border-line bg-surface">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-3">
        <h2 className="font-semibold text-base">{gate.label}</h2>
        <StatusText state="uncertain" />
        <span className="ml-auto text-ink-faint text-xs">
          <TimeAgo time={gate.askedAt} />
        </span>
        <p className="w-full text-ink-muted text-xs">
          In a{" "}
          <Link to={`/graphs/${gate.graph}/runs/${gate.run}`} className="text-accent hover:underline">
            run of {graph}
          </Link>
          . The write was begun, and nothing proved how it ended. Look in the outside system, then say what is true.
        </p>
      </header>
      <div className="grid grid-cols-2 items-start gap-5 p-4 max-lg:grid-cols-1">
        <FailureView failure={gate.failure} isOpen />
        <DecisionForm gate={gate} />
      </div>
    </article>
  );
}
