import { ChevronRight, PhoneOff } from "lucide-react";
import { useId, useState } from "react";
import type { GraphId, NodeId, RunId } from "#runtime/graph/ids.ts";
import type { StoredValue, StoredValues } from "#runtime/graph/stored-value.ts";
import { readEvents } from "#server/contract/runs.ts";
import { useApi } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { StatusIcon } from "../ui/status.tsx";
import type { NodeCall } from "./called-runs.ts";
import { Elapsed } from "./elapsed.tsx";
import { FailureView } from "./failure-view.tsx";
import { RunReference } from "./run-reference.tsx";
import type { RunView } from "./run-view.ts";
import { StoredValueView } from "./stored-value-view.tsx";
import { callsText, useCalled } from "./use-called.ts";

/** Calls of one page, the newest first. */
const PAGE = 20;

/** All calls of a node that others call, in the run that is looked at. */
export function NodeCalls({ view, node }: { view: RunView; node: NodeId }) {
  const called = useCalled(node);
  const [page, setPage] = useState(0);
  if (!called)
    return (
      <EmptyState
        icon={<PhoneOff size={16} aria-hidden />}
        title="Not called"
        text={view.live ? "It runs when an agent or a crew calls it." : "Nobody called it in this run."}
      />
    );
  const newest = called.calls.toReversed();
  const pages = Math.ceil(newest.length / PAGE);
  const shown = Math.min(page, pages - 1);
  return (
    <section aria-label="Calls" className="flex flex-col">
      <p className="px-4 pt-4 pb-2 text-ink-muted text-xs">{callsText(called)}. Each call is a run of its own.</p>
      <ol className="flex flex-col gap-2 px-4 pb-4">
        {newest.slice(shown * PAGE, (shown + 1) * PAGE).map((call, index) => (
          <Call key={call.run} view={view} call={call} number={newest.length - shown * PAGE - index} />
        ))}
      </ol>
      {pages > 1 && (
        <nav aria-label="Pages of calls" className="flex items-center justify-between border-line border-t px-4 py-2 text-ink-muted text-xs">
          <Button size="small" look="quiet" disabled={shown === 0} onClick={() => setPage(shown - 1)}>
            Newer
          </Button>
          Page {shown + 1} of {pages}
          <Button size="small" look="quiet" disabled={shown === pages - 1} onClick={() => setPage(shown + 1)}>
            Earlier
          </Button>
        </nav>
      )}
    </section>
  );
}

function Call({ view, call, number }: { view: RunView; call: NodeCall; number: number }) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const { plan } = view.state ?? {};
  const caller = plan?.nodes[call.caller]?.label ?? plan?.callables?.[call.caller]?.label ?? "a node";
  const isOver = call.endedAt !== undefined;
  return (
    <li className="rounded-md border border-line" data-call-state={call.state}>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
        className="flex w-full items-center gap-2 rounded-md px-2.5 py-2 text-left text-xs hover:bg-hover"
      >
        <StatusIcon state={call.state} size={14} />
        <span className="min-w-0 flex-1 truncate">
          Call {number} <span className="text-ink-faint">by {caller}</span>
        </span>
        <span className="text-ink-faint">
          <Elapsed startedAt={call.begunAt} finishedAt={call.endedAt} live={view.live && !isOver} />
        </span>
        <ChevronRight size={13} aria-hidden className={classes("shrink-0 text-ink-faint transition-transform duration-(--quick)", isOpen && "rotate-90")} />
      </button>
      <div id={id} hidden={!isOpen} className="flex flex-col gap-3 border-line border-t p-2.5">
        {isOpen && <CallDetails call={call} graph={view.summary?.graph} />}
      </div>
    </li>
  );
}

function CallDetails({ call, graph }: { call: NodeCall; graph: GraphId | undefined }) {
  const first = useApi(readEvents, { params: { id: call.run }, query: { after: 0, limit: 1 } }, { isImmutable: true });
  const created = first.data?.items.find((event) => event.type === "run-created");
  return (
    <>
      {first.error ? (
        <LoadError title="The arguments could not be loaded" text={first.error.message} onRetry={() => void first.refetch()} />
      ) : created ? (
        <Values title="Arguments" run={call.run} values={created.fixed?.[call.callee] ?? {}} />
      ) : (
        <Skeleton className="h-10 w-full" />
      )}
      {call.failure && <FailureView failure={call.failure} />}
      {call.state === "succeeded" && <Values title="Result" run={call.run} values={call.outputs} />}
      <p className="flex items-center gap-1.5 text-ink-muted text-xs">
        Whole run: <RunReference run={call.run} graph={graph} />
      </p>
    </>
  );
}

function Values({ title, run, values }: { title: string; run: RunId; values: StoredValues }) {
  const entries: [string, StoredValue][] = Object.entries(values);
  return (
    <div className="flex flex-col gap-1.5">
      <p className="font-medium text-ink-muted text-xs">{title}</p>
      {entries.length === 0 && <p className="text-ink-faint text-xs">None</p>}
      {entries.map(([name, value]) => (
        <StoredValueView key={name} runId={run} name={name} value={value} />
      ))}
    </div>
  );
}
