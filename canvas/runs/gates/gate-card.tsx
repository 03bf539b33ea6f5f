import { ExternalLink } from "lucide-react";
import type { Ref } from "react";
import { Link } from "react-router";
import type { Gate } from "#server/contract/approvals.ts";
import { useNameOf } from "../../session/use-name-of.ts";
import { Badge } from "../../ui/badge.tsx";
import { TimeAgo } from "../../ui/time-ago.tsx";
import { DecisionForm } from "../decision-form.tsx";
import { FailureView } from "../failure-view.tsx";
import type { DecisionHandle } from "./decision-state.ts";
import { decisionName, GATE_KINDS } from "./gate-words.ts";
import { ShownDetails } from "./shown-details.tsx";

export interface GateCardProps {
  gate: Gate;
  /** What its graph is called; absent where it is the graph that is looked at. */
  graph?: string | undefined;
  /** For keys that choose from outside. */
  handle?: Ref<DecisionHandle> | undefined;
  onDecided?: ((gate: Gate) => void) | undefined;
}

/** A question of a run, whole: what is asked, by whom, and the form that decides it; or how it was decided. */
export function GateCard({ gate, graph, handle, onDecided }: GateCardProps) {
  const { label, text } = GATE_KINDS[gate.kind];
  return (
    <article aria-label={gate.label} className="min-w-0 rounded-lg border border-line bg-surface">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-3">
        <h2 className="wrap-anywhere min-w-0 font-semibold text-base">{gate.label}</h2>
        <Badge tone={gate.state === "pending" ? "warning" : "neutral"}>{label}</Badge>
        <span className="ml-auto text-ink-faint text-xs">
          <TimeAgo time={gate.askedAt} />
        </span>
        <p className="w-full text-ink-muted text-xs">
          {graph !== undefined && (
            <>
              In a{" "}
              <Link to={`/graphs/${gate.graph}/runs/${gate.run}`} className="inline-flex items-center gap-1 text-accent hover:underline">
                run of {graph}
                <ExternalLink size={11} aria-hidden />
              </Link>
              {gate.path.length > 0 && `, iteration ${gate.path.map((index) => index + 1).join(".")}`}.{" "}
            </>
          )}
          {text}
        </p>
      </header>
      <div className="flex min-w-0 flex-col gap-4 p-4">
        {gate.kind === "uncertain" && <FailureView failure={gate.failure} isOpen />}
        {gate.decided ? <Decided gate={gate} decided={gate.decided} /> : <DecisionForm key={gate.id} gate={gate} handle={handle} onDecided={onDecided} />}
      </div>
    </article>
  );
}

function Decided({ gate, decided }: { gate: Gate; decided: NonNullable<Gate["decided"]> }) {
  const nameOf = useNameOf();
  return (
    <>
      {"title" in gate && (
        <>
          <p className="wrap-anywhere font-medium text-sm">{gate.title}</p>
          <ShownDetails gate={gate} />
        </>
      )}
      <p className="wrap-anywhere rounded-md bg-sunken px-3 py-2 text-sm">
        <span className="font-medium">{decisionName(decided.decision, gate)}</span>
        {decided.decision === "timed-out" ? ": nobody decided in time" : `, by ${nameOf(decided.by)}`}, <TimeAgo time={decided.at} />
        {decided.note !== "" && `: ${decided.note}`}
      </p>
    </>
  );
}
