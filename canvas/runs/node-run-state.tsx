import type { ReactNode } from "react";
import type { NodeRun } from "#runtime/run/run-state.ts";
import { CallbackAddress } from "./callback-address.tsx";
import { callsUnderWay } from "./calls-under-way.ts";
import { partsOf, partsText } from "./delegated-parts.ts";
import { FailureView } from "./failure-view.tsx";
import { NodeGate } from "./node-gate.tsx";
import { begunIterations, earlierIterations } from "./run-record.ts";
import { RunReference } from "./run-reference.tsx";
import type { RunView } from "./run-view.ts";

const SKIPPED: Readonly<Record<(NodeRun & { state: "skipped" })["reason"], string>> = {
  "no-value": "Something it needs did not get a value, so there was nothing to do.",
  disabled: "The node is disabled.",
  "left-out": "Not part of this run: it was asked for other nodes only.",
};

/** What the state of a node run means, and what can be done about it. */
export function NodeRunState({ view, run }: { view: RunView; run: NodeRun }) {
  switch (run.state) {
    case "pending":
      return <Text>{pendingText(view, run)}</Text>;
    case "iterating":
      return <Text>{iteratingText(view, run)}</Text>;
    case "calling":
      return <Calling view={view} run={run} />;
    case "waiting":
      return <Waiting view={view} run={run} />;
    case "retrying":
      return (
        <>
          <Text>Tries again at {new Date(run.dueAt).toLocaleTimeString("en")}.</Text>
          <FailureView failure={run.failure} />
        </>
      );
    case "uncertain":
      return (
        <>
          <FailureView failure={run.failure} isOpen />
          <div className="flex flex-col gap-1">
            <h3 className="font-medium text-sm">Did it happen?</h3>
            <Text>
              The write was begun, and then nothing proved how it ended. It is not repeated by itself. Look in the outside system, then say what is true.
            </Text>
          </div>
          <NodeGate view={view} run={run} />
        </>
      );
    case "skipped":
      return <Text>{SKIPPED[run.reason]}</Text>;
    case "reused":
      return <Reused view={view} run={run} />;
    case "cancelled":
      return (
        <Text>{run.happened === "no" ? "It was stopped before anything happened." : "It was stopped while it ran; what it had begun may have happened."}</Text>
      );
    case "deciding":
      return <FailureView failure={run.failure} />;
    case "failed":
      return (
        <>
          <FailureView failure={run.failure} />
          {run.handling !== "fail" && (
            <Text>{run.handling === "branch" ? "The run went on through the failure port." : "The run went on with the default value."}</Text>
          )}
        </>
      );
    default:
      return null;
  }
}

function Text({ children }: { children: ReactNode }) {
  return <p className="text-ink-muted text-xs">{children}</p>;
}

function pendingText({ live }: RunView, run: NodeRun & { state: "pending" }): string {
  if (!live) return "The run ended before its turn came.";
  return run.reentry ? "What it waited for is there; it goes on in a moment." : "It starts when everything it needs has arrived.";
}

function iteratingText({ state }: RunView, run: NodeRun & { state: "iterating" }): string {
  const { node, iterations } = run;
  if (state?.plan.nodes[node]?.role === "loop") return `Round ${Math.max(1, begunIterations(run, state))}.`;
  const { count, ended, active } = iterations;
  const earlier = state ? earlierIterations(run, state) : 0;
  return `${earlier + ended.length} of ${earlier + count} done, ${active} under way.`;
}

function Calling({ view, run }: { view: RunView; run: NodeRun & { state: "calling" } }) {
  const child = run.children?.find((each) => each.run === run.child);
  const isCall = child?.purpose === "call";
  const called = callsUnderWay(view.state?.plan, run);
  const worker = view.state?.plan.nodes[run.node]?.policy.worker;
  const parts = partsOf(run, !view.live);
  return (
    <div className="flex flex-col gap-1 text-xs">
      <p className="text-ink-muted">
        {isCall
          ? "Waits for the graph it called."
          : called !== undefined
            ? `Has called ${called}, and waits for what comes of it.`
            : parts
              ? `Its iterations run in runs of their own, part by part: ${partsText(parts)}.`
              : "Runs on a worker with a label."}
      </p>
      {child?.purpose === "worker" && worker && <p className="text-ink-muted">Label: {worker}. It starts when such a worker is free.</p>}
      <RunReference run={run.child} {...(!isCall && { graph: view.summary?.graph })} withState />
    </div>
  );
}

function Waiting({ view, run }: { view: RunView; run: NodeRun & { state: "waiting" } }) {
  const { request } = run;
  switch (request.kind) {
    case "time":
      return <Text>Waits until {at(request.until)}.</Text>;
    case "webhook":
      return (
        <>
          <Text>
            Waits for a call of its address “{request.name}”{request.until !== undefined && `, until ${at(request.until)} at the latest`}. Whoever has the
            address can call it.
          </Text>
          <CallbackAddress view={view} run={run} />
        </>
      );
    case "person":
      return (
        <>
          {request.until !== undefined && <Text>Nobody is asked any more after {at(request.until)}.</Text>}
          <NodeGate view={view} run={run} />
        </>
      );
    case "budget":
      return <NodeGate view={view} run={run} />;
  }
}

function at(instant: string): string {
  return new Date(instant).toLocaleString("en");
}

function Reused({ view, run }: { view: RunView; run: NodeRun & { state: "reused" } }) {
  if (run.reason === "pinned") return <Text>It did not run: its output is pinned.</Text>;
  const words = run.reason === "cache" ? "It did not run: same settings and inputs as in" : "It did not run: its result is taken over from";
  return (
    <p className="flex flex-wrap items-center gap-x-1 text-ink-muted text-xs">
      {words}
      {run.from ? <RunReference run={run.from.run} {...(run.reason === "recorded" && { graph: view.summary?.graph })} /> : "an earlier run"}
    </p>
  );
}
